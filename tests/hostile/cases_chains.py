"""Awkward chains of layers, and awkward questions to the network."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.hostile.cases import (
    BRACES,
    LONG,
    MODEL,
    ODD,
    READ_OR_NOT,
    REFUSED,
    Case,
    multipart,
    posted,
    sent,
    written,
)

CHAIN = "/api/v1/pipeline"
_ROUTES = ("", "/plan", "/export?format=onnx", "/export?format=keras")
_CONV: dict[str, Any] = {"layer": "conv", "out_channels": 2, "padding": 1}
_RELU: dict[str, Any] = {"layer": "activation"}
_X = np.zeros((1, 1, 6, 6)).tolist()


def _asked(route: str, chain: Any, **more: Any) -> dict[str, Any]:
    """Return a request; a plan takes shapes."""
    tensor: Any = {"shape": [1, 1, 6, 6]} if route == "/plan" else _X
    return {"input": tensor, "layers": chain, **more}


def layers() -> Iterator[Case]:
    """Yield odd lists of layers, odd layers among good ones, odd names in a layer."""
    odd: dict[str, Any] = {
        **ODD, "null": None, "a layer": _RELU, "a name": "conv", "[name]": ["conv"],
        "1000 layers": [_RELU] * 1000, "100,000 layers": [_RELU] * 100_000, "[[layer]]": [[_RELU]],
        "no name": [{"kernel_size": 3}], "layer null": [{"layer": None}], "long name":
        [{"layer": LONG}], "braces name": [{"layer": BRACES}], "layer list": [{"layer": ["conv"]}],
        "path": [{"layer": "../conv"}], "itself": [{"layer": "pipeline"}], "5000 fields":
        [{"layer": "conv", **{f"a{n}": 1 for n in range(5000)}}], "input": [{**_RELU, "input": _X}],
        "ref": [{**_CONV, "weight": {"ref": "A" * 32}}],
        "huge": [{**_CONV, "out_channels": 65536}] * 9,
        "terabytes": [_CONV, {"layer": "upsample", "size": [10**6, 10**6]}, _RELU],
        "bias": [{**_CONV, "bias": [0.0] * 5}], "shrinking": [{"layer": "pooling"}] * 40,
        "growing": [{"layer": "upsample", "scale_factor": 8}] * 40,
        "wide": [{"layer": "dense", "out_features": 2**20}] * 3,
    }  # fmt: skip
    for name, value in odd.items():
        for route in _ROUTES:
            yield posted(f"chain{route}: layers {name}", CHAIN + route, _asked(route, value),
                         READ_OR_NOT)  # fmt: skip


def fields() -> Iterator[Case]:
    """Yield an odd value for each field of a layer in the middle, and for each option."""
    for field in ("kernel_size", "stride", "padding", "groups", "weight", "bias", "kernel", "layer",
                  "spatial_dims", "seed", "init", "device"):  # fmt: skip
        for name, value in ODD.items():
            chain = [_RELU, {**_CONV, field: value}, {"layer": "pooling"}]
            for route in _ROUTES[:2]:
                title = f"chain{route}: {field} = {name}"
                yield posted(title, CHAIN + route, _asked(route, chain), READ_OR_NOT)
    for option in ("return", "input", "format", "fields", "device", "refs", LONG[:20]):
        for name, value in ODD.items():
            asked = _asked("", [_CONV, _RELU], **{option: value})
            yield posted(f"chain: {option} = {name}", CHAIN, asked, READ_OR_NOT)


def forms() -> Iterator[Case]:
    """Yield chains in forms, whose layers are text."""
    file = written(np.zeros((1, 1, 6, 6), np.float32))
    for number, text in enumerate((
        b"", b"[", b"null", b"conv", b"[{}]", b"[" * 5000, b'[{"layer":"conv"}', b"\xff",
        json.dumps([_RELU] * 5000).encode(), b'[{"layer":"activation","layer":"conv"}]', b"[1e999]",
        b'[{"layer":"activation"}]' * 2, b'["' + b"a" * 100_000 + b'"]', b"layer=conv",
    )):  # fmt: skip
        parts = [("input", file, "x.npy"), ("layers", text, None)]
        yield multipart(f"chain form {number}", CHAIN, parts, READ_OR_NOT)
        parts = [("input", file, "x.npy"), ("layers", text, "l.json")]
        yield multipart(f"chain form {number}, a file", CHAIN, parts, READ_OR_NOT)
    for kind in ("application/x-npy", "image/png", "application/json", "text/plain"):
        yield sent(f"chain body of {kind}", CHAIN, kind, file)
    for number, kind in enumerate(("", "nothing", "pickle", LONG, "../onnx", "onnx&format=keras")):
        asked = _asked("", [_RELU])
        url = f"{CHAIN}/export?format={kind}"
        yield posted(f"chain export {number}", url, asked, READ_OR_NOT)


_WHY = {
    "predict": ("classes", "cover", "value"),
    "occlude": ("class", "size", "step", "tops", "lefts", "value"),
    "class_map": ("class",),
    "contributions": ("class", "limit"),
}


def networks() -> Iterator[Case]:
    """Yield odd nodes, odd options, shapes that the network does not take."""
    for route in ("predict", "trace", "explain"):
        for shape in ((), (0,), (3,), (3, 0, 5), (1, 3, 32, 33), (2, 3, 32, 32), (4, 32, 32),
                      (1,) * 8, (3, 5000, 1)):  # fmt: skip
            body = written(np.zeros(shape, np.float32))
            yield sent(f"{route} of {shape}", f"{MODEL}/{route}", "application/x-npy", body,
                       READ_OR_NOT)  # fmt: skip
        for name in ("nodes", "node", "at", "top", "fields", "format", "limit", "outputs"):
            for label, value in ODD.items():
                given = {"input": np.zeros((3, 32, 32)).tolist(), name: value}
                title = f"network {route}: {name} = {label}"
                yield posted(title, f"{MODEL}/{route}", given, READ_OR_NOT)
    for route, names in _WHY.items():
        for name in names:
            for label, value in ODD.items():
                given = {"input": np.zeros((3, 32, 32)).tolist(), name: value}
                title = f"network {route}: {name} = {label}"
                yield posted(title, f"{MODEL}/{route}", given, READ_OR_NOT)
    for name in ("..", "one-conv/..", "%2e%2e%2fone-conv", LONG, "CON", "one-conv.onnx", "*"):
        for route in ("predict", "file", "trace"):
            url = f"/api/v1/models/{name}/{route}"
            yield posted(f"network {name[:20]}: {route}", url, {"input": [1]}, REFUSED)
    yield Case("a network is sent", "POST", "/api/v1/models", b"\x08\x0a", statuses=REFUSED)


def every_case_of_chains() -> list[Case]:
    """Return all of them."""
    return [case for make in (layers, fields, forms, networks) for case in make()]
