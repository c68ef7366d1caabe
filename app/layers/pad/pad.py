"""Pad: cells added around the input, or cut off where a number is negative."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from app.layers._explain import Explanation
from app.layers._formula import Name
from app.layers._graph_node import GraphNode
from app.layers._keras import bordered
from app.layers._nodes import LAST, Nodes
from app.layers._numpy import NumpyCall
from app.layers._products import copied, summed
from app.layers._touch import Box, boxes, spans
from app.layers.base import Array, Reading, Shape, Shapes, Tensors
from app.layers.pad._graph_node import pad_fields
from app.layers.pad._sizes import PadSizes


def pad(x: Array, padding: Shape, mode: str = "constant", value: float = 0.0) -> Array:
    """Return `x` with cells around it, or cut where a number is negative.

    Args:
        x: of any rank.
        padding: begin and end of the last axis, then of the one before, and so on.
        mode: `constant`, `reflect`, `replicate` or `circular`.
        value: what new cells hold, for `constant`.
    """
    sides = zip(padding[::2], padding[1::2], strict=True)
    for axis, (begin, end) in enumerate(sides, start=1):
        size = x.shape[-axis]
        places = np.arange(-begin, size + end)
        sources = places.clip(0, size - 1)
        if mode == "reflect":
            sources = (size - 1) - np.abs((size - 1) - np.abs(places))
        if mode == "circular":
            # What is cut off on one side does not come round on the other.
            first, left = -min(begin, 0), size + min(begin, 0) + min(end, 0)
            sources = first + (places - first) % left
        x = np.take(x, sources, -axis)
        if mode == "constant":
            shape = [1] * x.ndim
            shape[-axis] = -1
            x = np.where((places == sources).reshape(shape), x, value)
    return x


class Pad(PadSizes):
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
    operators = ("Pad",)
    title = "Pad"
    summary = "Cells are added around the input, so that a window can be centred on its border too."
    examples: ClassVar = (
        ({}, {"input": (1, 2, 3, 4)}),
        ({"padding": [1, 2, 0, 1], "mode": "reflect"}, {"input": (1, 2, 3, 4)}),
        ({"padding": [-1, 2, 2, -1], "mode": "circular"}, {"input": (2, 3, 4)}),
        ({"padding": [3, 4], "mode": "replicate"}, {"input": (2, 3)}),
        ({"padding": [1, -2, -1, 3, 1, 0], "value": 2.5}, {"input": (2, 3, 4)}),
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        fields = pad_fields(node)
        return (cls(**fields), {}) if fields else None

    @property
    def bakes_sizes(self) -> bool:
        return True

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
            return replace(summed(at, [], self.value), formula=Name("value"))
        return summed(at, [copied(x, index)], None)

    def feeds(self, shapes: Shapes, at: Shape) -> Shape:
        outputs = self.output_shapes(shapes)["output"]
        pairs = zip(at, outputs, self._pairs(shapes["input"]), strict=True)
        return tuple(min(max(i + begin, 0), size - 1) for i, size, (begin, _) in pairs)

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        shape = shapes["input"]
        return boxes(
            spans(np.flatnonzero(self._sources(np.arange(-b, n + e), n, b, e) == i))
            for i, n, (b, e) in zip(at, shape, self._pairs(shape), strict=True)
        )

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        arguments = {"padding": self.padding, "mode": self.mode, "value": self.value}
        return NumpyCall(pad, ("input",), arguments)

    def keras(self, shapes: Shapes) -> list[str]:
        pairs = self._pairs(shapes["input"])
        if self.mode != "constant":
            sizes = zip(shapes["input"], pairs, strict=True)
            axes = ((axis, n, *pair) for axis, (n, pair) in enumerate(sizes) if any(pair))
            return [*(bordered(*axis, self.mode) for axis in axes), "x"]
        cut = [f"{-min(b, 0) or ''}:{min(e, 0) or ''}" for b, e in pairs]
        source = f"x[{', '.join(cut)}]" if any(c != ":" for c in cut) else "x"
        sides = [[max(b, 0), max(e, 0)] for b, e in pairs]
        added = any(map(any, sides))
        return [f"ops.pad({source}, {sides}, constant_values={self.value})" if added else source]

    def torch(self, shapes: Shapes) -> str:
        value = f", value={self.value}" if self.mode == "constant" else ""
        return f"F.pad(x, {self.padding}, mode='{self.mode}'{value})"
