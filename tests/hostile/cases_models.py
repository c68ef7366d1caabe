"""Awkward files for `POST /api/v1/pipeline/open`: what parses to much, lies, or is cut off."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from app.graphs import CHAIN, chain_metadata
from app.networks.chain import make_stages
from app.networks.compile import chain_model
from tests.hostile.cases import LONG, ODD, READ_OR_NOT, REFUSED, Case, multipart, sent
from tests.uploads.made import HOSTILE

OPEN = "/api/v1/pipeline/open"
_BYTES = "application/octet-stream"
_MANY = 2_000_000
# Those whose making takes long say nothing new here: their graphs are refused by their names.
_SLOW = {"many nodes", "heavy"}


@lru_cache(1)
def _good() -> bytes:
    """Return a chain as it is exported."""
    specs: list[dict[str, Any]] = [
        {"layer": "conv", "padding": 1},
        {"layer": "activation"},
        {"layer": "pooling"},
    ]
    weights = {"conv.weight": np.ones((2, 1, 3, 3), np.float32)}
    shape = (1, 1, 6, 6)
    model = chain_model(make_stages(specs, weights, shape), chain_metadata(specs, shape), last=True)
    return bytes(model.SerializeToString())


def _asked(name: str, body: bytes, statuses: tuple[int, ...] = REFUSED) -> Case:
    return sent(f"open {name}", OPEN, _BYTES, body, statuses)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _field(number: int, body: bytes) -> bytes:
    """Return a field of a message: its number, its length, its bytes."""
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _nested(depth: int) -> bytes:
    """Return a graph in an attribute of a node of a graph in an attribute, and so on."""
    graph = b""
    for _ in range(depth):
        graph = _field(1, _field(5, _field(6, graph)))
    return _field(7, graph)


def bombs() -> Iterator[Case]:
    """Yield few bytes that become much, sizes that are not there, and depths."""
    shapes = _field(5, _field(7, b"\x01" * _MANY))
    for name, body in {
        "a million nodes": _field(7, b"\x0a\x00" * _MANY),
        "a million tensors": _field(7, b"\x2a\x00" * _MANY),
        "a million graphs": b"\x3a\x00" * _MANY,
        "a million opsets": b"\x42\x00" * _MANY,
        "a million functions": b"\xca\x01\x00" * _MANY,
        "a million properties": b"\x72\x00" * _MANY,
        "packed numbers": _field(7, shapes),
        "sizes one by one": _field(7, _field(5, b"\x08\x01" * _MANY)),
        "a length of terabytes": b"\x3a\xff\xff\xff\xff\xff\x7f",
        "a length of all bits": b"\x3a" + b"\xff" * 9 + b"\x01",
        "a number without end": b"\x08" + b"\xff" * 100,
        "groups": b"\x0b" * 10_000,
        "group ends": b"\x0c" * 10_000,
        "nested 30": _nested(30),
        "nested 3000": _nested(3000),
        "field 0": b"\x02\x00",
        "text": LONG.encode(),
        "a name that is no text": _field(7, _field(1, _field(4, b"\xff\xfe"))),
        "zeros": bytes(1 << 20),
    }.items():
        yield _asked(name, body)


def pieces() -> Iterator[Case]:
    """Yield a good file cut off, and with each of some bytes turned round."""
    good = _good()
    for place in range(1, len(good), max(1, len(good) // 60)):
        yield _asked(f"the first {place} bytes", good[:place])
        body = good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]
        yield _asked(f"byte {place} turned", body, READ_OR_NOT)
    yield _asked("it twice", good * 2, READ_OR_NOT)


def lies() -> Iterator[Case]:
    """Yield good graphs that say something odd of their chain, and models of others."""
    for name, value in ODD.items():
        for layers in (value, [value], [{"layer": value}], [{"layer": "conv", "padding": value}]):
            model = onnx.load_from_string(_good())
            said = json.dumps({"input": [1, 1, 6, 6], "layers": layers})
            helper.set_model_props(model, {CHAIN: said})
            yield _asked(f"a chain of {name}", model.SerializeToString(), READ_OR_NOT)
        model = onnx.load_from_string(_good())
        helper.set_model_props(model, {CHAIN: json.dumps({"input": value, "layers": [{}]})})
        yield _asked(f"an input of {name}", model.SerializeToString())
    for name, (make, _) in HOSTILE.items():
        if name not in _SLOW:
            yield _asked(f"a model: {name}", make().SerializeToString())


def weights() -> Iterator[Case]:
    """Yield weights of odd kinds and sizes."""
    for number, dims in enumerate(
        ([], [-1], [2**62, 4], [0], [2**31, 2**31], [1] * 70, [2, 0, 2**62])
    ):
        model = onnx.load_from_string(_good())
        tensor = next(t for t in model.graph.initializer if t.name == "conv.weight")
        tensor.dims[:] = dims
        yield _asked(f"sizes {number}", model.SerializeToString())
        tensor.raw_data = b""
        yield _asked(f"sizes {number} of nothing", model.SerializeToString())
    for kind in range(1, 24):
        model = onnx.load_from_string(_good())
        next(t for t in model.graph.initializer if t.name == "conv.weight").data_type = kind
        yield _asked(f"type {kind}", model.SerializeToString(), READ_OR_NOT)
    model = onnx.load_from_string(_good())
    large = np.zeros((1 << 22,), np.float32)
    model.graph.initializer.append(numpy_helper.from_array(large, "more"))
    yield _asked("sixteen megabytes more", model.SerializeToString())


def forms() -> Iterator[Case]:
    """Yield files in forms, under other types, with odd options."""
    good = _good()
    for name in ("model", "input", "file", LONG):
        parts = [(name, good, "../../chain.onnx")]
        status = READ_OR_NOT if name == "model" else REFUSED
        yield multipart(f"open a part {name[:8]}", OPEN, parts, status)
    yield multipart("open text", OPEN, [("model", good, None)])
    for kind in ("application/json", "text/plain", "image/png", "application/x-npy", LONG):
        yield sent(f"open as {kind[:20]}", OPEN, kind, good, READ_OR_NOT)
    for number, query in enumerate(("format=png", f"refs={LONG}", "refs=1&refs=1", "a=1", "%ff")):
        url = f"{OPEN}?{query}"
        yield sent(f"open with {number}", url, _BYTES, good)


def every_model() -> list[Case]:
    """Return all of them."""
    return [case for make in (bombs, pieces, lies, weights, forms) for case in make()]
