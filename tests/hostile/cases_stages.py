"""Awkward stages of chains: their tensors, their numbers, each layer behind another."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from app.exports.files import EXPORTS
from app.layers import FAMILIES
from tests.hostile.cases import (
    BRACES,
    INVALID,
    LONG,
    ODD,
    READ_OR_NOT,
    REFUSED,
    Case,
    X,
    multipart,
    posted,
    sent,
    written,
)

PIPELINE = "/api/v1/pipeline"
PLAN, EXPORT = f"{PIPELINE}/plan", f"{PIPELINE}/export"
RELU: dict[str, Any] = {"layer": "activation"}
CONV: dict[str, Any] = {"layer": "conv", "out_channels": 1}
_NPY = "application/x-npy"
_SHAPE = {"shape": [1, 1, 5, 5]}
# What a layer needs besides its name.
_NEEDED: dict[str, dict[str, Any]] = {
    "conv": {"out_channels": 1},
    "conv_transpose": {"out_channels": 1},
    "dense": {"out_features": 2},
    "batch_norm": {"running_mean": [0], "running_var": [1]},
    "merge": {"other": {"stage": "input"}},
}
_PLANNED: dict[str, dict[str, Any]] = {
    "batch_norm": {"running_mean": {"shape": [1]}, "running_var": {"shape": [1]}}
}


def _named(name: str) -> dict[str, Any]:
    return {"layer": name} | _NEEDED.get(name, {})


def joins() -> Iterator[Case]:
    """Yield odd names of the layer that gives a tensor, and chains that double with each layer."""
    stages = {**ODD, "itself": 1, "what follows": 2, "below": -1, "a bool": True, "a name": "conv"}
    for label, odd in stages.items():
        for url, given in ((PIPELINE, X), (PLAN, _SHAPE), (f"{EXPORT}?format=onnx", X)):
            for where, layer in {
                "other": {"layer": "merge", "other": {"stage": odd}},
                "input": RELU | {"input": {"stage": odd}},
                "weight": CONV | {"weight": {"stage": odd}},
                "more": {"layer": "merge", "other": {"stage": 0, "more": odd}},
            }.items():
                body = {"input": given, "layers": [RELU, layer, RELU]}
                yield posted(f"join {url[9:]}: {where} = {label}", url, body, READ_OR_NOT)
    for mode in ("add", "mul", "concat"):
        doubled = [
            {"layer": "merge", "mode": mode, "other": {"stage": n - 1 if n else "input"}}
            for n in range(60)
        ]
        # A plan tells of all layers that fit, with an error too.
        for url, given, count in (
            (PIPELINE, X, 60),
            (PLAN, _SHAPE, 8),
            (f"{EXPORT}?format=numpy", X, 60),
        ):
            body = {"input": given, "layers": doubled[:count]}
            title = f"join {url[9:]}: {mode} doubled {count} times"
            yield posted(title, url, body, READ_OR_NOT)


def tensors() -> Iterator[Case]:
    """Yield odd values where a layer's tensor can stand, and odd names beside the layers."""
    for label, odd in ODD.items():
        for url, given in ((PIPELINE, X), (PLAN, _SHAPE), (f"{EXPORT}?format=numpy", X)):
            for where, layer in {
                "a tensor": CONV | {"weight": odd},
                "the input of a layer": RELU | {"input": odd},
                "a ref": CONV | {"weight": {"ref": odd}},
            }.items():
                title = f"stage {url[9:]}: {where} = {label}"
                yield posted(title, url, {"input": given, "layers": [layer]}, READ_OR_NOT)
        body = {"input": _SHAPE, "layers": [RELU], "ranges": odd}
        yield posted(f"plan: ranges = {label}", PLAN, body, READ_OR_NOT)
    for name in (BRACES, LONG, "layers.0.weigth", "layers.7.weight", "layers.-1.weight",
                 "layers..weight", "layers.0.", "layers.0", f"layers.{10**30}.weight",
                 "layers.0.weight.mode", "layers.0.layer", "stages", "input.mode"):  # fmt: skip
        body = {"input": X, "layers": [CONV], name: [[[[1]]]]}
        yield posted(f"stage: {name[:30]} beside the layers", PIPELINE, body, READ_OR_NOT)


def parameters() -> Iterator[Case]:
    """Yield each odd value for each parameter of a layer that stands behind another."""
    for name, family in FAMILIES.items():
        for field in family.first.model_fields:
            for label, odd in ODD.items():
                title = f"chain: {name}, {field} = {label}"
                layers = [RELU, _named(name) | {field: odd}]
                yield posted(title, PIPELINE, {"input": [[X]], "layers": layers}, READ_OR_NOT)
                planned = [RELU, _named(name) | _PLANNED.get(name, {}) | {field: odd}]
                body = {"input": _SHAPE, "layers": planned, "ranges": 1}
                yield posted(f"planned {title}", PLAN, body, READ_OR_NOT)
                body = {"input": [[X]], "layers": layers, "format": EXPORTS[len(label) % 4]}
                yield posted(f"exported {title}", EXPORT, body, READ_OR_NOT)


