"""Normalising each group of an input's numbers with its own mean and variance."""

import math
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np

from app.layers._explain import Explanation
from app.layers._means import mean, single
from app.layers._nodes import Nodes
from app.layers._normal import FORMULA, explained, of_channel
from app.layers._touch import Box, Touch
from app.layers.base import Array, Layer, ReceptiveField, Shape, Shapes, Tensors


class ByGroups(Layer):
    """A normalisation whose groups lie one behind the other: an axis of theirs once reshaped."""

    formula = FORMULA
    weights: ClassVar = ("weight", "bias")

    @abstractmethod
    def apart(self, shape: Shape) -> Shape:
        """Return the input's shape with each group as the last axis."""

    @abstractmethod
    def group(self, shape: Shape, at: Shape) -> Box:
        """Return the elements of the group that an element is in."""

    @abstractmethod
    def own(self, shape: Shape, at: Shape) -> Shape:
        """Return the index of an element's own scale and shift."""

    @abstractmethod
    def spread(self, shape: Shape) -> Shape:
        """Return the shape in which a weight meets the input."""

    @property
    def little(self) -> float:
        """Return what is added to the variance: a field of each, behind its own."""
        return float(self.known()["eps"])

    @property
    def bakes_sizes(self) -> bool:
        return True

    @property
    def keeps_scratch(self) -> bool:
        return False

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        return None

    def scratch_elements(self, shapes: Shapes) -> int:
        return 5 * math.prod(shapes["input"])

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        return {"output": self.scaled(nodes, self.moments(nodes, x["input"], shapes)[0], x, shapes)}

    def moments(self, nodes: Nodes, source: str, shapes: Shapes) -> tuple[str, str, str]:
        """Write the groups' normal numbers, their mean and variance, each group in one axis.

        The mean is taken twice: what the first one lost of large numbers, the second one finds.
        """
        groups = self.apart(shapes["input"])
        source, last = reshaped(nodes, source, shapes["input"], groups), len(groups) - 1
        first = mean(nodes, source, groups, [last])
        source = nodes.add("Sub", source, first)
        rest = mean(nodes, source, groups, [last])
        source = nodes.add("Sub", source, rest)
        var = mean(nodes, nodes.add("Mul", source, source), groups, [last])
        root = nodes.add("Sqrt", nodes.add("Add", var, nodes.constant(self.little)))
        return nodes.add("Div", source, root), nodes.add("Add", first, rest), var

    def scaled(self, nodes: Nodes, normal: str, x: Mapping[str, str], shapes: Shapes) -> str:
        """Write the input's shape again, its numbers scaled and shifted by what was sent."""
        shape = shapes["input"]
        made, line = reshaped(nodes, normal, self.apart(shape), shape), self.spread(shape)
        for operator, name in zip(("Mul", "Add"), self.weights, strict=True):
            if name in x:
                made = nodes.add(operator, made, reshaped(nodes, x[name], shapes[name], line))
        return made

    def keras(self, shapes: Shapes) -> list[str]:
        shape, line = shapes["input"], self.spread(shapes["input"])
        made = f"ops.reshape((groups - mean) / ops.sqrt(var + {self.little}), {shape})"
        for sign, name in zip("*+", self.weights, strict=True):
            if name in shapes:
                made += f" {sign} ops.reshape({name}, {line})"
        return [
            f"groups = ops.reshape(x, {self.apart(shape)})",
            "mean, var = ops.moments(groups, -1, keepdims=True)",
            made,
        ]

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        (found,) = self.explain_all(tensors, [at])
        return found

    def explain_all(self, tensors: Tensors, places: Sequence[Shape]) -> Iterator[Explanation]:
        """Look at each group once, however many of its elements are asked for."""
        x = tensors["input"]
        groups = {at: self.group(x.shape, at) for at in places}
        known = {box: statistics(x, box) for box in set(groups.values())}
        for at in places:
            average, var, counted = known[groups[at]]
            own = of_channel(tensors, self.own(x.shape, at))
            yield explained(at, x[at], average, var, self.little, *own, {"counted": counted})

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        return [self.group(shapes["input"], at)]

    def weighed(self, shapes: Shapes, at: Shape) -> Touch:
        met = [self.meets(shapes["input"], at)]
        return Touch(met, met)

    @abstractmethod
    def meets(self, shape: Shape, at: Shape) -> Box:
        """Return the elements of the input that an element of a weight meets."""


def reshaped(nodes: Nodes, source: str, shape: Shape, wanted: Shape) -> str:
    """Write another shape, if it is one; an axis of 0 is the batch, and stays it."""
    if shape == wanted:
        return source
    return nodes.add("Reshape", source, nodes.integers(wanted), allowzero=1)


def statistics(x: Array, box: Box) -> tuple[Array, Array, int]:
    """Return mean and variance of the elements of a box, in float64, and how many they are.

    Sums past float32 are infinite, as they are where the layer adds them up.
    """
    values = x[tuple(slice(span.start, span.stop) for span in box)]
    with np.errstate(all="ignore"):
        average = single(values.sum(dtype=np.float64)) / values.size
        apart = np.subtract(values, average, dtype=np.float64)
        total = single(np.multiply(apart, apart, out=apart).sum())
        return average, total / values.size, values.size
