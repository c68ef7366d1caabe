"""Upsample: the input made larger (or smaller) by repeating or blending its cells."""

import math
from collections.abc import Mapping
from itertools import product
from typing import ClassVar

import numpy as np

from app.layers._explain import Explanation
from app.layers._formula import Name, Total
from app.layers._graph_node import GraphNode
from app.layers._interpolation import Taps, ratio, taps
from app.layers._keras import FIRST, lacking
from app.layers._nodes import Nodes
from app.layers._numpy import Effort, NumpyCall
from app.layers._products import blended, summed
from app.layers._touch import Box, boxes, one, spans
from app.layers.base import Array, Reading, Shape, Shapes, Tensors
from app.layers.upsample._graph_node import upsample_fields
from app.layers.upsample._sizes import UpsampleSizes
from app.problems import message


def interpolate(
    x: Array,
    size: Shape | None,
    scale_factor: tuple[float, ...] | None,
    mode: str = "nearest",
    align_corners: bool = False,
) -> Array:
    """Return (N, C, *size) with its spatial axes resized, one after the other.

    Args:
        x: (N, C, *size).
        size: the new one, or None where a factor for each axis says it.
        scale_factor: how many times as large each axis becomes, or None.
        mode: `nearest`, `linear`, `bilinear`, `bicubic` or `trilinear`.
        align_corners: let the corner cells keep their places.
    """
    count = x.ndim - 2
    for axis in range(count):
        n, column = x.shape[2 + axis], (-1, *[1] * (count - 1 - axis))
        factor = None if scale_factor is None else scale_factor[axis]
        outputs = math.floor(n * (factor or 1)) if size is None else size[axis]
        cells = ratio(n, outputs, factor, count, mode)
        steps = np.arange(outputs, dtype=np.float32)
        found = taps(steps, n, outputs, cells, mode, align_corners)
        x = sum(
            np.take(x, places, 2 + axis) * weights.reshape(column)
            for places, weights in zip(found.cells.T, found.weights.T, strict=True)
        )
    return x


class Upsample(UpsampleSizes):
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
    operators = (
        "Resize",
        "Upsample",
    )
    title = "Upsample"
    summary = "The maps are made larger, by repeating each cell or by blending neighbours."
    formula = Total("k", Name("w", "k") * Name("x", "k"))
    examples: ClassVar = (
        ({}, {"input": (1, 2, 3, 4)}),
        ({"mode": "bilinear", "scale_factor": [1.5, 2.0]}, {"input": (1, 2, 4, 3)}),
        ({"mode": "bicubic", "size": [7, 5]}, {"input": (1, 1, 4, 6)}),
        ({"mode": "bilinear", "size": 5, "align_corners": True}, {"input": (2, 1, 3, 2)}),
        ({"mode": "linear", "scale_factor": 2.5}, {"input": (1, 2, 5)}),
        ({"mode": "trilinear", "size": [2, 3, 5]}, {"input": (1, 1, 2, 2, 3)}),
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        fields = upsample_fields(node)
        return (cls(**fields), {}) if fields else None

    @property
    def bakes_sizes(self) -> bool:
        return True

    def _taps(self, shape: Shape, at: Shape | None = None) -> list[Taps]:
        """Return the source cells of each spatial axis: of every output, or of one."""
        runs = [(0, n) for n in self._size(shape)] if at is None else [(i, i + 1) for i in at[2:]]
        return [
            taps(np.arange(*run, dtype=np.float32), *axis, self.mode, self.align_corners)
            for run, axis in zip(runs, self._axes(shape), strict=True)
        ]

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        source, rank = x["input"], len(shapes["input"])
        for axis, found in enumerate(self._taps(shapes["input"]), start=2):
            source = _blend(nodes, source, found, axis, rank)
        return {"output": source}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = tensors["input"]
        axes = [
            list(zip(one.cells[0].tolist(), one.weights[0].tolist(), strict=True))
            for one in self._taps(x.shape, at)
        ]
        terms = [blended(x, at[:2], pairs) for pairs in product(*axes)]
        return summed(at, terms, None)

    def feeds(self, shapes: Shapes, at: Shape) -> Shape:
        found = []
        for t, i in zip(self._taps(shapes["input"]), at[2:], strict=True):
            counts = np.where(t.cells == i, np.abs(t.weights), 0).sum(1)
            found.append(int(np.argmax(counts)))
        return (*at[:2], *found)

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        taken = (
            spans(np.flatnonzero((t.cells == i).any(1)))
            for t, i in zip(self._taps(shapes["input"]), at[2:], strict=True)
        )
        return boxes([*([one(i)] for i in at[:2]), *taken])

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        names = ("size", "scale_factor", "mode", "align_corners")
        return NumpyCall(interpolate, ("input",), {name: getattr(self, name) for name in names})

    def numpy_effort(self, shapes: Shapes) -> Effort:
        return Effort(self.scratch_elements(shapes), 4 * len(shapes["input"]))

    def keras(self, shapes: Shapes) -> list[str]:
        """Where a factor is no whole number, Keras counts cells in another way."""
        shape, size = shapes["input"][2:], self._size(shapes["input"])
        axes = list(enumerate(zip(shape, size, self._axes(shapes["input"]), strict=True), start=2))
        if self.mode == "nearest":
            if any(m % n or cells != np.float32(n / m) for _, (n, m, (*_, cells)) in axes):
                raise lacking(message("the mode 'nearest' by a factor that is not whole"))
            lines = [f"x = ops.repeat(x, {m // n}, axis={axis})" for axis, (n, m, _) in axes]
            return [*lines, "x"]
        if self.mode != "bilinear" or self.align_corners:
            said = message("the mode '{mode}'", mode=self.mode)
            raise lacking(message("align_corners") if self.align_corners else said)
        if any(cells != np.float32(n) / np.float32(m) for _, (n, m, (*_, cells)) in axes):
            raise lacking(message("a factor that does not give a whole size"))
        if any(m < n for _, (n, m, _) in axes):
            raise lacking(message("a picture made smaller without being smoothed"))
        return [f"ops.image.resize(x, {size}, interpolation='bilinear', {FIRST})"]

    def torch(self, shapes: Shapes) -> str:
        given = f"size={self.size}" if self.size else f"scale_factor={self.scale_factor}"
        corners = "" if self.mode == "nearest" else f", align_corners={self.align_corners}"
        return f"F.interpolate(x, {given}, mode='{self.mode}'{corners})"


def _blend(nodes: Nodes, source: str, found: Taps, axis: int, rank: int) -> str:
    """Write one axis: each tap gathered, weighed, added up."""
    column = [-1 if i == axis else 1 for i in range(rank)]
    total = ""
    for cells, weights in zip(found.cells.T, found.weights.T, strict=True):
        part = nodes.add("Gather", source, nodes.integers(cells), axis=axis)
        if (weights != 1).any():
            part = nodes.add("Mul", part, nodes.constant(weights.reshape(column)))
        total = nodes.add("Add", total, part) if total else part
    return total
