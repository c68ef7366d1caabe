"""The routes of every layer: run, plan, explain, export."""

from typing import Any

from app.api.answer.answers import FORMATS
from app.api.answer.names import layer_parts
from app.api.openapi.animated import ANIMATED, ANIMATION
from app.api.openapi.exported import EXPORT_FORMAT, EXPORTED
from app.api.openapi.pieces import (
    FILE,
    OPTIONS,
    SENT_SHAPE,
    TENSOR,
    Schema,
    answers,
    body,
    picked,
    problems,
)
from app.api.openapi.requests import QUESTION, example, planned, request
from app.api.openapi.told import EXPLANATION, PLAN, RUN
from app.layers import FAMILIES, Family


def _files(family: Family) -> dict[str, Schema]:
    return {spec.name: FILE for layer in family.variants.values() for spec in layer.inputs}


def _examples(family: Family, **more: Any) -> Schema:
    return {
        tag or family.name: {"summary": layer.title, "value": example(layer) | more}
        for tag, layer in family.variants.items()
    }


def _post(family: Family, verb: str, **told: Any) -> Schema:
    responses = told.pop("responses") | problems()
    named = {"tags": ["layers"], "operationId": f"{verb}_{family.name}"}
    return {"post": {**named, **told, "responses": responses}}


def _run(family: Family) -> Schema:
    asked = request(family, TENSOR, OPTIONS | {"fields": picked(layer_parts())})
    found = answers(RUN, "The output.", *(m for m in FORMATS.values() if "json" not in m))
    return _post(
        family,
        "run",
        summary=family.title,
        description=f"{family.summary} With a form or a file the parameters may stand in the query "
        "too, by the same names.",
        requestBody=body(asked, _files(family), _examples(family)),
        responses=found,
    )


def _plan(family: Family) -> Schema:
    shown = {
        tag or family.name: {"summary": layer.title, "value": planned(layer)}
        for tag, layer in family.variants.items()
    }
    content = {"schema": request(family, SENT_SHAPE, {}), "examples": shown}
    return _post(
        family,
        "plan",
        summary=f"{family.title}: what a request would do",
        description="The same request with shapes in place of tensors; nothing is run.",
        requestBody={"required": True, "content": {"application/json": content}},
        responses=answers(PLAN, "Shapes, cost, rule, and the range of each parameter."),
    )


def _explain(family: Family) -> Schema:
    asked = request(family, TENSOR, QUESTION, "at")
    rank = _rank(family)
    return _post(
        family,
        "explain",
        summary=f"{family.title}: one element explained, or what it touches",
        description=family.summary,
        requestBody=body(asked, _files(family), _examples(family, at=[0] * rank)),
        responses=answers(EXPLANATION, "Its terms."),
    )


def _export(family: Family) -> Schema:
    return _post(
        family,
        "export",
        summary=f"{family.title}: as a file that runs elsewhere",
        description="The same request; the weights that it names or draws are in the file. "
        "`onnx` is a model with `input` as its only input and the layer in its metadata "
        "(`layerlab.chain`). `pytorch`, `keras` and `numpy` are scripts with all their tensors in "
        "them; a 413 says when those are too many. What Keras has nothing for is a 422 naming it.",
        parameters=[EXPORT_FORMAT],
        requestBody=body(request(family, TENSOR, {}), _files(family), _examples(family)),
        responses=EXPORTED,
    )


def _animation(family: Family) -> Schema:
    asked = request(family, TENSOR, ANIMATION)
    return _post(
        family,
        "animate",
        summary=f"{family.title}: at work, as an animated picture",
        description="The same request. A GIF that begins again: one frame an output, in reading "
        "order, with the input, its padding and the window in it, the weights that it meets, the "
        "output as far as it is computed, and the sum. Of a larger output, those around `at` are "
        "walked over. Words are those of this interface; the last frame stays three times as long.",
        requestBody=body(asked, _files(family), _examples(family)),
        responses=ANIMATED,
    )


def _rank(family: Family) -> int:
    params, shapes = family.first.examples[0]
    layer = family.first(**params).resolve(shapes)
    arranged = layer.arrange(shapes)
    return len(layer.output_shapes(arranged | layer.generated(arranged))["output"])


def layer_paths() -> dict[str, Any]:
    """Return the paths of every family."""
    made = {"": _run, "/plan": _plan, "/explain": _explain, "/export": _export}
    made["/animation"] = _animation
    return {
        f"/api/v1/layers/{name}{end}": make(family)
        for name, family in FAMILIES.items()
        for end, make in made.items()
    }
