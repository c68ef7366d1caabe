"""What is asked of a network's picture and its classes, judged: which class, which part covered."""

from collections.abc import Collection
from typing import Any

from app.api.request.fields import Fields
from app.api.request.said import check_given
from app.layers.base import INPUT, Array
from app.networks.features import MAPS
from app.networks.shown import Shown
from app.problems import Invalid, Listed
from app.runtime.devices import AUTO
from app.runtime.sessions import CPU

MOST_SQUARES = 256
_MOST_CLASSES = 256
_FARTHEST = 1 << 16
_FARTHEST_VALUE = 1_000_000
_DEVICE = "device"


def check_asked(fields: Fields, options: Collection[str]) -> None:
    """Refuse what is no question about a network.

    Args:
        fields: what is said.
        options: the names of what can be said besides the input and the device.

    Raises:
        Invalid: another name, a file where a value belongs, another device, or a way to decode a
            picture, which is decoded as the network's training did it.
    """
    check_given(fields, {*options, _DEVICE}, {INPUT.name})
    check_processor(fields.values.get(_DEVICE))
    for owner, option in fields.decoding:
        raise Invalid(
            "a network's picture is prepared as its training did it; '{name}' cannot be said here",
            loc=(f"{owner}.{option}",),
            name=f"{owner}.{option}",
        )


def check_processor(device: object) -> None:
    """Refuse another device than the processor.

    Raises:
        Invalid: naming what can be said.
    """
    if device not in (None, AUTO, CPU):
        raise Invalid(
            "networks run on the processor: device can be {devices}",
            loc=(_DEVICE,),
            devices=Listed((AUTO, CPU)),
        )


def has_classes(found: Shown) -> None:
    """Refuse a network that gives no classes anything.

    Raises:
        Invalid: what comes out of it are maps.
    """
    if found.gives == MAPS:
        raise Invalid("what comes out of this network are no scores of classes")


def one_class(value: object, output: Array) -> int:
    """Return the number of a class; that which is given most where none is named.

    Raises:
        Invalid: there is none of this number, or none at all.
    """
    if not output.size:
        raise Invalid("this network gives no scores for this input")
    return int(output.argmax()) if value is None else _class(value, output, "class")


def _class(value: object, output: Array, name: str) -> int:
    if type(value) is not int or not 0 <= value < output.size:
        raise Invalid(
            "{name} must be a number from 0 to {last}",
            loc=(name,),
            name=name,
            last=output.size - 1,
        )
    return value


def some_classes(value: object, output: Array) -> list[int] | None:
    """Return the numbers of some classes, None where none are named.

    Raises:
        Invalid: there are none of these numbers, or too many are asked for.
    """
    if value is None:
        return None
    listed = value if isinstance(value, list) else [value]
    if not 1 <= len(listed) <= _MOST_CLASSES:
        raise Invalid("classes must be 1 to {most} numbers", loc=("classes",), most=_MOST_CLASSES)
    return [_class(one, output, "classes") for one in listed]


def whole(name: str, value: object, default: int) -> int:
    """Return a size in cells.

    Raises:
        Invalid: no whole number from 1.
    """
    if value is None:
        return default
    if type(value) is not int or not 1 <= value <= _FARTHEST:
        raise Invalid(
            "{name} must be a whole number from 1 to {most}",
            loc=(name,),
            name=name,
            most=_FARTHEST,
        )
    return value


def grey(value: object, found: Shown) -> float:
    """Return what a part is covered with, the middle of what a picture can be by default.

    Raises:
        Invalid: no number.
    """
    if value is None:
        return sum(found.preparation.value_range) / 2
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not abs(value) <= _FARTHEST_VALUE
    ):
        raise Invalid(
            "value must be a number from −{most} to {most}", loc=("value",), most=_FARTHEST_VALUE
        )
    return float(value)


def picture_only(array: Array) -> None:
    """Refuse to cover a part of what is no picture.

    Raises:
        Invalid: it has other axes.
    """
    if array.ndim != 4:
        raise Invalid("only a picture can be covered", loc=("input",))


def box(value: object, array: Array) -> tuple[int, int, int, int] | None:
    """Return the part of a picture that is covered, None where none is.

    Raises:
        Invalid: no part of it.
    """
    if value is None:
        return None
    picture_only(array)
    height, width = array.shape[2:]
    is_four = isinstance(value, list) and len(value) == 4 and all(type(n) is int for n in value)
    found: list[Any] = value if isinstance(value, list) and is_four else [0, 0, 0, 0]
    top, left, bottom, right = found
    if not (0 <= top < bottom <= height and 0 <= left < right <= width):
        raise Invalid(
            "cover must be [top, left, bottom, right] within {height} × {width}, the last row and"
            " column not covered any more",
            loc=("cover",),
            height=height,
            width=width,
        )
    return top, left, bottom, right


def beginnings(name: str, value: object, size: int, default: list[int]) -> list[int]:
    """Return where squares begin along an axis.

    Raises:
        Invalid: places that the axis does not have.
    """
    if value is None:
        return default
    listed: list[Any] = value if isinstance(value, list) else [value]
    good = all(type(n) is int and 0 <= n < size for n in listed)
    if not good or not 1 <= len(listed) <= MOST_SQUARES:
        raise Invalid(
            "{name} must be numbers from 0 to {last}", loc=(name,), name=name, last=size - 1
        )
    return listed
