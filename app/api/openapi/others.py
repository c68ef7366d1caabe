"""What FastAPI cannot know of the other routes: what is sent, what comes back, which names."""

from typing import Any

import numpy as np

from app.api.answer.answers import FORMATS
from app.api.curves import FORMS
from app.api.openapi.pieces import (
    COLORMAP,
    FILE,
    FORMAT,
    PROCESSOR,
    REFS,
    SCALE,
    SHAPE,
    STATS,
    TENSOR,
    TEXT,
    TEXTS,
    WRITTEN,
    Schema,
    answers,
    body,
    maybe,
    names,
    obj,
    problems,
    strict,
    switch,
)
from app.api.openapi.why import why_routes
from app.api.request.coding import CODINGS
from app.layers import FAMILIES
from app.layers._function import Function
from app.networks.network import names as networks
from app.networks.network import network
from app.settings import limits

_PICTURES = (FORMATS["npy"], FORMATS["png"], FORMATS["safetensors"])
_CURVES = tuple(media for name, media in FORMS.items() if name != "json")
_LIST: Schema = {"type": "array", "items": {"type": "object"}}
_TIMES = obj("model stages microseconds", stages=_LIST, microseconds={"type": ["number", "null"]})
_LAID = (
    "`channels_last` of the input and of each stage says whether it is (N, H, W, C), as Keras has "
    "it; pictures are then taken too, arrays as the file has them. What a stage sees is told along "
    "rows and columns either way."
)
_FORM = names(FORMS, "Goes before Accept.")


def _functions() -> list[str]:
    layers = (layer for family in FAMILIES.values() for layer in family.variants.items())
    return [str(tag) for tag, layer in layers if issubclass(layer, Function)]


def _takes(schema: Schema, examples: Schema | None = None) -> Schema:
    return body(schema, {"input": FILE}, examples)


def _json(schema: Schema, description: str, **more: Any) -> Schema:
    return {"responses": answers(schema, description), **more}


def _named(**parameters: Schema) -> Schema:
    """Return the parameters of a route below one network, which may have been uploaded."""
    return {"name": {"example": networks()[0]}, **parameters}


def _range() -> dict[str, Schema]:
    far = limits().curve_far
    end = {"minimum": -far, "maximum": far}
    ylim = {"description": "low,high of the y axis; for several functions once or for each."}
    return {"start": end, "stop": end, "num": {"minimum": 2}, "ylim": ylim, "format": _FORM}


def _tensors() -> dict[tuple[str, str], Schema]:
    path = "/api/v1/tensors"
    held = obj(
        "ref shape dtype stats conversions",
        ref={"type": ["string", "null"]},
        shape=SHAPE,
        dtype=TEXT,
        stats=STATS,
        conversions=TEXTS,
    )
    said = "It is held under this ref; null says that there is no room."
    made = answers(held, said, FORMATS["safetensors"], status=201)
    ref = "$response.body#/ref"
    links: dict[str, Schema] = {
        "tensor": {"operationId": "get_tensor", "parameters": {"ref": ref}},
        **{
            name: {"operationId": f"run_{name}", "requestBody": {"input": {"ref": ref}}}
            for name in FAMILIES
        },
    }
    made["201"]["links"] = links
    coding = maybe(names(CODINGS, "How a tensor that comes along is compressed."))
    alone = {"$ref": "#/components/schemas/Described"}
    kinds = [strict("input", input=TENSOR, coding=coding), alone]
    shown = {"small": {"summary": "Four numbers", "value": {"input": [[1.0, 2.0], [3.0, 4.0]]}}}
    tensor = obj("output shape dtype stats", output=WRITTEN, shape=SHAPE, dtype=TEXT, stats=STATS)
    look = {"format": FORMAT, "colormap": COLORMAP, "scale": SCALE}
    return {
        ("post", path): {
            "operationId": "hold_tensor",
            "requestBody": _takes({"anyOf": kinds}, shown),
            "responses": made | problems(),
        },
        ("get", f"{path}/{{ref}}"): {
            "operationId": "get_tensor",
            "parameters": look,
            "responses": answers(tensor, "The tensor.", *_PICTURES)
            | problems(404, 406, 413, 422, 503),
        },
    }


def _curves() -> dict[tuple[str, str], Schema]:
    path, tags = "/api/v1/activations", _functions()
    one = "|".join(tags)
    several = {"pattern": f"^({one})(,({one}))*$", "example": ",".join(tags[:2])}
    curve = {"y": WRITTEN, "dydx": WRITTEN, "function": TEXT, "params": {"type": "object"}}
    refused = problems(404, 406, 413, 422, 503)
    together = obj("x", x=WRITTEN, curves={"type": "array", "items": obj("y dydx", **curve)})
    layout = names(("panels", "overlay"), "A panel for each function, or all in one.")
    return {
        ("get", f"{path}/curve"): {
            "operationId": "draw_curves",
            "parameters": {**_range(), "functions": several, "layout": layout},
            "responses": answers(together, "The curves.", *_CURVES) | refused,
        },
        ("get", f"{path}/{{function}}/curve"): {
            "operationId": "draw_curve",
            "parameters": {**_range(), "function": {"enum": tags}},
            "responses": answers(obj("x y dydx", x=WRITTEN, **curve), "The curve.", *_CURVES)
            | refused,
        },
    }


