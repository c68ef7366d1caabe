"""Answers: JSON, .npy, PNG or safetensors, as the client prefers."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import orjson
from starlette.responses import Response

from app.admission.room import need
from app.api.answer.headers import answer_headers
from app.api.answer.parts import PartsResponse
from app.layers.base import Array
from app.problems import TooLarge
from app.settings import Limits
from app.tensors.npy import npy_parts
from app.tensors.pictures import write_png
from app.tensors.safetensors import safetensors_parts

FORMATS = {
    "json": "application/json",
    "npy": "application/x-npy",
    "png": "image/png",
    "safetensors": "application/vnd.safetensors",
}
# Bytes of memory that it takes to write an element.
_WRITING = {"json": 24, "npy": 0, "png": 24, "safetensors": 0}
# Nanoseconds to write one, counted twice: Python lets no other thread run meanwhile.
_EFFORT = {"json": 60, "npy": 0, "png": 60, "safetensors": 0}
# Elements written as JSON at once. Python lets no other thread run meanwhile.
_AT_ONCE = 16 * 1024
_SENT_WHOLE = 128 * 1024
_ORJSON = orjson.OPT_SERIALIZE_NUMPY


def json_bytes(value: object) -> bytes:
    """Return JSON; NaN and infinities become null, arrays nested lists."""
    return orjson.dumps(value, option=_ORJSON, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist() if value.ndim == 0 else np.ascontiguousarray(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def json_response(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer that is JSON and nothing else."""
    return Response(json_bytes(value), status, headers, FORMATS["json"])


def json_array(value: Array) -> object:
    """Return a tensor as orjson takes it; a rank-0 one is a plain number."""
    if value.ndim == 0:
        number = value.item()
        return number if math.isfinite(number) else None
    # orjson leaves an empty axis out of what it writes.
    return value.tolist() if value.size == 0 else np.ascontiguousarray(value)


def respond(
    form: str,
    outputs: Mapping[str, Array],
    facts: dict[str, Any],
    limits: Limits,
    *,
    colormap: Any = None,
    scale: Any = None,
    timing: dict[str, float] | None = None,
) -> PartsResponse:
    """Write an answer.

    Args:
        form: a name in `FORMATS`.
        outputs: tensors by name; `output` is the one that a single-tensor form shows.
        facts: everything else.
        limits: bounds what is written as JSON or PNG.
        colormap: for PNG.
        scale: for PNG.
        timing: of the stages, in ms; it gets its `encode` here, before `facts`, which may hold it,
            are written.

    Raises:
        TooLarge: too many elements for JSON, or pixels for a PNG.
    """
    started = time.perf_counter()
    need(_WRITING[form] * (elements := sum([value.size for value in outputs.values()])))
    if form == "json":
        check_json(elements, limits)
        body: Sequence[bytes | memoryview] = _json(outputs, facts, timing, started)
    elif form == "safetensors":
        _close(timing, started)
        metadata = {"layerlab": json_bytes(facts).decode()}
        body = safetensors_parts(outputs, metadata)
    elif form == "png":
        body = [write_png(outputs["output"], limits, colormap, scale)]
    else:
        body = npy_parts(outputs["output"])
    _close(timing, started)
    return PartsResponse(body, _headers(form, facts), FORMATS[form], timing)


def _headers(form: str, facts: dict[str, Any]) -> dict[bytes, str]:
    told = json_bytes(facts) if form in ("npy", "png") else None
    return answer_headers(facts.get("timing_ms"), told)


def _json(
    outputs: Mapping[str, Array],
    facts: dict[str, Any],
    timing: dict[str, float] | None,
    started: float,
) -> list[bytes]:
    written = {name: _json_pieces(value) for name, value in outputs.items()}
    _close(timing, started)
    return object_parts(facts, written)


class Written(list[bytes]):
    """A part of an answer that is JSON already, in pieces."""


def written_list(items: Iterable[tuple[Mapping[str, Any], Mapping[str, Array]]]) -> Written:
    """Write a list of objects, each of facts and of arrays beside them."""
    parts = Written([b"["])
    for number, (facts, arrays) in enumerate(items):
        need(_WRITING["json"] * sum(value.size for value in arrays.values()))
        written = {name: _json_pieces(value) for name, value in arrays.items()}
        parts += [*([b","] if number else []), *_object(facts, written)]
    return Written([*parts, b"]"])


def object_parts(
    facts: Mapping[str, Any], written: Mapping[str, Sequence[bytes]] = MappingProxyType({})
) -> list[bytes]:
    """Write an object of facts and of what is written already: in one piece if it is short."""
    parts = _object(facts, written)
    return parts if sum(map(len, parts)) > _SENT_WHOLE else [b"".join(parts)]


def _object(facts: Mapping[str, Any], written: Mapping[str, Sequence[bytes]]) -> list[bytes]:
    told = dict(facts)
    own = {k: told.pop(k) for k, v in facts.items() if isinstance(v, Written)}
    for name in written:
        told.pop(name, None)
    parts = [json_bytes(told)[:-1]]
    for name, pieces in {**own, **written}.items():
        comma = b"" if parts == [b"{"] else b","
        parts += [comma + json_bytes(name) + b":", *pieces]
    return [*parts, b"}"]


def _json_pieces(value: Array) -> list[bytes]:
    """Return a tensor as JSON, in pieces of some thousand elements."""
    return [json_bytes(json_array(value))] if value.size <= _AT_ONCE else [*_cut(value)]


def _cut(value: Array) -> Iterator[bytes]:
    row, before = value[0].size, b"["
    step = max(_AT_ONCE // row, 1)
    for start in range(0, len(value), step):
        yield before
        if row > _AT_ONCE:
            yield from _json_pieces(value[start])
        else:
            yield json_bytes(json_array(value[start : start + step]))[1:-1]
        before = b","
    yield b"]"


def check_json(elements: int, limits: Limits) -> None:
    """Refuse more numbers than one writes as text.

    Raises:
        TooLarge: naming the binary forms.
    """
    if elements > limits.json_elements:
        raise TooLarge(
            "{elements} elements are too many for JSON, which takes {most}; ask for "
            "application/x-npy, application/vnd.safetensors or image/png",
            elements=elements,
            most=limits.json_elements,
        )


def writing_effort(form: str, elements: int) -> int:
    """Return how long it takes to write so many numbers, roughly, in billionths of a second."""
    return _EFFORT[form] * elements


def _close(timing: dict[str, float] | None, started: float) -> None:
    if timing is not None:
        timing["encode"] = round((time.perf_counter() - started) * 1e3, 3)
