"""Pad: cells added around the input, or cut off where a number is negative."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, PlainValidator, WithJsonSchema

from app.layers._explain import Explanation
from app.layers._fields import INT_MAX, refuse
from app.layers._fields import number as number_field
from app.layers._nodes import LAST, Nodes
from app.layers._products import copied, summed
from app.layers.base import Array, Layer, ReceptiveField, Shape, Shapes, Tensors
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


class Pad(Layer):
    """Puts cells around an input: `padding` is (begin, end) of the last axis, then the one before.

    One number is for every side of the last two axes.

    Shapes:
        input of any rank for `constant`; for the other modes (C, ...) or (N, C, ...).
        output with begin + end added to each axis.

    Raises:
        Invalid: more axes than the input has, more cells than a mode can fill, nothing left.

    Source:
        torch.nn.functional.pad; ONNX Pad, Gather.
    """

    abstract = False
    order = 10
    title = "Pad"
    summary = "Cells are added around the input, so that a window can be centred on its border too."
    examples: ClassVar = (
        ({}, {"input": (1, 2, 3, 4)}),
        ({"padding": [1, 2, 0, 1], "mode": "reflect"}, {"input": (1, 2, 3, 4)}),
        ({"padding": [-1, 2, 2, -1], "mode": "circular"}, {"input": (2, 3, 4)}),
        ({"padding": [3, 4], "mode": "replicate"}, {"input": (2, 3)}),
        ({"padding": [1, -2, -1, 3, 1, 0], "value": 2.5}, {"input": (2, 3, 4)}),
    )

    padding: Sides = Field(
        1,
        description="Begin and end of the last axis, then of the one before; one number for all.",
        json_schema_extra={"slider": [0, 16, 1]},
    )
    mode: Literal["constant", "reflect", "replicate", "circular"] = Field(
        "constant", description="What the new cells hold."
    )
    value: float = number_field(0.0, "The number in the new cells, for constant.", (-1, 1, 0.1))

    @property
    def bakes_sizes(self) -> bool:
        return True

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
                    "padding {padding} is too large for padding_mode '{mode}', "
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

    def _sources(self, places: Array, size: int, begin: int, end: int) -> Array:
        """Return which input index stands at places of an axis, counted from the input's first.

        −1 is a new cell.
        """
        if self.mode == "reflect":
            mirrored = np.abs(places)
            return np.where(mirrored >= size, 2 * (size - 1) - mirrored, mirrored)
        if self.mode == "replicate":
            return np.clip(places, 0, size - 1)
        if self.mode == "circular":
            first = -min(begin, 0)
            return first + (places - first) % (size + min(begin, 0) + min(end, 0))
        return np.where((places >= 0) & (places < size), places, -1)

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        shape, source = shapes["input"], x["input"]
        pairs = self._pairs(shape)
        if self.mode == "constant" and any(self._tuple()):
            return {"output": self._surrounded(nodes, source, pairs)}
        for axis, (begin, end) in enumerate(pairs):
            if begin or end:
                size = shape[axis]
                indices = self._sources(np.arange(-begin, size + end), size, begin, end)
                source = nodes.add("Gather", source, nodes.integers(indices), axis=axis)
        return {"output": source if source != x["input"] else nodes.add("Identity", source)}

    def _surrounded(self, nodes: Nodes, source: str, pairs: list[tuple[int, int]]) -> str:
        """Cut what is negative off, then add cells of one value."""
        cut = [(axis, -min(b, 0), min(e, 0) or LAST) for axis, (b, e) in enumerate(pairs)]
        some = [one for one in cut if one[1] or one[2] != LAST]
        if some:
            axes, starts, stops = zip(*some, strict=True)
            source = nodes.slice(source, starts, stops, axes)
        begins, ends = ([max(pair[side], 0) for pair in pairs] for side in (0, 1))
        value = nodes.constant(self.value)
        return nodes.add("Pad", source, nodes.integers(begins + ends), value, mode="constant")

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = tensors["input"]
        pairs = zip(at, x.shape, self._pairs(x.shape), strict=True)
        index = tuple(int(self._sources(np.asarray(i - b), n, b, e)) for i, n, (b, e) in pairs)
        if -1 in index:
            return summed(at, [], self.value)
        return summed(at, [copied(x, index)], None)

    def feeds(self, shapes: Shapes, at: Shape) -> Shape:
        outputs = self.output_shapes(shapes)["output"]
        pairs = zip(at, outputs, self._pairs(shapes["input"]), strict=True)
        return tuple(min(max(i + begin, 0), size - 1) for i, size, (begin, _) in pairs)

    def torch(self, shapes: Shapes) -> str:
        value = f", value={self.value}" if self.mode == "constant" else ""
        return f"F.pad(x, {self.padding}, mode='{self.mode}'{value})"
