"""`POST /api/v1/models/{name}/predict`: what a network gives the classes."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.api.models.asked import box, grey, has_classes, some_classes
from app.api.models.facts import told_classes, top
from app.api.models.routes import MODELS, translator, worded, worked
from app.api.request.fields import Fields
from app.api.router import Router
from app.layers.base import Array
from app.networks.shown import Shown
from app.networks.why import covered

router = Router(prefix=MODELS, tags=["networks"])


@router.post("/{name}/predict", summary="Run it and see the top classes", response_class=Response)
async def predict(request: Request, name: str) -> Response:
    """Return the classes that are given most, and `classes` that are asked for.

    Each has a `probability` where the network ends in a softmax over all classes, else a `score`.
    With `cover`, top, left, bottom and right, that part of the picture is filled with `value`
    first, by default with the middle of what a picture can be.
    """
    return await worked(request, name, _predict, {"classes", "cover", "value"})


def _predict(
    request: Request, found: Shown, array: Array, facts: dict[str, Any], fields: Fields
) -> Response:
    planes = found.preparation.planes(array)
    part, filled = box(fields.values.get("cover"), planes), grey(fields.values.get("value"), found)
    output = found.run_planes(planes if part is None else covered(planes, part, filled))
    say = translator(request)
    told: dict[str, Any] = {
        "model": found.name,
        "input": facts,
        "gives": found.gives,
        "top": top(found, output, say),
    }
    if fields.values.get("classes") is not None:
        has_classes(found)
        asked = some_classes(fields.values["classes"], output) or []
        told["classes"] = told_classes(found, output, asked, say)
    return worded(told)
