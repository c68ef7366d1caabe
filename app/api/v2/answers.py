"""What a model made, as clients of model servers read it."""

import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from starlette.responses import Response

from app.admission.room import need
from app.api.answer.answers import object_parts, written_list
from app.api.answer.headers import server_timing
from app.api.answer.parts import PartsResponse
from app.api.request.coding import Coding
from app.api.request.said import check_names
from app.api.v2.datatypes import TEXT, datatype_of
from app.api.v2.models import VERSION
from app.api.v2.pieces import placed
from app.api.v2.sent import BYTES, HEADER_LENGTH, Sent
from app.api.v2.wanted import Output
from app.layers.base import Array, Shape, Shapes
from app.problems import Invalid, TooLarge
from app.runs import count
from app.settings import Limits

_NUMBER_BYTES = 4
_MOST_NAMED = 4096
Block = bytes | memoryview


def check_outputs(asked: Sent, made: Shapes, there: Sequence[str], limits: Limits) -> list[Output]:
    """Return the outputs to be given.

    Args:
        asked: what is wanted.
        made: the shapes of all that can be had.
        there: what is given where nothing is said.
        limits: on what is written as JSON.

    Raises:
        Invalid: an output that is not made.
        TooLarge: too many numbers for JSON.
    """
    wanted = asked.outputs or tuple(Output(name, asked.binary) for name in there)
    try:
        check_names([one.name for one in wanted], made)
    except Invalid as problem:
        places = {one.name[:80]: ("outputs", number) for number, one in enumerate(wanted)}
        raise placed(problem, places) from None
    text = sum(count(made[one.name]) for one in wanted if not one.binary and not one.classes)
    if text > limits.json_elements:
        raise TooLarge(
            "{elements} elements are too many for JSON, which takes {most}; ask for them as bytes, "
            "by binary_data",
            elements=text,
            most=limits.json_elements,
        )
    for one in wanted:
        named = count(_ranked(made[one.name], one.classes)) if one.classes else 0
        if named > _MOST_NAMED:
            raise TooLarge(
                "{named} values would be named; at most {most} can be",
                named=named,
                most=_MOST_NAMED,
            )
    return list(wanted)


def infer_response(
    facts: dict[str, Any],
    outputs: Sequence[tuple[Output, Array]],
    labels: Sequence[str],
    coding: Coding | None,
    timing: dict[str, float],
) -> Response:
    """Write an answer.

    Args:
        facts: what stands beside the outputs.
        outputs: with how each is wanted.
        labels: what the numbers of a network's output stand for.
        coding: how it is compressed.
        timing: of the stages, in ms; it gets its `encode` here.
    """
    started = time.perf_counter()
    blocks: list[Block] = []
    written = [_written(how, array, labels, blocks) for how, array in outputs]
    head = object_parts(facts | {"model_version": VERSION, "outputs": written_list(written)})
    headers, media = {b"vary": "Accept-Encoding, Accept-Language"}, "application/json"
    if any(how.binary for how, _ in outputs):
        headers[HEADER_LENGTH.lower().encode()], media = str(sum(map(len, head))), BYTES
    parts: list[Block] = [*head, *blocks]
    if coding is not None:
        need(sum(map(len, parts)))
        parts, headers[b"content-encoding"] = list(coding.pieces(parts)), coding.name
    timing["encode"] = round((time.perf_counter() - started) * 1e3, 3)
    headers[b"server-timing"] = server_timing(timing)
    return PartsResponse(parts, headers, media, timing)


def _written(
    how: Output, array: Array, labels: Sequence[str], blocks: list[Block]
) -> tuple[Mapping[str, Any], Mapping[str, Array]]:
    """Return an output's facts and its numbers as JSON; bytes are added to the blocks."""
    facts: dict[str, Any] = {"name": how.name, "datatype": datatype_of(array), "shape": array.shape}
    if how.classes:
        texts = _classes(array, how.classes, labels)
        facts |= {"datatype": TEXT, "shape": _ranked(array.shape, how.classes)}
        if how.binary:
            told = [text.encode() for text in texts]
            blocks.append(b"".join(struct.pack("<I", len(one)) + one for one in told))
        else:
            facts["data"] = texts
    elif how.binary:
        flat: Any = np.ascontiguousarray(array).reshape(-1)
        blocks.append(memoryview(flat.view(np.uint8)))
    else:
        return facts, {"data": array.reshape(-1)}
    if how.binary:
        facts["parameters"] = {"binary_data_size": len(blocks[-1])}
    return facts, {}


def _ranked(shape: Shape, classes: int) -> Shape:
    """Return the shape of the highest values: of each row where the first axis is a batch."""
    rows, each = (shape[:1], count(shape[1:])) if len(shape) > 1 else ((), count(shape))
    return (*rows, min(classes, each))


def _classes(array: Array, classes: int, labels: Sequence[str]) -> list[str]:
    """Return the highest values as `value:index:label`, the highest first.

    Values are compared and written as what they are: integers exactly, a truth as 1 or 0.
    """
    need(_NUMBER_BYTES * 3 * array.size)
    written = "{:f}" if array.dtype.kind == "f" else "{:d}"
    found = []
    rows = len(array) if array.ndim > 1 else 1
    for row in array.reshape(rows, array.size // max(rows, 1)):
        for place in _ordered(row)[:classes].tolist():
            label = f":{labels[place]}" if place < len(labels) else ""
            found.append(f"{written.format(row[place].item())}:{place}{label}")
    return found


def _ordered(row: Array) -> Array:
    """Return the places of a row's values, the highest first; of equal ones the first is first."""
    if row.dtype.kind == "f":
        return np.argsort(-row, kind="stable")
    # What has no sign, or is a truth, has nothing below zero.
    return len(row) - 1 - np.argsort(row[::-1], kind="stable")[::-1]
