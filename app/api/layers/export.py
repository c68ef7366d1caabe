"""`POST /api/v1/layers/{layer}/export`: a layer and its tensors as a file that runs elsewhere."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

from app.api.request.parse import family_of, parse
from app.exports.files import EXPORTS, Export, check_export, export
from app.problems import Invalid, Listed
from app.runs import Plan, make_plan
from app.state import State


def prepare_export(
    state: State, name: str, body: bytes, headers: Headers, query: str
) -> tuple[Plan, Callable[[], Response]]:
    """Read a request for a file; return what is planned, and what writes the answer.

    Raises:
        Problem: a request that cannot be read or cannot be.
        TooLarge: a script that would carry too many numbers.
    """
    asked = parse(family_of(name), body, headers, query, state.limits, state.store)
    kind = kind_of(asked.options)
    plan = make_plan(asked.layer, asked.shapes, state.limits)
    check_export(plan, kind, state.limits)
    return plan, lambda: attached(export(plan, asked.arrays, kind))


def kind_of(options: Mapping[str, Any]) -> str:
    """Return the kind of file that is wanted.

    Raises:
        Invalid: it is none of `EXPORTS`.
    """
    kind = options.get("format")
    if not isinstance(kind, str) or kind not in EXPORTS:
        raise Invalid("format must be one of {formats}", loc=("format",), formats=Listed(EXPORTS))
    return kind


def attached(file: Export) -> Response:
    """Return a file to be saved under its name."""
    said = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, headers=said, media_type=file.media_type)
