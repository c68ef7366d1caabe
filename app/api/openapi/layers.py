"""The routes of every layer: run, plan, explain, export."""

from typing import Any

import numpy as np

from app import forms
from app.api.answers import FORMATS
from app.api.openapi.pieces import (
    DEVICE,
    FILE,
    OPTIONS,
    SHAPE,
    TENSOR,
    TEXT,
    Schema,
    answers,
    body,
    maybe,
    names,
    obj,
    problems,
)
from app.api.openapi.told import EXPLANATION, PLAN, RUN
from app.exports import EXPORTS
from app.layers import FAMILIES, Family
from app.layers.base import Layer

_LISTS: Schema = {"type": "array", "items": {"type": "integer"}}
_QUESTION: dict[str, Schema] = {
    "at": {
        "description": "An index into the output (with `of`, into that tensor), or a list of them.",
        "anyOf": [{"type": "integer"}, _LISTS, {"type": "array", "items": _LISTS}],
    },
    "of": names(
        ("input", "weight"), "Say which outputs an input element feeds, or what a weight touches."
    ),
    "limit": {"type": "integer", "minimum": 1, "description": "How many terms to give."},
    "order": names(("index", "contribution"), "Which terms come first."),
}
# What a page makes of a field is of no use to a client.
_FOR_PAGES = {"choices", "excludes", "kind", "slider"}


def example(layer: type[Layer]) -> dict[str, Any]:
    """Return a small request for a layer that works, from its first example."""
    params, shapes = layer.examples[0]
    tensors = {}
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        values = (np.arange(size) % 7 - 3).reshape(shape).astype(float)
        tensors[name] = values.tolist()
    return {**_chosen(layer), **tensors, **params}


def _planned(layer: type[Layer]) -> dict[str, Any]:
    params, shapes = layer.examples[0]
    tensors = {name: {"shape": list(shape)} for name, shape in shapes.items()}
    return {**_chosen(layer), **tensors, **params}


def _chosen(layer: type[Layer]) -> dict[str, str]:
    return {layer.selector: layer.tag} if layer.selector and layer.tag else {}


def _request(
    family: Family, tensor: Schema, options: dict[str, Schema], needed: str = ""
) -> Schema:
    """Return the schema of a family's requests.

    Args:
        family: whose layers can be asked for.
        tensor: what stands for each tensor.
        options: what may stand beside the parameters.
        needed: the option that must be there.
    """
    kinds = [_variant(family, layer, tensor, options) for layer in family.variants.values()]
    for kind in kinds:
        kind["required"] += [needed] if needed else []
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _variant(
    family: Family, layer: type[Layer], tensor: Schema, options: dict[str, Schema]
) -> Schema:
    is_first, chosen = layer is family.first, _chosen(layer)
    found: dict[str, Schema] = {}
    for name, tag in chosen.items():
        one = {"type": "string", "enum": [tag]}
        found[name] = maybe({**one, "default": tag}) if is_first else one
    for spec in layer.inputs:
        found[spec.name] = tensor if spec.required else maybe(tensor)
    fields = forms.layer_schema(layer)["properties"] | {"device": DEVICE} | options
    for name, field in fields.items():
        found[name] = maybe({k: v for k, v in field.items() if k not in _FOR_PAGES})
    found |= {name: options[name] for name in _QUESTION if name == "at" and name in options}
    return {
        "type": "object",
        "title": layer.title,
        "description": layer.summary,
        "additionalProperties": False,
        "required": [s.name for s in layer.inputs if s.required] + ([] if is_first else [*chosen]),
        "properties": found,
    }


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
    request = _request(family, TENSOR, OPTIONS)
    found = answers(RUN, "The output.", *(m for m in FORMATS.values() if "json" not in m))
    return _post(
        family,
        "run",
        summary=family.title,
        description=f"{family.summary} With a form or a file the parameters may stand in the query "
        "too, by the same names.",
        requestBody=body(request, _files(family), _examples(family)),
        responses=found,
    )


def _plan(family: Family) -> Schema:
    shape = obj("shape", shape=SHAPE) | {"additionalProperties": False}
    shown = {
        tag or family.name: {"summary": layer.title, "value": _planned(layer)}
        for tag, layer in family.variants.items()
    }
    content = {"schema": _request(family, shape, {}), "examples": shown}
    return _post(
        family,
        "plan",
        summary=f"{family.title}: what a request would do",
        description="The same request with shapes in place of tensors; nothing is run.",
        requestBody={"required": True, "content": {"application/json": content}},
        responses=answers(PLAN, "Shapes, cost, rule, and the range of each parameter."),
    )


def _explain(family: Family) -> Schema:
    request = _request(family, TENSOR, _QUESTION, "at")
    rank = _rank(family)
    return _post(
        family,
        "explain",
        summary=f"{family.title}: one element explained, or what it touches",
        description=family.summary,
        requestBody=body(request, _files(family), _examples(family, at=[0] * rank)),
        responses=answers(EXPLANATION, "Its terms."),
    )


def _export(family: Family) -> Schema:
    kinds = {"type": "string", "enum": list(EXPORTS)}
    content = {"application/octet-stream": {"schema": FILE}, "text/x-python": {"schema": TEXT}}
    return _post(
        family,
        "export",
        summary=f"{family.title}: as a file that runs elsewhere",
        description="The same request; the weights that it names or draws are in the file. "
        "`onnx` is a model with `input` as its only input and the layer in its metadata "
        "(`layerlab.chain`). `pytorch`, `keras` and `numpy` are scripts with all their tensors in "
        "them; a 413 says when those are too many. What Keras has nothing for is a 422 naming it.",
        parameters=[
            {
                "name": "format",
                "in": "query",
                "required": True,
                "schema": kinds,
                "example": EXPORTS[0],
            }
        ],
        requestBody=body(_request(family, TENSOR, {}), _files(family), _examples(family)),
        responses={"200": {"description": "The file.", "content": content}},
    )


def _rank(family: Family) -> int:
    params, shapes = family.first.examples[0]
    layer = family.first(**params).resolve(shapes)
    arranged = layer.arrange(shapes)
    return len(layer.output_shapes(arranged | layer.generated(arranged))["output"])


def layer_paths() -> dict[str, Any]:
    """Return the paths of every family."""
    made = {"": _run, "/plan": _plan, "/explain": _explain, "/export": _export}
    return {
        f"/api/v1/layers/{name}{end}": make(family)
        for name, family in FAMILIES.items()
        for end, make in made.items()
    }
