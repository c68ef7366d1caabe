"""The OpenAPI document of the layer routes, from the registry; and `/docs`, with no network."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app import forms
from app.api.answers import FORMATS
from app.exports import EXPORTS
from app.layers import FAMILIES, Family
from app.layers.base import Layer

_DEVICE = {
    "type": "string",
    "enum": ["auto", "cpu", "cuda"],
    "default": "auto",
    "description": "Where to run; auto takes the fastest that works here.",
}
_OPTIONS = {
    "format": {"type": "string", "enum": list(FORMATS), "description": "Goes before Accept."},
    "colormap": {"type": "string", "description": "For PNG."},
    "scale": {"type": "string", "enum": ["minmax", "symmetric", "none"], "description": "For PNG."},
    "refs": {
        "type": "boolean",
        "description": "Also hold the input and the outputs and name their refs.",
    },
    "code": {
        "type": "boolean",
        "description": "Also write the same call as programs: curl, PyTorch, NumPy, Keras; "
        "`code_notes` says why one of them is null.",
    },
    "check": {
        "type": "boolean",
        "description": "Also compare every output element with the layer's NumPy form: the largest "
        "difference and where it is. Where that would pass a limit, `check` is null and "
        "`check_note` says why.",
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"loc": {"type": "array", "items": {}}, "msg": {"type": "string"}},
            },
        },
    },
}
_TENSOR = {
    "description": "A nested list of numbers, an object with its shape, or a ref to a held tensor.",
    "anyOf": [
        {"type": "array", "items": {}},
        {"type": "number"},
        {
            "type": "object",
            "required": ["data"],
            "properties": {
                "shape": {"type": "array", "items": {"type": "integer"}},
                "dtype": {"type": "string"},
                "data": {"type": "array", "items": {}},
            },
        },
        {"type": "object", "required": ["ref"], "properties": {"ref": {"type": "string"}}},
    ],
}
_REFUSALS = {
    "400": "The body is not what it says it is.",
    "404": "No such layer, or a ref that is gone.",
    "406": "No such form of answer.",
    "413": "Past a limit.",
    "415": "A media type that is not read.",
    "422": "A value that cannot be, with the rule and its numbers.",
}


def example(layer: type[Layer]) -> dict[str, Any]:
    """Return a small request for a layer that works, from its first example."""
    params, shapes = layer.examples[0]
    tensors = {}
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        values = (np.arange(size) % 7 - 3).reshape(shape).astype(float)
        tensors[name] = values.tolist()
    chosen = {layer.selector: layer.tag} if layer.selector else {}
    return {**chosen, **tensors, **params}


def _request(layer: type[Layer], *, chosen_by_default: bool) -> dict[str, Any]:
    """Return the schema of one layer's request: tensors, parameters, options."""
    schema = forms.layer_schema(layer)
    chosen = {layer.selector: {"const": layer.tag, "default": layer.tag}} if layer.selector else {}
    tensors = {t.name: {"$ref": "#/components/schemas/Tensor"} for t in layer.inputs}
    required = [t.name for t in layer.inputs if t.required]
    if layer.selector and not chosen_by_default:
        required.append(layer.selector)
    return {
        "type": "object",
        "title": layer.title,
        "description": layer.summary,
        "additionalProperties": False,
        "required": required,
        "properties": {**tensors, **chosen, **schema["properties"], "device": _DEVICE, **_OPTIONS},
    }


def _operation(family: Family) -> dict[str, Any]:
    variants = [
        _request(layer, chosen_by_default=layer is family.first)
        for layer in family.variants.values()
    ]
    body = variants[0] if len(variants) == 1 else {"anyOf": variants}
    examples = {
        tag or family.name: {"summary": layer.title, "value": example(layer)}
        for tag, layer in family.variants.items()
    }
    file = {"type": "string", "format": "binary"}
    form = {"type": "object", "properties": {t.name: file for t in family.first.inputs}}
    return {
        "tags": ["layers"],
        "operationId": f"run_{family.name}",
        "summary": family.title,
        "description": family.summary,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": body, "examples": examples},
                "multipart/form-data": {"schema": form},
                "application/x-npy": {"schema": file},
                "image/*": {"schema": file},
            },
        },
        "responses": {
            "200": {
                "description": "The output.",
                "content": {
                    media: {"schema": {"type": "object"} if media == "application/json" else file}
                    for media in FORMATS.values()
                },
            },
            **_problems(),
        },
    }


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {code: {"description": said, "content": content} for code, said in _REFUSALS.items()}


