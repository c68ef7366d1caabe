"""The safetensors format: a JSON header, then the numbers of every tensor, uncompressed."""

import struct
from collections.abc import Mapping

import numpy as np
import orjson

from app.layers.base import Array

_NAMES = {"float32": "F32", "int64": "I64", "uint8": "U8"}
_ALIGN = 8


def write_safetensors(tensors: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """Return every tensor and the metadata (text only) in one body."""
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    parts, offset = [], 0
    for name, value in tensors.items():
        contiguous = np.ascontiguousarray(value)
        end = offset + contiguous.nbytes
        header[name] = {
            "dtype": _NAMES[value.dtype.name],
            "shape": list(value.shape),
            "data_offsets": [offset, end],
        }
        parts.append(contiguous.tobytes())
        offset = end
    text = orjson.dumps(header)
    text = text.ljust(-(-len(text) // _ALIGN) * _ALIGN)
    return b"".join((struct.pack("<Q", len(text)), text, *parts))
