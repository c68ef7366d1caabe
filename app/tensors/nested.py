"""Tensors in JSON: a nested list, or an object with shape, dtype and data."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import orjson

from app.layers.base import Array
from app.problems import Invalid, Listed, Message, NullNumber, message
from app.settings import Limits
from app.tensors.floats import floats
from app.tensors.long_lists import LongList
from app.tensors.received import FLOAT_END, Received, as_float32, check_shape, past_float32

_KEYS_SHOWN = 8
_NUMBERS: frozenset[type] = frozenset({int, float})
_TRUTHS = _NUMBERS | {bool}
DTYPES = (
    "float32",
    "float64",
    "float16",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "bool",
)


def read_nested(value: object, limits: Limits, *, truths: bool = False) -> Received:
    """Return the tensor that a parsed JSON value describes.

    Args:
        value: a list, or an object with `data`.
        limits: on what is sent.
        truths: `true` and `false` may stand for 1 and 0.

    Raises:
        Invalid: ragged, or something in it is no number; the sentence names the place.
        TooLarge: more axes or elements than the limits allow.
    """
    if isinstance(value, dict):
        return _described(value, limits, _TRUTHS if truths else _NUMBERS)
    numbers, _ = _read(value, limits, _TRUTHS if truths else _NUMBERS)
    # JSON numbers have no type of their own, so nothing is said of what they became.
    return Received(numbers.astype(np.float32))


def _read(
    value: object, limits: Limits, kinds: frozenset[type]
) -> tuple[Array, Callable[[], list[Any]]]:
    """Return the numbers in float64, and a way to all of them as they were written."""
    if isinstance(value, LongList):
        found = value.with_truths() if bool in kinds else value
        return _finite(found.read(limits)), found.leaves
    flat, shape = _flatten(value, limits)
    return _numbers(flat, shape, kinds), lambda: flat


def _described(value: dict[str, Any], limits: Limits, kinds: frozenset[type]) -> Received:
    unknown = set(value) - {"shape", "dtype", "data"}
    if unknown or "data" not in value:
        raise Invalid(
            "a tensor object has 'data', and may have 'shape' and 'dtype'; this one has {keys}",
            keys=_keys(value),
        )
    dtype = value.get("dtype", "float32")
    if dtype not in DTYPES:
        raise Invalid(
            "dtype {dtype} is not one of {dtypes}",
            dtype=_brief(dtype),
            dtypes=Listed(DTYPES),
        )
    numbers, leaves = _read(value["data"], limits, kinds)
    shape = shape_of(value["shape"]) if "shape" in value else numbers.shape
    if check_shape(shape, limits) != numbers.size:
        raise Invalid(
            "shape {shape} has {count} elements, but data has {there}",
            shape=list(shape),
            count=check_shape(shape, limits),
            there=numbers.size,
        )
    found = as_float32(_typed(leaves, numbers, dtype).reshape(shape))
    if numbers.ndim < 2 or numbers.shape == shape:
        return found
    # Lists within lists have a shape too; that the other one counts may be news.
    told = message("{given} was taken as {used}", given=list(numbers.shape), used=list(shape))
    return replace(found, conversions=(told, *found.conversions))


def _keys(value: dict[str, Any]) -> Message | Listed:
    shown = [repr(key[:40]) for key in list(value)[:_KEYS_SHOWN]]
    more = ["…"] if len(value) > _KEYS_SHOWN else []
    return Listed(shown + more) or message("nothing")


def _brief(value: object) -> str:
    """Return a value as JSON has it, cut short; what it holds is not looked into."""
    if isinstance(value, list | LongList | dict):
        return "{…}" if isinstance(value, dict) else "[…]"
    return repr(value[:40]) if isinstance(value, str) else orjson.dumps(value).decode()


def shape_of(value: object) -> tuple[int, ...]:
    """Return the shape that a parsed JSON value is.

    Raises:
        Invalid: it is none.
    """
    if not isinstance(value, list) or not all(type(n) is int and n >= 0 for n in value):
        raise Invalid("shape must be a list of whole numbers from 0")
    return tuple(value)


def _typed(leaves: Callable[[], list[Any]], numbers: Array, dtype: str) -> Array:
    """Take the numbers as `dtype`; what does not fit it is refused, not wrapped."""
    kind = np.dtype(dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        typed = numbers.astype(kind)
    if kind.kind == "b":
        wrong = ~np.isin(numbers, (0, 1))
    elif kind.kind == "f":
        wrong = ~np.isfinite(typed)
    else:
        typed, wrong = _whole(leaves, numbers, kind)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise Invalid(
            "{value} at {place} is no {dtype}",
            value=leaves()[first],
            place=[int(i) for i in np.unravel_index(first, wrong.shape)],
            dtype=dtype,
        )
    return typed


def _whole(
    leaves: Callable[[], list[Any]], numbers: Array, kind: np.dtype[Any]
) -> tuple[Array, Array]:
    """Return the numbers as integers, and which of them are none."""
    low, high = np.iinfo(kind).min, np.iinfo(kind).max
    wrong = (numbers != np.trunc(numbers)) | (numbers < low) | (numbers > high)
    end = float(high)
    if end > high:  # 64 bits: what was rounded up to the end may have been below it
        places = np.flatnonzero(numbers == end)
        exact = leaves() if places.size else []
        for place in places:
            wrong.reshape(-1)[place] = exact[place] > high
    return np.clip(numbers, low, np.nextafter(end, 0) if end > high else end).astype(kind), wrong


def _flatten(value: object, limits: Limits) -> tuple[list[Any], tuple[int, ...]]:
    """Return all leaves, whatever they are, and the shape.

    It goes a level at a time, so that C does the walking.
    """
    level: list[Any] = [value]
    shape: tuple[int, ...] = ()
    while level and type(level[0]) is list:
        if len(level) == 1:
            level = level[0]
            shape = (*shape, len(level))
        else:
            lengths = set(map(len, level)) if set(map(type, level)) == {list} else set[int]()
            if len(lengths) != 1:
                raise _uneven(level, shape)
            level = list(chain.from_iterable(level))
            shape = (*shape, lengths.pop())
        if len(shape) > limits.rank:
            check_shape(shape, limits)
    check_shape(shape, limits)
    return level, shape


def _numbers(flat: list[Any], shape: tuple[int, ...], kinds: frozenset[type]) -> Array:
    if (numbers := floats(flat)) is not None:
        return _finite(numbers.reshape(shape))
    if not kinds.issuperset(map(type, flat)):
        raise _uneven(flat, shape)
    try:
        numbers = np.fromiter(flat, np.float64, len(flat))
    except OverflowError:
        numbers = np.array([float(v) if abs(v) < 10**300 else np.inf for v in flat], np.float64)
    return _finite(numbers.reshape(shape))


def _finite(numbers: Array) -> Array:
    """Return numbers that float32 has."""
    flat = numbers.reshape(-1)
    if flat.size and not (
        np.minimum.reduce(flat) > -FLOAT_END and np.maximum.reduce(flat) < FLOAT_END
    ):
        raise past_float32(~(np.abs(numbers) < FLOAT_END))
    return numbers


def _uneven(level: list[Any], shape: tuple[int, ...]) -> Invalid:
    """Say what is wrong with the elements at one depth, and where the first that is stands."""

    def place(index: int) -> list[int]:
        return [int(i) for i in np.unravel_index(index, shape)] if shape else []

    for index, element in enumerate(level):
        if type(element) not in (int, float, list):
            refuse = NullNumber if element is None else Invalid
            return refuse(
                "{element} at {place} is not a number", element=_name(element), place=place(index)
            )
    first = _length(level[0])
    for index, element in enumerate(level):
        if _length(element) != first:
            return Invalid(
                "the list is ragged: {one} at {first_place}, but {other} at {place}",
                one=_entries(first),
                first_place=place(0),
                other=_entries(_length(element)),
                place=place(index),
            )
    return Invalid("the list is ragged")


def _length(element: object) -> int:
    return len(element) if isinstance(element, list) else -1


def _entries(count: int) -> Message | str:
    return message("a number") if count < 0 else f"[{count}]"


def _name(element: object) -> Message | str:
    """Return what JSON calls a value that is no number; the value itself is not repeated."""
    if element is None:
        return "null"
    if isinstance(element, bool):
        return "true" if element else "false"
    return message("an object") if isinstance(element, dict) else message("text")
