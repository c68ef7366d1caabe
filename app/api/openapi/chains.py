"""The routes of a chain: run, plan, export, open."""

from typing import Any

from app.api.answer.answers import FORMATS
from app.api.answer.names import chain_parts
from app.api.models.sent import MODEL
from app.api.openapi.exported import EXPORT_FORMAT, EXPORTED
from app.api.openapi.pieces import (
    COST,
    DEVICE,
    FILE,
    OPTIONS,
    SENT_SHAPE,
    SHAPE,
    STATS,
    TENSOR,
    TEXT,
    WRITTEN,
    Schema,
    answers,
    body,
    maybe,
    names,
    obj,
    picked,
    problems,
)
from app.api.openapi.told import INPUT_TOLD
from app.api.pipeline.stages import CHAIN_OPTIONS
from app.layers import FAMILIES
from app.networks.features import MAPS, PROBABILITIES, SCORES

_RETURN = names(("last", "all"), "Which outputs are given.", default="last")
_SEEN: Schema = {"type": ["object", "null"]}
_STAGES: Schema = {"type": "array", "items": obj("name layer params shape", shape=SHAPE, cost=COST)}
_RAN = obj(
    stages=_STAGES,
    input=INPUT_TOLD,
    output=WRITTEN,
    shape=SHAPE,
    dtype=TEXT,
    stats=STATS,
    cost=COST,
    receptive_field=_SEEN,
    device=TEXT,
)
_PLANNED = obj(
    "input stages shape cost gives working_bytes receptive_field",
    input=INPUT_TOLD,
    stages=_STAGES,
    shape=SHAPE,
    cost=COST,
    gives=names((PROBABILITIES, SCORES, MAPS), "What comes out."),
    working_bytes={"type": "integer"},
    receptive_field=_SEEN,
)


_OPENED = obj(
    "input layers shape cost receptive_field",
    input=INPUT_TOLD,
    layers={"type": "array", "items": obj("layer", layer=TEXT)},
    shape=SHAPE,
    cost=COST,
    receptive_field=_SEEN,
)


def _layers(name: str) -> Schema:
    return {"type": "array", "minItems": 1, "items": {"$ref": f"#/components/schemas/{name}"}}


def _request(tensor: Schema, stage: str, **options: Schema) -> Schema:
    more = {name: maybe(option) for name, option in options.items()}
    asked = obj("input layers", input=tensor, layers=_layers(stage), device=maybe(DEVICE), **more)
    return asked | {"additionalProperties": False}


def _example() -> list[dict[str, Any]]:
    """Return layers that take any picture: of each family the first that needs nothing more."""
    found = []
    for name, family in FAMILIES.items():
        params, shapes = family.first.examples[0]
        if set(shapes) == {"input"} and not params:
            found.append({"layer": name})
    return found[:3]


def _post(
    verb: str, summary: str, description: str, sent: Schema, given: Schema, **more: Any
) -> Schema:
    said = {"summary": summary, "description": description, "tags": ["chains"], **more}
    return {
        "post": {
            "operationId": f"{verb}_chain",
            **said,
            "requestBody": sent,
            "responses": given | problems(),
        }
    }


_EXAMPLE: dict[str, Any] = {"input": [[[[-1.0, 0.5], [0.25, 2.0]]]], "layers": _example()}
_SHAPES: dict[str, Any] = {"input": {"shape": [1, 1, 2, 2]}, "layers": _example()}
_RETURNED: dict[str, Schema] = {"return": _RETURN}


def _shown(value: dict[str, Any]) -> Schema:
    return {"small": {"summary": "A small one", "value": value}}


def _sent(**options: Schema) -> Schema:
    schema = _request(TENSOR, "Stage", **options, **_RETURNED)
    return body(schema, {"input": FILE, "layers": _layers("Stage")}, _shown(_EXAMPLE))


def _run() -> Schema:
    options = {name: OPTIONS[name] for name in OPTIONS if name in CHAIN_OPTIONS}
    options["fields"] = picked(chain_parts())
    files = (media for name, media in FORMATS.items() if name != "json")
    return _post(
        "run",
        "Layers in a row",
        "Compiled to one graph and run once. In a form `layers` is JSON text, and a layer's "
        "tensor can be a file part named `layers.0.weight`.",
        _sent(**options),
        answers(_RAN, "The stages and the output.", *files),
    )


def _plan() -> Schema:
    number: Schema = {"type": "integer", "minimum": 0}
    ranges: Schema = {
        "anyOf": [number, {"type": "array", "items": number}],
        "description": "The numbers of the layers whose ranges are wanted; all by default.",
    }
    schema = _request(SENT_SHAPE, "PlannedStage", ranges=ranges, **_RETURNED)
    content = {"schema": schema, "examples": _shown(_SHAPES)}
    return _post(
        "plan",
        "Layers in a row: what a request would do",
        "The same request with shapes in place of tensors; nothing is run. `ranges` tells what "
        "each parameter of a layer can be for that layer alone, `later` how far of it the layers "
        "behind still fit and which one stops (null: a limit of all together); `later` itself is "
        "null where there is too much to ask. A 422 or 413 has the layers before the error as "
        "`stages`.",
        {"required": True, "content": {"application/json": content}},
        answers(_PLANNED, "Shapes, cost, and the range of each parameter."),
    )


def _export() -> Schema:
    return _post(
        "export",
        "Layers in a row: as a file that runs elsewhere",
        "The same request. `onnx` is a model with its weights, the chain in its metadata "
        "(`layerlab.chain`) and one output, or with `return=all` every layer's. What a format has "
        "nothing for is a 422 that names the layer.",
        _sent(),
        EXPORTED,
        parameters=[EXPORT_FORMAT],
    )


def _open() -> Schema:
    form: Schema = {"type": "object", "properties": {MODEL: FILE}, "required": [MODEL]}
    content = {
        "application/octet-stream": {"schema": FILE},
        "multipart/form-data": {"schema": form},
    }
    # What stands in a query is text.
    forms = names(("json", "safetensors", "null"), "Goes before Accept.")
    refs = names(("true", "false", "1", "0", "null"), OPTIONS["refs"]["description"])
    return _post(
        "open",
        "Layers in a row: out of an exported `.onnx`",
        "The file as the body, or as the part `model` of a form. The answer has the input's shape "
        "and the layers with their weights, as `POST /api/v1/pipeline` takes them: as numbers, "
        "with `refs=1` as refs, in safetensors as `0.weight`. What the file says of its chain is "
        "not believed: the chain is written as a graph again, and where the file's graph is "
        "another, that is a 422 which names what differs. Nothing is run.",
        {"required": True, "content": content},
        answers(_OPENED, "The chain.", FORMATS["safetensors"]),
        parameters=[
            {"name": "format", "in": "query", "schema": forms, "example": "json"},
            {"name": "refs", "in": "query", "schema": refs, "example": "false"},
        ],
    )


def chain_paths() -> dict[str, Any]:
    """Return the paths of chains."""
    path = "/api/v1/pipeline"
    return {
        path: _run(),
        f"{path}/plan": _plan(),
        f"{path}/export": _export(),
        f"{path}/open": _open(),
    }
