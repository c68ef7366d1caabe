"""A tensor as it came in: float32, and what was done to it on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from app.admission.room import need
from app.layers.base import Array
from app.problems import Invalid, Message, TooLarge, UnsupportedMedia, message
from app.settings import Limits

FLOAT_END = 3.4028235677973366e38  # the first value that rounds to infinity in float32
_NUMERIC = "biuf"
_LONG = 10**20
# Bytes for each number while those past the end are looked for.
_LOOKING = 4


@dataclass(frozen=True, slots=True)
class Received:
    """A float32 tensor, C-contiguous, with a sentence for each conversion.

    Attributes:
        array: the numbers.
        conversions: what was done to make them so.
        is_picture: it was one.
        ref: under which it is held, None where it was sent.
    """

    array: Array
    conversions: tuple[Message, ...] = field(default=())
    is_picture: bool = False
    ref: str | None = None


def refs_of(tensors: Mapping[str, Received]) -> dict[str, str]:
    """Return the refs of those tensors that are held under one."""
    return {name: tensor.ref for name, tensor in tensors.items() if tensor.ref is not None}


def dtype_name(array: Array) -> str:
    """Return the name of a tensor's type; NumPy puts it together anew each time it is asked."""
    return _name(array.dtype)


@lru_cache
def _name(dtype: np.dtype[Any]) -> str:
    return dtype.name


def as_float32(array: Array) -> Received:
    """Convert a numeric tensor to the working type and say so.

    Args:
        array: float, integer or bool of any width and byte order.

    Raises:
        Invalid: a finite number that is infinite there; infinities and NaN are what they are.
        UnsupportedMedia: complex, text, dates or objects.
    """
    if array.dtype.kind not in _NUMERIC:
        raise UnsupportedMedia(
            "a tensor of {dtype} cannot be used; it must hold real numbers", dtype=array.dtype.name
        )
    native = array.dtype.newbyteorder("=")
    try:
        # The processor notes it while it converts, so that nobody has to look for it.
        with np.errstate(over="raise"):
            converted = np.ascontiguousarray(array, np.float32).reshape(array.shape)
    except FloatingPointError:
        need(_LOOKING * array.size)
        past = np.isfinite(array) & ((array >= FLOAT_END) | (array <= -FLOAT_END))
        raise past_float32(past) from None
    if native == np.float32:
        return Received(converted)
    return Received(converted, (message("{dtype} became float32", dtype=native.name),))


def past_float32(where: Array) -> Invalid:
    """Return what is said of numbers that float32 does not have; the first is named."""
    place = np.unravel_index(np.argmax(where), where.shape)
    return Invalid(
        "the number at {place} is too large for float32, which ends at 3.4e38",
        place=[int(i) for i in place],
    )


def check_shape(shape: tuple[int, ...], limits: Limits) -> int:
    """Return the number of elements, in exact integers, if it is within the limits.

    Raises:
        TooLarge: too many axes or elements.
    """
    if len(shape) > limits.rank:
        raise TooLarge(
            "a tensor of {rank} axes; at most {most} can be", rank=len(shape), most=limits.rank
        )
    # An empty axis does not excuse the others: NumPy has limits of its own for them.
    count = 1
    for size in shape:
        count *= size or 1
    if count > limits.elements:
        raise TooLarge(
            "a tensor of {count} elements; at most {most} can be",
            count=count if count < _LONG else f"10^{len(str(count)) - 1}",
            most=limits.elements,
        )
    return 0 if 0 in shape else count