def forms() -> Iterator[Case]:
    """Yield forms whose parts do not fit each other, and layers that are no JSON."""
    x, w = written(np.ones((1, 1, 5, 5), np.float32)), written(np.ones((1, 1, 2, 2), np.float32))
    text = json.dumps([CONV]).encode()
    parts: dict[str, list[tuple[str, bytes, str | None]]] = {
        "no layers": [],
        "a file of layers": [("layers", text, "chain.json")],
        "layers twice": [("layers", text, None), ("layers", text, None)],
        "layers as text and file": [("layers", text, None), ("layers", text, "chain.json")],
        "layers cut short": [("layers", text[:-1], None)],
        "a file cut short": [("layers", text[:-1], "chain.json")],
        "layers of bytes": [("layers", b"\xff\xfe\x00", "chain.json")],
        "a long list of layers": [("layers", b"[" + b"1," * 100_000 + b"1]", "chain.json")],
        "deep layers": [("layers", b"[" * 2000 + b"]" * 2000, "chain.json")],
        "a weight that is none": [("layers", text, None), ("layers.0.weight", b"\x93NUMPY", "w")],
        "a weight of no layer": [("layers", text, None), ("layers.1.weight", w, "w.npy")],
        "a weight of no name": [("layers", text, None), ("layers.0.", w, "w.npy")],
        "an input of a layer": [("layers", text, None), ("layers.0.input", w, "w.npy")],
        "a weight twice": [("layers", text, None), *[("layers.0.weight", w, "w.npy")] * 2],
        "a mode of a weight": [("layers", text, None), ("layers.0.weight.mode", b"L", None)],
        "a size of a weight": [
            ("layers", text, None),
            ("layers.0.weight", w, "w"),
            ("layers.0.weight.size", b"9x9", None),
        ],
        "70 weights": [
            ("layers", text, None),
            *((f"layers.{n}.weight", w, "w") for n in range(70)),
        ],
    }
    for title, more in parts.items():
        form = [("input", x, "x.npy"), *more]
        for url in (PIPELINE, f"{EXPORT}?format=onnx"):
            yield multipart(f"chain form {url[9:]}: {title}", url, form, READ_OR_NOT)
    for query in ("", "layers=", "layers=[]", "layers=conv", "layers=%5B%7B%7D%5D", "layers=ref:x"):
        yield sent(f"chain query {query}", f"{PIPELINE}?{query}", _NPY, x, INVALID)
    for length in (0, 5, 60, len(x) - 1):
        url = f"{PIPELINE}?layers={json.dumps([RELU])}"
        yield sent(f"chain: {length} bytes", url, _NPY, x[:length], REFUSED)


def long() -> Iterator[Case]:
    """Yield chains of many layers, and such as grow with each."""
    for count, statuses in ((64, (200,)), (65, (413,)), (100_000, (413,))):
        body = {"input": X, "layers": [RELU] * count}
        yield posted(f"chain of {count}", PIPELINE, body, statuses)
        yield posted(f"chain of {count}, all", PIPELINE, body | {"return": "all"}, statuses)
    yield posted("plan of 64", PLAN, {"input": _SHAPE, "layers": [CONV] * 64}, (422,))
    grown: dict[str, dict[str, Any]] = {
        "upsample": {"scale_factor": 64},
        "bicubic": {"mode": "bicubic", "size": [2_000_000, 1]},
        "pad": {"mode": "replicate", "padding": [0, 4_000_000, 0, 0]},
        "conv": {"out_channels": 65536, "kernel_size": 1},
        "conv_transpose": {"out_channels": 64, "kernel_size": 64, "stride": 64},
        "dense": {"out_features": 1_048_576},
    }
    for name, fields in grown.items():
        layer = {"layer": {"bicubic": "upsample"}.get(name, name)} | fields
        for count in (2, 40):
            body = {"input": [[X]], "layers": [layer] * count}
            title = f"chain: {count} of {name}"
            yield posted(title, PIPELINE, body, (413,) if count == 40 else READ_OR_NOT)
            yield posted(f"{title}, onnx", f"{EXPORT}?format=onnx", body, READ_OR_NOT)


def numbers() -> Iterator[Case]:
    """Yield what is not finite, and empty batches, through every kind of layer."""
    odd = np.array([[[[np.nan, np.inf], [-np.inf, 3e38]]]], np.float32)
    for name in FAMILIES:
        pooled = {"layer": "pooling", "kernel_size": 1}
        layers = json.dumps([_named(name), pooled] if name != "dense" else [_named(name)])
        for label, array in {"NaN": odd, "no batch": odd[:0], "a number": odd[0, 0, 0, 0]}.items():
            for form in ("json", "npy", "png", "safetensors"):
                url = f"{PIPELINE}?return=all&refs=1&format={form}&layers={layers}"
                title = f"chain of {label}: {name} as {form}"
                yield sent(title, url, _NPY, written(np.asarray(array)), READ_OR_NOT)
            for kind in EXPORTS:
                url = f"{EXPORT}?format={kind}&layers={layers}"
                title = f"chain of {label}: {name} for {kind}"
                yield sent(title, url, _NPY, written(np.asarray(array)), READ_OR_NOT)


def every_case_of_stages() -> list[Case]:
    """Return all of them."""
    makers = (joins, tensors, parameters, forms, long, numbers)
    return [case for make in makers for case in make()]
