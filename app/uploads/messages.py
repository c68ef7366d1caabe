"""What the service and a model's process say to each other: JSON and plain numbers, no pickles.

A message is the length of its head, the head (JSON, with the name, type and shape of each array),
and then the arrays' bytes. Neither side believes the other's lengths beyond a limit.
"""

import math
import struct
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import orjson

from app.layers.base import Array
from app.networks.kinds import KINDS, check_kind

_LENGTH = struct.Struct("<Q")
_ARRAYS = "arrays"
_ORJSON = orjson.OPT_SERIALIZE_NUMPY


class Message(NamedTuple):
    """Facts, and arrays by name."""

    facts: dict[str, Any]
    arrays: Mapping[str, Array]


class Garbled(Exception):
    """The other side said what makes no sense."""


def write(message: Message) -> list[bytes | memoryview]:
    """Return the parts of a message, to be sent one after the other.

    Raises:
        Invalid: numbers of a type that neither side knows.
    """
    for value in message.arrays.values():
        check_kind(value.dtype.name)
    held = {name: np.ascontiguousarray(value) for name, value in message.arrays.items()}
    listed = [
        [name, value.dtype.name, list(message.arrays[name].shape)] for name, value in held.items()
    ]
    head = orjson.dumps(message.facts | {_ARRAYS: listed}, option=_ORJSON, default=_plain)
    data = [value.reshape(-1).view(np.uint8).data for value in held.values() if value.size]
    return [_LENGTH.pack(len(head)), head, *data]


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def _anything(size: int) -> None:
    """Have nothing against arrays of so many bytes."""


def read(
    take: Callable[[int], bytes | bytearray],
    most: int,
    let_in: Callable[[int], None] = _anything,
) -> Message:
    """Read a message.

    Args:
        take: returns exactly so many bytes.
        most: bytes of a head, and of all arrays together.
        let_in: is asked before so many bytes of arrays are taken, and raises if they are too many.

    Raises:
        Garbled: lengths past that, a type that is no number, a head that is no JSON object.
    """
    (length,) = _LENGTH.unpack(take(_LENGTH.size))
    if length > most:
        raise Garbled
    try:
        facts = orjson.loads(take(length))
        listed = facts.pop(_ARRAYS)
        kinds = [(str(n), np.dtype(_known(kind)), tuple(map(int, s))) for n, kind, s in listed]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Garbled from error
    sizes = [kind.itemsize * math.prod(shape) for _, kind, shape in kinds]
    if any(n < 0 for _, _, shape in kinds for n in shape) or sum(sizes) > most:
        raise Garbled
    let_in(sum(sizes))
    arrays = {
        name: np.frombuffer(take(size), kind).reshape(shape)
        for (name, kind, shape), size in zip(kinds, sizes, strict=True)
    }
    return Message(facts, arrays)


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise Garbled
    return kind