def _model_sent() -> Schema:
    each = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}}]}
    sent = strict(
        "model",
        model=FILE,
        title=TEXT,
        labels={"anyOf": [TEXTS, FILE], "description": "A name for each class, or a line."},
        mean=each | {"description": "Taken off each channel of a picture, which is 0 to 1."},
        std=each | {"description": "By which each channel is then divided."},
        size=SHAPE | {"description": "The input's shape, where the file leaves sizes free."},
    )
    return {"required": True, "content": {"multipart/form-data": {"schema": sent}}}


def _networks() -> dict[tuple[str, str], Schema]:
    path = "/api/v1/models"
    facts = obj("name classes input stages", name=TEXT, classes=TEXTS, stages=_LIST)
    weight = obj("output shape dtype stats", output=WRITTEN, shape=SHAPE, dtype=TEXT, stats=STATS)
    tensor = {"example": next(iter(network(networks()[0]).tensors()))}
    file = {"application/octet-stream": {"schema": FILE}}
    return {
        ("get", path): _json(obj("models", models={"type": "array", "items": facts}), "All."),
        ("post", path): {
            "operationId": "send_network",
            "requestBody": _model_sent(),
            "responses": answers(facts, f"It is kept under this name. {_LAID}", status=201)
            | problems(400, 413, 415, 422, 503),
        },
        ("get", f"{path}/{{name}}"): {
            "parameters": _named(),
            "responses": answers(facts, f"Its layers. {_LAID}") | problems(404),
        },
        ("get", f"{path}/{{name}}/file"): {
            "parameters": _named(),
            "responses": {"200": {"description": "The file.", "content": file}} | problems(404),
        },
        ("get", f"{path}/{{name}}/times"): {
            "parameters": _named(),
            "responses": answers(_TIMES, "Now.") | problems(404, 413, 422, 503),
        },
        ("get", f"{path}/{{name}}/tensors/{{tensor}}"): {
            "parameters": _named(tensor=tensor, format=FORMAT),
            "responses": answers(weight, "It.", *_PICTURES) | problems(404, 406, 413, 422),
        },
    }


def _networks_run() -> dict[tuple[str, str], Schema]:
    path, first = "/api/v1/models/{name}", network(networks()[0])
    black = {"input": np.full(first.input_shape, int(first.preparation.value_range[0])).tolist()}
    shown = {"black": {"summary": "A black picture", "value": black}}
    start = {"node": 0, "at": [0] * len(first.stages[0].output)}
    asked = {"black": {"summary": "A black picture", "value": black | start}}
    at = {"type": "array", "items": {"type": "integer"}}
    node = {"type": ["string", "integer"], "description": "A stage, or -1 for the input."}
    limit = maybe({"type": "integer", "minimum": 1})
    whole = maybe(switch("The whole path, as by default, or that element alone."))
    order = maybe({"enum": ["index", "contribution"], "default": "contribution"})
    device = maybe(PROCESSOR)
    terms: Schema = {"limit": limit, "order": order, "path": whole, "device": device}
    followed = strict("input node at", input=TENSOR, node=node, at=at, **terms)
    listed = [node, {"type": "array", "items": node, "minItems": 1}]
    nodes = maybe({"anyOf": listed, "description": "The only stages whose outputs are given."})
    wanted: Schema = {"format": maybe(FORMAT), "refs": maybe(REFS), "nodes": nodes}
    traced = strict("input", input=TENSOR, device=device, **wanted)
    top, steps = obj("model input top", top=_LIST), obj("model node at path", path=_LIST)
    return {
        ("post", f"{path}/trace"): {
            "parameters": _named(),
            "requestBody": _takes(traced, shown),
            "responses": answers(top, "Every stage.", *_PICTURES) | problems(),
        },
        ("post", f"{path}/explain"): {
            "parameters": _named(),
            "requestBody": _takes(followed, asked),
            "responses": answers(steps, "The path.") | problems(),
        },
        **{key: {"parameters": _named(), **route} for key, route in why_routes(shown).items()},
    }


def _about() -> dict[tuple[str, str], Schema]:
    status = obj("status", status=TEXT)
    text: Schema = {"schema": TEXT}
    metrics = {"text/plain": text, "application/openmetrics-text": text}
    named = {"type": "object", "additionalProperties": {"type": "object"}}
    return {
        ("get", "/api/v1/layers"): _json(obj("layers", layers=_LIST), "Every layer."),
        ("get", "/api/v1/pipelines"): _json(obj("pipelines", pipelines=_LIST), "They."),
        ("get", "/api/v1/devices"): _json(obj("devices auto", devices=TEXTS, auto=TEXT), "They."),
        ("get", "/api/v1/limits"): _json(obj("limits", limits=named), "Every limit."),
        ("get", "/health/live"): _json(status, "It does."),
        ("get", "/health/ready"): {"responses": answers(status, "It has.") | problems(503)},
        ("get", "/metrics"): {
            "responses": {"200": {"description": "The counts.", "content": metrics}}
        },
    }


def other_routes() -> dict[tuple[str, str], Schema]:
    """Return by method and path what is to be added; parameters by name."""
    return _tensors() | _curves() | _networks() | _networks_run() | _about()
