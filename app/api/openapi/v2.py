"""The routes of `/v2`: what clients of model servers send and read."""

from typing import Any

import numpy as np
import orjson

from app.api.openapi.pieces import (
    FILE,
    JSON,
    SHAPE,
    TEXT,
    TEXTS,
    WRITTEN,
    Schema,
    answers,
    maybe,
    names,
    obj,
    refusals,
    strict,
)
from app.api.openapi.requests import example
from app.api.v2.datatypes import DATATYPES
from app.api.v2.datatypes import TEXT as OF_TEXT
from app.api.v2.models import VERSION, model_names
from app.api.v2.pieces import MOST_TENSORS, PACKED
from app.api.v2.routes import PREFIX
from app.api.v2.sent import BYTES, HEADER_LENGTH, LONGEST_ID
from app.layers import FAMILIES
from app.layers.base import Layer

_ONE, _VERSION = f"{PREFIX}/models/{{name}}", f"{PREFIX}/models/{{name}}/versions/{{version}}"
_ERROR = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
_SIZE: Schema = {"type": "integer", "minimum": 0}
_TRUTH: Schema = {"type": "boolean"}
_ANY: Schema = {"type": "object"}
_NUMBER: Schema = {"type": "number"}
_TENSOR: Schema = obj(
    "name datatype shape",
    name=TEXT,
    datatype=TEXT,
    parameters=obj("", optional=_TRUTH, minimum=_NUMBER, maximum=_NUMBER)
    | {"description": "`minimum` and `maximum` are what black and white are to a network."},
)
_TENSORS: Schema = {"type": "array", "items": _TENSOR}
SCHEMAS: dict[str, Schema] = {"Error": obj("error", error=TEXT)}


def _errors(*codes: int) -> Schema:
    return refusals(_ERROR, *codes)


def _request() -> Schema:
    data: Schema = {
        "description": "Flat or nested; true and false where the datatype is BOOL.",
        "anyOf": [
            {"$ref": "#/components/schemas/Numbers"},
            {"type": "array", "items": _TRUTH},
        ],
    }
    content = maybe(names(PACKED, "As MLServer's clients say it."))
    own = {"content_type": content, "headers": {}}
    sent = strict(
        "name shape datatype",
        name=TEXT,
        shape=SHAPE,
        datatype={"type": "string", "enum": list(DATATYPES)},
        data=maybe(data),
        parameters=maybe(strict("", binary_data_size=maybe(_SIZE), **own)),
    )
    classes = {"description": "How many of the highest values to name.", **_SIZE}
    how = strict("", binary_data=maybe(_TRUTH), classification=maybe(classes), **own)
    wanted = strict("name", name=TEXT, parameters=maybe(how))
    addressed: Schema = {"description": "The address says which is run.", **TEXT}
    given = obj("", binary_data_output=maybe(_TRUTH), content_type=content)
    return strict(
        "inputs",
        id=maybe({"type": "string", "maxLength": LONGEST_ID}),
        model_name=maybe(addressed),
        model_version=maybe(addressed),
        parameters=maybe(given | {"description": "The layer's parameters; a list as JSON text."}),
        inputs={"type": "array", "items": sent, "maxItems": MOST_TENSORS},
        outputs=maybe({"type": "array", "items": wanted, "maxItems": MOST_TENSORS}),
    )


def _response() -> Schema:
    output = obj(
        "name datatype shape",
        name=TEXT,
        datatype={"enum": [*DATATYPES, OF_TEXT]},
        shape=SHAPE,
        data={"anyOf": [WRITTEN, TEXTS]},
        parameters=obj("", binary_data_size=_SIZE),
    )
    return obj(
        "model_name model_version outputs",
        model_name=TEXT,
        model_version=TEXT,
        id=TEXT,
        parameters=obj("", conversions=TEXT),
        outputs={"type": "array", "items": output},
    )


