"""The sizes of a padding: what is asked for, what comes out."""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema

from app.layers._fields import INT_MAX, refuse
from app.layers._fields import number as number_field
from app.layers.base import Layer, ReceptiveField, Shape, Shapes
from app.problems import Invalid

_MOST = 16


def _sides(value: Any) -> int | tuple[int, ...]:
    listed: list[Any] = list(value) if isinstance(value, list | tuple) else [value]
    for one in listed:
        if isinstance(one, bool) or not isinstance(one, int) or abs(one) > INT_MAX:
            raise refuse("must be whole numbers: begin and end of the last axis, of the one before")
    if not isinstance(value, list | tuple):
        return int(listed[0])
    if len(listed) % 2 or len(listed) > _MOST:
        raise refuse(
            "has {count} numbers; each axis takes two, its begin and its end", count=len(listed)
        )
    return tuple(listed)


_ONE = {"type": "integer", "minimum": -INT_MAX, "maximum": INT_MAX}
Sides = Annotated[
    int | tuple[int, ...],
    PlainValidator(_sides),
    WithJsonSchema(
        {
            "anyOf": [_ONE, {"type": "array", "items": _ONE, "maxItems": _MOST}],
            "minimum": -INT_MAX,
            "maximum": INT_MAX,
            "kind": "sides",
        }
    ),
]


class PadSizes(Layer):
    """The hyper-parameters of a padding, resolved, and what follows from them."""

    padding: Sides = Field(
        1,
        description="Begin and end of the last axis, then of the one before; one number for all.",
        json_schema_extra={"slider": [0, 16, 1]},
    )
    mode: Literal["constant", "reflect", "replicate", "circular"] = Field(
        "constant", description="What the new cells hold."
    )
    value: float = number_field(0.0, "The number in the new cells, for constant.", (-1, 1, 0.1))

    def resolve(self, shapes: Shapes) -> Self:
        shape = shapes["input"]
        if 0 in shape[1:] or shape == (0,):
            raise Invalid("input {shape} has an empty axis", loc=("input",), shape=list(shape))
        sides = self.padding
        if isinstance(sides, int):
            sides = (sides,) * (2 * min(len(shape), 2))
        if len(sides) > 2 * len(shape):
            raise Invalid(
                "padding is for {axes} axes, but the input has {rank}",
                loc=("padding",),
                axes=len(sides) // 2,
                rank=len(shape),
            )
        resolved = self.model_copy(update={"padding": sides})
        if self.mode != "constant":
            resolved._check_border(shape)
        for (begin, end), size in zip(resolved._pairs(shape), shape, strict=True):
            # A constant comes after the cut, the other modes look at the whole input.
            kept = size + min(begin, 0) + min(end, 0) if self.mode == "constant" else 0
            if (size + begin + end < 1 or kept < 0) and (begin or end):
                raise Invalid(
                    "nothing is left of an axis of {size}: {size} + {begin} + {end}",
                    loc=("padding",),
                    size=size,
                    begin=begin,
                    end=end,
                )
        return resolved

    def _check_border(self, shape: Shape) -> None:
        axes = len(self._tuple()) // 2
        if not 1 <= axes <= 3:
            raise Invalid(
                "mode '{mode}' is for 1, 2 or 3 axes, but padding is for {axes}",
                loc=("padding",),
                mode=self.mode,
                axes=axes,
            )
        if len(shape) - axes not in (1, 2):
            raise Invalid(
                "mode '{mode}' on {axes} axes takes an input of {least} or {most} axes, not {rank}",
                loc=("mode",),
                mode=self.mode,
                axes=axes,
                least=axes + 1,
                most=axes + 2,
                rank=len(shape),
            )
        if self.value:
            raise Invalid("value is for the mode 'constant' only", loc=("value",))
        for (begin, end), size in zip(self._pairs(shape), shape, strict=True):
            kept = size + min(begin, 0) + min(end, 0)
            most = {"reflect": size - 1, "circular": kept}.get(self.mode, INT_MAX)
            if max(begin, end) > most:
                raise Invalid(
                    "padding {padding} is too large for mode '{mode}', "
                    "which can take at most {most} from an axis of {size}",
                    loc=("padding",),
                    padding=max(begin, end),
                    mode=self.mode,
                    most=most,
                    size=size,
                )

    def _tuple(self) -> tuple[int, ...]:
        assert isinstance(self.padding, tuple)
        return self.padding

    def _pairs(self, shape: Shape) -> list[tuple[int, int]]:
        """Return (begin, end) of each axis, the first one first."""
        sides = self._tuple()
        given = list(zip(sides[::2], sides[1::2], strict=True))[::-1]
        return [(0, 0)] * (len(shape) - len(given)) + given

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        shape = shapes["input"]
        pairs = zip(shape, self._pairs(shape), strict=True)
        return {"output": tuple(n + begin + end for n, (begin, end) in pairs)}

    def scratch_elements(self, shapes: Shapes) -> int:
        pairs = zip(self.output_shapes(shapes)["output"], shapes["input"], strict=True)
        table = 8 * sum(self.output_shapes(shapes)["output"])
        return 2 * math.prod(max(pair) for pair in pairs) + table

    def rule(self, shapes: Shapes) -> list[str]:
        shape = shapes["input"]
        pairs = zip(shape, self._pairs(shape), strict=True)
        return [f"{n} + {b} + {e} = {n + b + e}" for n, (b, e) in pairs if b or e]

    def receptive_field(self, shapes: Shapes) -> ReceptiveField:
        begins = [begin for begin, _ in self._pairs(shapes["input"])[2:]]
        ones = tuple(1 for _ in begins)
        return ReceptiveField(ones, ones, tuple(-b for b in begins))
