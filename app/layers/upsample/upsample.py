"""Upsample: the input made larger (or smaller) by repeating or blending its cells."""

import math
from collections.abc import Mapping
from itertools import product
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from app.layers._explain import Explanation
from app.layers._fields import Factors, OptionalSizes, sizes
from app.layers._interpolation import Taps, centred, cubic, linear, nearest, step
from app.layers._nodes import Nodes
from app.layers._products import blended, summed
from app.layers._sizes import spread
from app.layers.base import Array, Layer, ReceptiveField, Shape, Shapes, Tensors
from app.problems import Invalid

# Cells and weights of every tap, kept while the graph is built.
_TABLE = 48
_TAPS = {"nearest": 1, "bicubic": 4}
_AXES = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}


class Upsample(Layer):
    """Resizes the spatial axes, to `size` or by `scale_factor` (2 if neither is given).

    Shapes:
        input (N, C, *size) with 1, 2 or 3 spatial axes; output (N, C, *new size), where the new
        size is ⌊size · scale_factor⌋.

    Raises:
        Invalid: both ways given, a mode for another number of axes, a size below 1.

    Source:
        torch.nn.functional.interpolate as torch.nn.Upsample uses it; ONNX Gather.
    """

    abstract = False
    order = 11
    title = "Upsample"
    summary = "The maps are made larger, by repeating each cell or by blending neighbours."
    examples: ClassVar = (
        ({}, {"input": (1, 2, 3, 4)}),
        ({"mode": "bilinear", "scale_factor": [1.5, 2.0]}, {"input": (1, 2, 4, 3)}),
        ({"mode": "bicubic", "size": [7, 5]}, {"input": (1, 1, 4, 6)}),
        ({"mode": "bilinear", "size": 5, "align_corners": True}, {"input": (2, 1, 3, 2)}),
        ({"mode": "linear", "scale_factor": 2.5}, {"input": (1, 2, 5)}),
        ({"mode": "trilinear", "size": [2, 3, 5]}, {"input": (1, 1, 2, 2, 3)}),
    )

    size: OptionalSizes = sizes(None, "The new size of each spatial axis.", (1, 64))
    scale_factor: Factors = Field(
        None,
        description="How many times as large each spatial axis becomes.",
        json_schema_extra={"slider": [0.5, 8, 0.5]},
    )
    mode: Literal["nearest", "linear", "bilinear", "bicubic", "trilinear"] = Field(
        "nearest", description="Repeat the nearest cell, or blend 2, 4, 16 or 8 neighbours."
    )
    align_corners: bool = Field(
        False, strict=True, description="Let the corner cells keep their places and their values."
    )

    @property
    def bakes_sizes(self) -> bool:
        return True

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
        return 5 * grown + _TABLE * sum(outputs[2:])

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
        steps = [(float(ratio), 0.0) for _, _, ratio in self._axes(shapes["input"])]
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
            (n, outputs, self._ratio(n, outputs, factor, count))
            for n, outputs, factor in zip(shape[2:], sizes, factors, strict=True)
        ]

    def _ratio(self, n: int, outputs: int, factor: float | None, count: int) -> np.float32:
        """Work it out in float32, as PyTorch does, and from the factor where it does so."""
        copied = self.mode != "bicubic" and outputs == n
        if self.mode == "nearest":
            copied = count == 2 and outputs in (n, 2 * n)
        if factor is None or copied:
            return np.float32(n) / np.float32(outputs)
        return np.float32(1 / factor)

    def _taps(self, shape: Shape, at: Shape | None = None) -> list[Taps]:
        """Return the source cells of each spatial axis: of every output, or of one."""
        taken = {"nearest": nearest, "bicubic": cubic}.get(self.mode, linear)
        runs = [(0, n) for n in self._size(shape)] if at is None else [(i, i + 1) for i in at[2:]]
        return [
            taken(axis[0], self._places(np.arange(*run, dtype=np.float32), *axis))
            for run, axis in zip(runs, self._axes(shape), strict=True)
        ]

    def _places(self, steps: Array, n: int, outputs: int, ratio: np.float32) -> Array:
        """Return where outputs of an axis lie in the input, in its cells."""
        if self.mode == "nearest":
            return steps * ratio
        if self.align_corners:
            return steps * np.float32(step(n, outputs, ratio, corners=True)[0])
        return centred(steps, ratio)

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        source, rank = x["input"], len(shapes["input"])
        for axis, taps in enumerate(self._taps(shapes["input"]), start=2):
            source = _blend(nodes, source, taps, axis, rank)
        return {"output": source}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = tensors["input"]
        axes = [
            list(zip(taps.cells[0].tolist(), taps.weights[0].tolist(), strict=True))
            for taps in self._taps(x.shape, at)
        ]
        terms = [blended(x, at[:2], pairs) for pairs in product(*axes)]
        return summed(at, terms, None)

    def feeds(self, shapes: Shapes, at: Shape) -> Shape:
        found = []
        for taps, i in zip(self._taps(shapes["input"]), at[2:], strict=True):
            counts = np.where(taps.cells == i, np.abs(taps.weights), 0).sum(1)
            found.append(int(np.argmax(counts)))
        return (*at[:2], *found)

    def torch(self, shapes: Shapes) -> str:
        given = f"size={self.size}" if self.size else f"scale_factor={self.scale_factor}"
        corners = "" if self.mode == "nearest" else f", align_corners={self.align_corners}"
        return f"F.interpolate(x, {given}, mode='{self.mode}'{corners})"


def _blend(nodes: Nodes, source: str, taps: Taps, axis: int, rank: int) -> str:
    """Write one axis: each tap gathered, weighed, added up."""
    column = [-1 if i == axis else 1 for i in range(rank)]
    total = ""
    for cells, weights in zip(taps.cells.T, taps.weights.T, strict=True):
        part = nodes.add("Gather", source, nodes.integers(cells), axis=axis)
        if (weights != 1).any():
            part = nodes.add("Mul", part, nodes.constant(weights.reshape(column)))
        total = nodes.add("Add", total, part) if total else part
    return total