def _example(kind: type[Layer]) -> dict[str, Any]:
    """Return a request for a layer that works, from its first example."""
    inputs, parameters = [], {}
    tensors = {spec.name for spec in kind.inputs}
    for name, value in example(kind).items():
        if name in tensors:
            shape = list(np.shape(value))
            inputs.append({"name": name, "datatype": "FP32", "shape": shape, "data": value})
        else:
            is_list = isinstance(value, list | tuple)
            parameters[name] = orjson.dumps(value).decode() if is_list else value
    return {"id": "1", "inputs": inputs, "parameters": parameters}


def _named(versioned: bool) -> dict[str, Schema]:
    known = model_names()
    name = {"schema": {"type": "string", "enum": known}, "example": known[0]}
    version = {"schema": {"type": "string", "enum": [VERSION]}, "example": VERSION}
    return {"name": name} | ({"version": version} if versioned else {})


def _infer(path: str) -> Schema:
    first = next(iter(FAMILIES.values())).first
    shown = {"layer": {"summary": first.title, "value": _example(first)}}
    found = answers(_response(), "The outputs; with `binary_data`, bytes behind the JSON.", BYTES)
    found["200"]["headers"] = {HEADER_LENGTH: _length("the answer")}
    placed = _named(path == _VERSION)
    sent: list[Schema] = [{"name": n, "in": "path", "required": True, **placed[n]} for n in placed]
    return {
        "tags": ["model servers' clients"],
        "operationId": "infer" if path == _ONE else "infer_version",
        "summary": "A layer or a network run",
        "description": "The numbers of an input can also be little-endian bytes behind the JSON: "
        "then the header `Inference-Header-Content-Length` says how many bytes of the body are "
        "JSON, and `binary_data_size` how many are the input's. The body may be compressed by gzip "
        "or deflate.",
        "parameters": [*sent, {"name": HEADER_LENGTH, "in": "header", **_length("the body")}],
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": _request(), "examples": shown}, BYTES: {"schema": FILE}},
        },
        "responses": found | _errors(400, 404, 413, 415, 422, 503),
    }


def _length(whole: str) -> Schema:
    """Describe the header that says where bytes begin."""
    said = f"How many bytes of {whole} are JSON, where others follow it."
    return {"description": said, "schema": _SIZE}


def v2_paths() -> dict[str, Any]:
    """Return the paths that run a model."""
    return {f"{path}/infer": {"post": _infer(path)} for path in (_ONE, _VERSION)}


def v2_routes() -> dict[tuple[str, str], Schema]:
    """Return by method and path what is to be added; parameters by name."""
    about = obj("name version extensions", name=TEXT, version=TEXT, extensions=TEXTS)
    further = {"description": "What comes besides where a parameter says so.", **TEXT}
    model = obj(
        "name versions platform inputs outputs",
        inputs=_TENSORS,
        outputs=_TENSORS,
        parameters=obj("", further_outputs=further),
    )
    config = obj("name platform backend max_batch_size input output", input={"type": "array"})
    each = {
        "": (model, "Its inputs and outputs."),
        "/ready": (obj("name ready", name=TEXT, ready=_TRUTH), "It is here."),
        "/config": (config, "Its configuration."),
    }
    found: dict[tuple[str, str], Schema] = {
        ("get", PREFIX): {"responses": answers(about, "This server.")},
        ("get", f"{PREFIX}/health/live"): {"responses": answers(_ANY, "It does.")},
        ("get", f"{PREFIX}/health/ready"): {"responses": answers(_ANY, "It has.") | _errors(503)},
        ("post", f"{PREFIX}/repository/index"): {
            "requestBody": {"content": {JSON: {"schema": strict("", ready=maybe(_TRUTH))}}},
            "responses": answers({"type": "array", "items": _ANY}, "Their names.")
            | _errors(400, 413, 422, 503),
        },
    }
    for path in (_ONE, _VERSION):
        for end, (schema, said) in each.items():
            named = {
                n: {"example": s["example"], **s["schema"]}
                for n, s in _named(path == _VERSION).items()
            }
            found["get", path + end] = {
                "parameters": named,
                "responses": answers(schema, said) | _errors(404, 422),
            }
    return found
