"""Group normalisation: some channels of one sample together moved to mean 0 and spread 1."""

import math
from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np

from app.layers._by_groups import ByGroups
from app.layers._fields import INT_MAX, whole
from app.layers._fields import number as number_field
from app.layers._graph_node import GraphNode
from app.layers._normal import EACH, check_channels
from app.layers._numpy import NumpyCall
from app.layers._touch import Box, Span, everything, one
from app.layers.base import INPUT, Array, Reading, Shape, Shapes, TensorSpec
from app.problems import Invalid

_ONE_A_CHANNEL = 21
"""Since this opset a node has a scale for each channel; before, one for each group."""


def group_norm(
    x: Array, weight: Array | None, bias: Array | None, num_groups: int, eps: float = 1e-5
) -> Array:
    """Return (x − mean) / √(var + eps) · weight + bias; mean and var are those of each group."""
    # A group is some channels of one sample, with all that lies in them.
    groups = x.reshape(x.shape[0], num_groups, np.prod(x.shape[1:]) // num_groups)
    mean, var = np.mean(groups, -1, keepdims=True), np.var(groups, -1, keepdims=True)
    y: Array = ((groups - mean) / np.sqrt(var + eps)).reshape(x.shape)
    line = (-1, *[1] * (x.ndim - 2))
    if weight is not None:
        y = y * weight.reshape(line)
    return y if bias is None else y + bias.reshape(line)


class GroupNorm(ByGroups):
    """Computes `y[n, c] = (x[n, c] − mean[n, g]) / √(var[n, g] + eps) · weight[c] + bias[c]`.

    The channels of a sample make `num_groups` groups, each of channels that follow each other.

    Shapes:
        input (N, C, ...); weight and bias (C). output as the input.

    Raises:
        Invalid: the channels cannot be shared out evenly, or a group of the only sample has one
            number.

    Source:
        torch.nn.functional.group_norm, whose num_groups has no default; ONNX GroupNormalization.
    """

    abstract = False
    order = 7
    operators = ("GroupNormalization",)
    title = "Group normalisation"
    summary = (
        "The channels of each sample are shared out among groups, and each group is moved to mean "
        "0 and spread 1. Then every channel gets a scale and a shift of its own. No sample needs "
        "others beside it."
    )
    inputs = (
        INPUT,
        TensorSpec("weight", "The scale of each channel.", required=False, axes=EACH),
        TensorSpec("bias", "The shift of each channel.", required=False, axes=EACH),
    )
    examples: ClassVar = (
        ({"num_groups": 2}, {"input": (2, 4, 3, 5), "weight": (4,), "bias": (4,)}),
        ({"num_groups": 3, "eps": 0.1}, {"input": (2, 3, 6), "bias": (3,)}),
        ({}, {"input": (3, 4), "weight": (4,)}),
        ({"num_groups": 2}, {"input": (1, 4, 2, 3, 2)}),
    )

    num_groups: int = whole(
        1,
        "Among how many groups the channels are shared out, evenly.",
        (1, 8),
        ge=1,
        le=INT_MAX,
    )
    eps: float = number_field(
        1e-5, "A little added to the variance, so that nothing is divided by 0.", (0, 1, 0.001)
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        given, shape = node.attributes, node.shapes[0] or ()
        found = {name: node.constant(place) for place, name in enumerate(("weight", "bias"), 1)}
        if len(shape) < 2 or any(value is None for value in found.values()):
            return None
        groups = given.get("num_groups", 1)
        if node.opset < _ONE_A_CHANNEL and all(len(v) == groups for v in found.values()):
            found = {name: np.repeat(v, shape[1] // groups) for name, v in found.items()}
        return cls(num_groups=groups, eps=given.get("epsilon", 1e-5)), found

    def resolve(self, shapes: Shapes) -> Self:
        check_channels(self.inputs, shapes)
        shape = shapes["input"]
        if shape[1] % self.num_groups:
            raise Invalid(
                "num_groups {groups} does not divide the {channels} channels",
                loc=("num_groups",),
                groups=self.num_groups,
                channels=shape[1],
            )
        if shape[0] == 1 and math.prod(shape[1:]) == self.num_groups:
            raise Invalid(
                "each of the {groups} groups has one number alone, whose variance is 0",
                loc=("num_groups",),
                groups=self.num_groups,
            )
        return self

    def candidates(self, name: str, shapes: Shapes) -> Sequence[int] | None:
        if name != "num_groups":
            return None
        channels = shapes["input"][1]
        small = [n for n in range(1, math.isqrt(channels) + 1) if channels % n == 0]
        return sorted({*small, *(channels // n for n in small)})

    def apart(self, shape: Shape) -> Shape:
        return shape[0], self.num_groups, math.prod(shape[1:]) // self.num_groups

    def group(self, shape: Shape, at: Shape) -> Box:
        each = shape[1] // self.num_groups
        first = at[1] // each * each
        return (one(at[0]), Span(first, first + each), *everything(shape[2:]))

    def own(self, shape: Shape, at: Shape) -> Shape:
        return at[1:2]

    def spread(self, shape: Shape) -> Shape:
        return (shape[1], *(1 for _ in shape[2:]))

    def meets(self, shape: Shape, at: Shape) -> Box:
        batch, _, *rest = everything(shape)
        return (batch, one(at[0]), *rest)

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        arguments = {"num_groups": self.num_groups, "eps": self.eps}
        return NumpyCall(group_norm, ("input", *self.weights), arguments)

    def torch(self, shapes: Shapes) -> str:
        given = ", ".join(name if name in shapes else "None" for name in self.weights)
        return f"F.group_norm(x, {self.num_groups}, {given}, eps={self.eps})"
