"""The kinds of hyper-parameter: their checks, their sentences when wrong, their schema."""

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

INT_MAX = 2**31 - 1
FLOAT_MAX = 3.4028234663852886e38
MOST_AXES = 64
_LARGEST = 65536.0
_SMALLEST = 1 / _LARGEST

Padding = int | tuple[int, ...] | str


def refuse(template: str, at: str | None = None, **values: object) -> PydanticCustomError:
    """Return an error that keeps its template, so that the edge can translate it.

    Args:
        template: one clear sentence.
        at: the field to blame, where several are looked at together.
        values: what fills the holes.
    """
    kept = {"template": template, **({"at": at} if at else {}), **values}
    return PydanticCustomError("layerlab", "{template}", kept)


def _whole(value: object, minimum: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse("must be a whole number, or a list of one for each spatial axis")
    if value < minimum:
        said = str(value).replace("-", "−") if value > -(10**20) else "−10^20"
        raise refuse("must be at least {minimum}, not {value}", minimum=minimum, value=said)
    if value > INT_MAX:
        raise refuse(
            "must be from {minimum} to {maximum}, not {value}",
            minimum=minimum,
            maximum=INT_MAX,
            value=str(value) if value < 10**20 else "10^20",
        )
    return value


def _sizes(value: object, minimum: int, longest: int) -> int | tuple[int, ...]:
    if not isinstance(value, list | tuple):
        return _whole(value, minimum)
    if not 1 <= len(value) <= longest:
        raise refuse(
            "has {count} numbers; from 1 to {longest} can be", count=len(value), longest=longest
        )
    return tuple(_whole(v, minimum) for v in value)


def sizes_schema(minimum: int, longest: int = 3, **more: Any) -> dict[str, Any]:
    """Return the JSON schema of one integer or a list of them."""
    one = {"type": "integer", "minimum": minimum, "maximum": INT_MAX}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": longest}
    return {"anyOf": [one, many], "minimum": minimum, "kind": "sizes", **more}


Sizes = Annotated[
    int | tuple[int, ...],
    PlainValidator(lambda value: _sizes(value, 1, 3)),
    WithJsonSchema(sizes_schema(1)),
]
"""One integer from 1, or one for each spatial axis."""

SizesFromZero = Annotated[
    int | tuple[int, ...],
    PlainValidator(lambda value: _sizes(value, 0, 3)),
    WithJsonSchema(sizes_schema(0)),
]

OptionalSizes = Annotated[
    int | tuple[int, ...] | None,
    PlainValidator(lambda value: None if value is None else _sizes(value, 1, 3)),
    WithJsonSchema(sizes_schema(1)),
]


Extents = Annotated[
    int | tuple[int, ...] | None,
    PlainValidator(lambda value: None if value is None else _sizes(value, 1, MOST_AXES)),
    WithJsonSchema(sizes_schema(1, MOST_AXES) | {"kind": "shape"}),
]
"""The sizes of the last axes, one integer if it is one axis; None where it follows."""


def _padding(value: object) -> Padding:
    if isinstance(value, str):
        if value not in ("same", "valid"):
            raise refuse("must be numbers, 'same' or 'valid'")
        return value
    return _sizes(value, 0, 6)


Paddings = Annotated[
    Padding,
    PlainValidator(_padding),
    WithJsonSchema(
        {
            "anyOf": [*sizes_schema(0, 6)["anyOf"], {"enum": ["same", "valid"]}],
            "minimum": 0,
            "kind": "padding",
        }
    ),
]
"""One integer, one an axis, all begins and then all ends, `same` or `valid`."""


def _one_factor(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse("must be a number, or a list of one for each spatial axis")
    if not _SMALLEST <= value <= _LARGEST:
        raise refuse("must be from {minimum} to {maximum}", minimum=_SMALLEST, maximum=_LARGEST)
    return float(value)


def _factors(value: object) -> float | tuple[float, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        return _one_factor(value)
    if not 1 <= len(value) <= 3:
        raise refuse("has {count} numbers; from 1 to {longest} can be", count=len(value), longest=3)
    return tuple(_one_factor(v) for v in value)


_NUMBER = {"type": "number", "minimum": _SMALLEST, "maximum": _LARGEST}
Factors = Annotated[
    float | tuple[float, ...] | None,
    PlainValidator(_factors),
    WithJsonSchema(
        {
            "anyOf": [_NUMBER, {"type": "array", "items": _NUMBER, "minItems": 1, "maxItems": 3}],
            "minimum": _SMALLEST,
            "maximum": _LARGEST,
            "kind": "number",
        }
    ),
]
"""How many times as large, one number or one for each spatial axis."""


def number(
    default: float,
    description: str,
    slider: tuple[float, float, float],
    *,
    ge: float = -FLOAT_MAX,
    le: float = FLOAT_MAX,
) -> Any:
    """Return a field for a finite float32: its default, its sentence, where a slider runs."""
    return Field(
        default,
        ge=ge,
        le=le,
        allow_inf_nan=False,
        strict=True,
        description=description,
        json_schema_extra={"slider": list(slider), "kind": "number"},
    )


def whole(default: Any, description: str, slider: tuple[int, int], *, ge: int, le: int) -> Any:
    """Return a field for an integer within bounds."""
    return Field(
        default,
        ge=ge,
        le=le,
        strict=True,
        description=description,
        json_schema_extra={"slider": [*slider, 1], "kind": "integer"},
    )


def seed_field(description: str) -> Any:
    """Return the field whose number fixes what is drawn at random."""
    return whole(0, description, (0, 99), ge=0, le=2**63 - 1)


def sizes(default: Any, description: str, slider: tuple[int, int], **more: Any) -> Any:
    """Return a field for sizes or padding; `more` stands in its schema too."""
    extra = {"slider": [*slider, 1], **more}
    return Field(default, description=description, json_schema_extra=extra)


def compact(value: Any) -> Any:
    """Return one number for a tuple of equal ones, as it is written by hand."""
    same = isinstance(value, tuple) and len(set(value)) == 1
    return value[0] if same else value