def _explain_operation(family: Family) -> dict[str, Any]:
    operation = _operation(family)
    more = {
        "at": {
            "description": "An index into the output (with `of`, into that tensor), or a list.",
            "type": "array",
            "items": {},
        },
        "of": {
            "description": "Say which outputs an input element feeds, or what a weight touches.",
            "enum": ["input", "weight"],
        },
        "limit": {"type": "integer", "minimum": 1},
        "order": {"enum": ["index", "contribution"]},
    }
    body = operation["requestBody"]["content"]
    schema = body["application/json"]["schema"]
    for one in schema.get("anyOf", [schema]):
        one["properties"] |= more
        one["required"] = [*one["required"], "at"]
    for found in body["application/json"]["examples"].values():
        rank = _rank(family)
        found["value"] = found["value"] | {"at": [0] * rank}
    answer = {"application/json": {"schema": {"type": "object"}}}
    return operation | {
        "operationId": f"explain_{family.name}",
        "summary": f"{family.title}: one element explained, or what it touches",
        "responses": {"200": {"description": "Its terms.", "content": answer}, **_problems()},
    }


def _export_operation(family: Family) -> dict[str, Any]:
    operation = _operation(family)
    kinds = {"type": "string", "enum": list(EXPORTS)}
    file = {"schema": {"type": "string", "format": "binary"}}
    answer = {"application/octet-stream": file, "text/x-python": {"schema": {"type": "string"}}}
    body = operation["requestBody"]["content"]["application/json"]
    for one in body["schema"].get("anyOf", [body["schema"]]):
        one["properties"]["format"] = kinds
    for found in body["examples"].values():
        found["value"] = found["value"] | {"format": EXPORTS[0]}
    return operation | {
        "operationId": f"export_{family.name}",
        "summary": f"{family.title}: as a file that runs elsewhere",
        "description": "The same request; the weights that it names or draws are in the file. "
        "`onnx` is a model with `input` as its only input and the layer in its metadata "
        "(`layerlab.chain`). `pytorch`, `keras` and `numpy` are scripts with all their tensors in "
        "them; a 413 says when those are too many. What Keras has nothing for is a 422 naming it.",
        "parameters": [{"name": "format", "in": "query", "schema": kinds}],
        "responses": {"200": {"description": "The file.", "content": answer}, **_problems()},
    }


def _rank(family: Family) -> int:
    params, shapes = family.first.examples[0]
    layer = family.first(**params).resolve(shapes)
    return len(
        layer.output_shapes(layer.arrange(shapes) | layer.generated(layer.arrange(shapes)))[
            "output"
        ]
    )


def install(app: FastAPI) -> None:
    """Let `/openapi.json` hold the layer routes beside FastAPI's own."""

    @lru_cache(1)
    def document() -> dict[str, Any]:
        found = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        paths: dict[str, Any] = {}
        for name, family in FAMILIES.items():
            paths[f"/api/v1/layers/{name}"] = {"post": _operation(family)}
            paths[f"/api/v1/layers/{name}/export"] = {"post": _export_operation(family)}
            paths[f"/api/v1/layers/{name}/explain"] = {"post": _explain_operation(family)}
        found["paths"] = paths | found["paths"]
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        for ours in ("HTTPValidationError", "ValidationError"):
            schemas.pop(ours, None)
        schemas |= {"Tensor": _TENSOR, "Problem": _PROBLEM}
        for path in found["paths"].values():
            for operation in path.values():
                operation["responses"].update(
                    {"422": _problems()["422"]} if "422" in operation["responses"] else {}
                )
        return found

    replaced: Callable[[], dict[str, Any]] = document
    app.openapi = replaced  # type: ignore[method-assign]
