"""The sizes of a resize: what is asked for, what comes out, what it reads."""

import math
from typing import Any, Literal, Self

import numpy as np
from pydantic import Field

from app.layers._fields import Factors, OptionalSizes, sizes
from app.layers._interpolation import ratio, step
from app.layers._sizes import spread
from app.layers.base import Layer, ReceptiveField, Shape, Shapes
from app.problems import Invalid

# Cells and weights of every tap, kept while the graph is built.
_TABLE = 48
# How many tensors of the larger size lie between, at most, by what the system tells of a run.
_BETWEEN = {"bicubic": 6}
_TAPS = {"nearest": 1, "bicubic": 4}
_AXES = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}


class UpsampleSizes(Layer):
    """The hyper-parameters of a resize, resolved, and what follows from them."""

    size: OptionalSizes = sizes(
        None, "The new size of each spatial axis.", (1, 64), excludes="scale_factor"
    )
    scale_factor: Factors = Field(
        None,
        description="How many times as large each spatial axis becomes.",
        json_schema_extra={"slider": [0.5, 8, 0.5], "excludes": "size"},
    )
    mode: Literal["nearest", "linear", "bilinear", "bicubic", "trilinear"] = Field(
        "nearest", description="Repeat the nearest cell, or blend 2, 4, 16 or 8 neighbours."
    )
    align_corners: bool = Field(
        False, strict=True, description="Let the corner cells keep their places and their values."
    )

    def resolve(self, shapes: Shapes) -> Self:
        shape = shapes["input"]
        count = len(shape) - 2
        if not 1 <= count <= 3 or 0 in shape[1:]:
            raise Invalid(
                "input {shape} must be (N, C, ...) with 1, 2 or 3 spatial axes, none of them empty",
                loc=("input",),
                shape=list(shape),
            )
        if self.size is not None and self.scale_factor is not None:
            raise Invalid("give either size or scale_factor, not both", loc=("scale_factor",))
        self._check_count("size", count)
        self._check_count("scale_factor", count)
        if _AXES.get(self.mode, count) != count:
            raise Invalid(
                "mode '{mode}' is for {axes} spatial axes; the input has {count}",
                loc=("mode",),
                mode=self.mode,
                axes=_AXES[self.mode],
                count=count,
            )
        if self.align_corners and self.mode == "nearest":
            raise Invalid("align_corners is for the modes that blend", loc=("align_corners",))
        update: dict[str, Any] = {"size": None, "scale_factor": None}
        if self.size is not None:
            update["size"] = spread(self.size, count, "size")
        else:
            update["scale_factor"] = self._factors(count)
        resolved = self.model_copy(update=update)
        resolved._check_size(shape)
        return resolved

    def _factors(self, count: int) -> tuple[float, ...]:
        given = 2.0 if self.scale_factor is None else self.scale_factor
        return given if isinstance(given, tuple) else (given,) * count

    def _check_count(self, name: str, count: int) -> None:
        given = getattr(self, name)
        if isinstance(given, tuple) and len(given) != count:
            raise Invalid(
                "{name} has {given} numbers, but there are {count} spatial axes",
                loc=(name,),
                name=name,
                given=len(given),
                count=count,
            )

    def _check_size(self, shape: Shape) -> None:
        if 0 in self._size(shape):
            rule = ", ".join(self.rule({"input": shape}))
            raise Invalid("nothing is left of the output: {rule}", loc=("scale_factor",), rule=rule)

    def _size(self, shape: Shape) -> Shape:
        if isinstance(self.size, tuple):
            return self.size
        assert isinstance(self.scale_factor, tuple)
        pairs = zip(shape[2:], self.scale_factor, strict=True)
        return tuple(math.floor(n * factor) for n, factor in pairs)

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        shape = shapes["input"]
        return {"output": (*shape[:2], *self._size(shape))}

    def scratch_elements(self, shapes: Shapes) -> int:
        outputs = self.output_shapes(shapes)["output"]
        grown = math.prod(map(max, zip(shapes["input"], outputs, strict=True)))
        return _BETWEEN.get(self.mode, 5) * grown + _TABLE * sum(outputs[2:])

    def terms_each(self, shapes: Shapes) -> int:
        return int(_TAPS.get(self.mode, 2) ** (len(shapes["input"]) - 2))

    def rule(self, shapes: Shapes) -> list[str]:
        shape = shapes["input"]
        if not isinstance(self.scale_factor, tuple):
            return []
        pairs = zip(shape[2:], self.scale_factor, strict=True)
        return [f"⌊{n} · {factor:g}⌋ = {math.floor(n * factor)}" for n, factor in pairs]

    def receptive_field(self, shapes: Shapes) -> ReceptiveField:
        reach = {"nearest": 1, "bicubic": 4}.get(self.mode, 2)
        steps = [(float(cells), 0.0) for _, _, cells in self._axes(shapes["input"])]
        if self.mode != "nearest":
            axes = self._axes(shapes["input"])
            steps = [step(*axis, corners=self.align_corners) for axis in axes]
        strides, places = zip(*steps, strict=True)
        before = 1 if self.mode == "bicubic" else 0
        return ReceptiveField((reach,) * len(steps), strides, tuple(p - before for p in places))

    def _axes(self, shape: Shape) -> list[tuple[int, int, np.float32]]:
        """Return size, new size and input cells for each new one, of each spatial axis."""
        sizes, count = self._size(shape), len(shape) - 2
        factors = self.scale_factor if isinstance(self.scale_factor, tuple) else (None,) * count
        return [
            (n, outputs, ratio(n, outputs, factor, count, self.mode))
            for n, outputs, factor in zip(shape[2:], sizes, factors, strict=True)
        ]
