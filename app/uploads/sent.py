"""What is kept of a model that was sent."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from app.layers.base import Shape

_LENGTH = struct.Struct("<Q")


class Sent(NamedTuple):
    """What is kept of a model: what is known of it, and the file.

    Attributes:
        facts: title, and how a picture is prepared.
        labels: what the outputs stand for.
        shape: of the input, None for the file's own.
        known: its stages; nothing before it was opened.
        model: the ONNX file.
    """

    facts: Mapping[str, Any]
    labels: Sequence[str]
    shape: Shape | None
    known: Mapping[str, Any]
    model: bytes

    def packed(self) -> bytes:
        """Return it as one file, which cannot be dropped by halves."""
        head = orjson.dumps(
            {n: getattr(self, n) for n in ("facts", "labels", "shape", "known")},
            default=dict,
        )
        return _LENGTH.pack(len(head)) + head + self.model


def unpacked(data: bytes) -> Sent:
    """Read it back."""
    (length,) = _LENGTH.unpack_from(data)
    end = _LENGTH.size + length
    head = orjson.loads(data[_LENGTH.size : end])
    shape = head.pop("shape")
    return Sent(**head, shape=tuple(shape) if shape else None, model=data[end:])
