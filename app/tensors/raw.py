"""A tensor as bare bytes: little-endian, row by row, nothing between the numbers."""

from typing import NamedTuple

import numpy as np

from app.admission.room import need
from app.layers.base import Array, Shape
from app.problems import Invalid, message
from app.settings import Limits
from app.tensors.nested import DTYPES
from app.tensors.received import Received, as_float32, check_shape

BFLOAT16 = "bfloat16"
_FLOAT_BYTES = 4


class Raw(NamedTuple):
    """What is said of the bytes, and they.

    Attributes:
        dtype: one of `DTYPES`, or `bfloat16`.
        shape: of the tensor.
        data: its numbers.
    """

    dtype: str
    shape: Shape
    data: memoryview


def read_raw(raw: Raw, limits: Limits) -> Received:
    """Return the tensor, without copying where its type and its place in the body allow it.

    Raises:
        Invalid: the shape and the number of bytes disagree, a truth value is neither 0 nor 1, or a
            number is too large for float32.
        TooLarge: more axes or elements than the limits allow.
    """
    kind = _stored_as(raw.dtype)
    count = check_shape(raw.shape, limits)
    if count * kind.itemsize != len(raw.data):
        raise Invalid(
            "shape {shape} of {dtype} takes {expected} bytes, but there are {there}",
            shape=list(raw.shape),
            dtype=raw.dtype,
            expected=count * kind.itemsize,
            there=len(raw.data),
        )
    flat = np.frombuffer(raw.data, kind, count)
    if kind != np.float32 or not flat.flags.aligned:
        need(2 * _FLOAT_BYTES * count, _FLOAT_BYTES * count)
    return _converted(flat.reshape(raw.shape), raw.dtype)


def _stored_as(dtype: str) -> np.dtype[np.generic]:
    assert dtype in (*DTYPES, BFLOAT16)
    name = {BFLOAT16: "uint16", "bool": "uint8"}.get(dtype, dtype)
    return np.dtype(name).newbyteorder("<")


def _converted(array: Array, dtype: str) -> Received:
    if dtype == BFLOAT16:  # the upper half of a float32
        wide = (array.astype(np.uint32) << 16).view(np.float32)
        return Received(wide, (message("{dtype} became float32", dtype=dtype),))
    if dtype == "bool":
        if array.size and array.max() > 1:
            raise Invalid("a truth value is a byte 0 or 1; this tensor has others")
        array = array.astype(bool)
    # Numbers can begin anywhere in a body, and what runs the layer wants them at full steps.
    return as_float32(array if array.flags.aligned else array.copy())
