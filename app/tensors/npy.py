"""The .npy format, read by a strict header reader (never `np.load`) and written in one piece."""

import ast
import re
import struct
from functools import lru_cache
from typing import Any

import numpy as np

from app.admission.room import need
from app.layers.base import Array
from app.problems import Unreadable, UnsupportedMedia
from app.settings import Limits
from app.tensors.received import Received, as_float32, check_shape

MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 4096
# The next array has the same one mostly, and it takes longer to read than all else.
_KEPT_HEADERS = 256
_ALIGN = 64
_FLOAT_BYTES = 4
_DESCR = re.compile("[<>|=]?[biuf][0-9]{1,2}")


def read_npy(data: bytes | memoryview, limits: Limits) -> Received:
    """Return the tensor that the bytes hold, without copying where the type allows it.

    Raises:
        Invalid: a number that is too large for float32.
        Unreadable: not an .npy, or its header and its length disagree.
        UnsupportedMedia: a type that is not real numbers.
        TooLarge: more axes or elements than the limits allow.
    """
    view = memoryview(data)
    descr, fortran, shape, start = _header(view)
    dtype = _dtype(descr)
    count = check_shape(shape, limits)
    expected, there = count * dtype.itemsize, len(view) - start
    if there != expected:
        raise Unreadable(
            "the .npy header says {shape} of {dtype}, {expected} bytes, but {there} follow it",
            shape=list(shape),
            dtype=dtype.name,
            expected=expected,
            there=there,
        )
    if dtype != np.float32 or fortran:
        need(_FLOAT_BYTES * count, _FLOAT_BYTES * count)
    flat = np.frombuffer(view, dtype, count, start)
    return as_float32(flat.reshape(shape, order="F" if fortran else "C"))


def _header(view: memoryview) -> tuple[str, bool, tuple[int, ...], int]:
    """Return (descr, fortran_order, shape, where the numbers start)."""
    if bytes(view[:6]) != MAGIC or len(view) < 12:
        raise Unreadable("this is no .npy: it does not begin with the bytes of one")
    major, minor = view[6], view[7]
    if major not in (1, 2, 3) or minor:
        raise Unreadable(
            "version {version} of .npy is not known; 1.0, 2.0 and 3.0 are",
            version=f"{major}.{minor}",
        )
    size, start = (
        (struct.unpack_from("<H", view, 8)[0], 10)
        if major == 1
        else (struct.unpack_from("<I", view, 8)[0], 12)
    )
    if size > _LONGEST_HEADER or start + size > len(view):
        raise Unreadable("the .npy header of {size} bytes is too long or cut short", size=size)
    return (*_described(bytes(view[start : start + size]), major), start + size)


@lru_cache(_KEPT_HEADERS)
def _described(text: bytes, major: int) -> tuple[str, bool, tuple[int, ...]]:
    try:
        return _fields(ast.literal_eval(text.decode("utf-8" if major == 3 else "latin-1")))
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise Unreadable("the .npy header is not a description of an array") from error


def _fields(fields: object) -> tuple[str, bool, tuple[int, ...]]:
    if not isinstance(fields, dict) or set(fields) != {"descr", "fortran_order", "shape"}:
        raise ValueError
    descr, fortran, shape = fields["descr"], fields["fortran_order"], fields["shape"]
    if isinstance(descr, list):
        descr = "record"
    whole = isinstance(shape, tuple) and all(type(n) is int and n >= 0 for n in shape)
    if not isinstance(descr, str) or not isinstance(fortran, bool) or not whole:
        raise TypeError
    return descr, fortran, shape


def _dtype(descr: str) -> np.dtype[np.generic]:
    """Return the type of the numbers; the names of anything else are not even looked up."""
    if _DESCR.fullmatch(descr):
        try:
            return np.dtype(descr)
        except TypeError as error:
            raise Unreadable(
                "the .npy header names the type '{descr}', which is none", descr=descr
            ) from error
    raise UnsupportedMedia(
        "a tensor of type '{descr}' cannot be used; it must hold real numbers", descr=descr[:40]
    )


def npy_header(array: Array) -> bytes:
    """Return the header of version 1.0 for a C-ordered array, padded to 64 bytes."""
    shape = f"({array.shape[0]},)" if array.ndim == 1 else str(tuple(array.shape))
    text = f"{{'descr': '{array.dtype.str}', 'fortran_order': False, 'shape': {shape}, }}"
    size = -(-(10 + len(text) + 1) // _ALIGN) * _ALIGN - 10
    return MAGIC + b"\x01\x00" + struct.pack("<H", size) + text.ljust(size - 1).encode() + b"\n"


def npy_parts(array: Array) -> list[bytes | memoryview]:
    """Return the array as the parts of one .npy, its numbers not copied."""
    data: Any = np.ascontiguousarray(array).reshape(-1)
    return [npy_header(array), memoryview(data.view(np.uint8))]


def write_npy(array: Array) -> bytes:
    """Return the array as one .npy."""
    return b"".join(npy_parts(array))
