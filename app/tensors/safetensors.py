"""The safetensors format: a JSON header, then the numbers of every tensor, uncompressed."""

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson

from app.layers.base import Array

_NAMES = {
    "bool": "BOOL",
    **{f"float{bits}": f"F{bits}" for bits in (16, 32, 64)},
    **{f"int{bits}": f"I{bits}" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": f"U{bits}" for bits in (8, 16, 32, 64)},
}
_ALIGN = 8


def safetensors_parts(
    tensors: Mapping[str, Array], metadata: Mapping[str, str]
) -> list[bytes | memoryview]:
    """Return every tensor and the metadata (text only) as the parts of one body."""
    header: dict[str, object] = {"__metadata__": dict(metadata)}
    parts: list[bytes | memoryview] = []
    offset = 0
    for name, value in tensors.items():
        data: Any = np.ascontiguousarray(value).reshape(-1)
        end = offset + data.nbytes
        header[name] = {
            "dtype": _NAMES[value.dtype.name],
            "shape": list(value.shape),
            "data_offsets": [offset, end],
        }
        parts.append(memoryview(data.view(np.uint8)))
        offset = end
    text = orjson.dumps(header)
    text = text.ljust(-(-len(text) // _ALIGN) * _ALIGN)
    return [struct.pack("<Q", len(text)) + text, *parts]
