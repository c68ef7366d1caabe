"""Upsample: the input made larger (or smaller) by repeating or blending its cells."""

from collections.abc import Mapping
from itertools import product
from typing import ClassVar

import numpy as np

from app.layers._explain import Explanation
from app.layers._formula import Name, Total
from app.layers._interpolation import Taps, centred, cubic, linear, nearest, step
from app.layers._nodes import Nodes
from app.layers._products import blended, summed
from app.layers._touch import Box, boxes, one, spans
from app.layers.base import Array, Shape, Shapes, Tensors
from app.layers.upsample._sizes import UpsampleSizes


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

    @property
    def bakes_sizes(self) -> bool:
        return True

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

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        taken = (
            spans(np.flatnonzero((t.cells == i).any(1)).tolist())
            for t, i in zip(self._taps(shapes["input"]), at[2:], strict=True)
        )
        return boxes([*([one(i)] for i in at[:2]), *taken])

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
