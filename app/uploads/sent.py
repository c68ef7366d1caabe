"""What is kept of a model that was sent."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
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
        model: the ONNX file; nothing where what is known was read alone.
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
    return _of_head(data[_LENGTH.size : end])._replace(model=data[end:])


def known_of(path: Path) -> tuple[Sent, int]:
    """Read what is known of a model without the model; return where in the file that begins.

    Raises:
        OSError: the file is not there any more.
    """
    with path.open("rb") as file:
        (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
        return _of_head(file.read(length)), _LENGTH.size + length


def _of_head(data: bytes) -> Sent:
    head = orjson.loads(data)
    shape = head.pop("shape")
    return Sent(**head, shape=tuple(shape) if shape else None, model=b"")
