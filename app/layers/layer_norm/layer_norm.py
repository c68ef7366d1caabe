"""Layer normalisation: the last axes of each sample together moved to mean 0 and spread 1."""

import math
from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from app.layers._by_groups import ByGroups
from app.layers._fields import Extents
from app.layers._fields import number as number_field
from app.layers._graph_node import GraphNode
from app.layers._numpy import NumpyCall
from app.layers._touch import Box, cell, everything
from app.layers.base import INPUT, Array, Reading, Shape, Shapes, TensorSpec
from app.problems import Invalid


def layer_norm(
    x: Array,
    weight: Array | None,
    bias: Array | None,
    normalized_shape: tuple[int, ...],
    eps: float = 1e-5,
) -> Array:
    """Return (x − mean) / √(var + eps) · weight + bias; mean and var run over the last axes."""
    axes = tuple(range(-len(normalized_shape), 0))
    mean, var = np.mean(x, axes, keepdims=True), np.var(x, axes, keepdims=True)
    y: Array = (x - mean) / np.sqrt(var + eps)
    if weight is not None:
        y = y * weight
    return y if bias is None else y + bias


class LayerNorm(ByGroups):
    """Computes `y[n, i] = (x[n, i] − mean[n]) / √(var[n] + eps) · weight[i] + bias[i]`.

    n stands for the axes before `normalized_shape`, i for those that it names.

    Shapes:
        input (..., *normalized_shape); weight and bias (*normalized_shape). output as the input.

    Raises:
        Invalid: the input does not end with `normalized_shape`, or a weight has another shape.

    Source:
        torch.nn.functional.layer_norm, whose normalized_shape has no default; ONNX
        LayerNormalization.
    """

    abstract = False
    order = 7
    operators = ("LayerNormalization",)
    title = "Layer normalisation"
    summary = (
        "All numbers that a layer made of one sample are moved together to mean 0 and spread 1. "
        "Then each place gets a scale and a shift of its own. The batch has no part in it."
    )
    inputs = (
        INPUT,
        TensorSpec("weight", "The scale of each place.", required=False),
        TensorSpec("bias", "The shift of each place.", required=False),
    )
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4, 5), "weight": (3, 4, 5), "bias": (3, 4, 5)}),
        ({"normalized_shape": 6}, {"input": (2, 3, 6), "weight": (6,), "bias": (6,)}),
        ({"normalized_shape": [2, 5], "eps": 0.1}, {"input": (3, 2, 2, 5), "bias": (2, 5)}),
        ({"normalized_shape": [4, 3]}, {"input": (4, 3), "weight": (4, 3)}),
        ({}, {"input": (5,)}),
    )

    normalized_shape: Extents = Field(
        None,
        description=(
            "The sizes of the last axes, which are normalised together; those of the weight, or "
            "all but the batch axis, where it is left out."
        ),
    )
    eps: float = number_field(
        1e-5, "A little added to the variance, so that nothing is divided by 0.", (0, 1, 0.001)
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        given, shape = node.attributes, node.shapes[0] or ()
        found = {name: node.constant(place) for place, name in enumerate(("weight", "bias"), 1)}
        axis = given.get("axis", -1) % max(len(shape), 1)
        if not shape or node.varies(1) or node.varies(2):
            return None
        held = {name: value for name, value in found.items() if value is not None}
        return cls(normalized_shape=shape[axis:], eps=given.get("epsilon", 1e-5)), held

    @property
    def extents(self) -> Shape:
        """Return normalized_shape as a resolved layer has it."""
        assert isinstance(self.normalized_shape, tuple)
        return self.normalized_shape

    def resolve(self, shapes: Shapes) -> Self:
        shape = shapes["input"]
        if not shape or 0 in shape[1:] or shape == (0,):
            raise Invalid(
                "input {shape} must have an axis at least, and no empty one",
                loc=("input",),
                shape=list(shape),
            )
        wanted = self._wanted(shapes)
        if shape[-len(wanted) :] != wanted:
            raise Invalid(
                "normalized_shape {wanted} must be the last sizes of the input {shape}",
                loc=("normalized_shape",),
                wanted=list(wanted),
                shape=list(shape),
            )
        for name in self.weights:
            if shapes.get(name, wanted) != wanted:
                raise Invalid(
                    "{name} {shape} must have the shape normalized_shape, {wanted}",
                    loc=(name,),
                    name=name,
                    shape=list(shapes[name]),
                    wanted=list(wanted),
                )
        return self.model_copy(update={"normalized_shape": wanted})

    def _wanted(self, shapes: Shapes) -> Shape:
        if isinstance(self.normalized_shape, int):
            return (self.normalized_shape,)
        shape = shapes["input"]
        sent = (shapes[name] for name in self.weights if shapes.get(name))
        return self.normalized_shape or next(sent, shape[1:] or shape)

    def candidates(self, name: str, shapes: Shapes) -> Sequence[int | Shape] | None:
        if name != "normalized_shape":
            return None
        shape = shapes["input"]
        return [shape[-count:] for count in range(1, len(shape) + 1)]

    def apart(self, shape: Shape) -> Shape:
        return (*shape[: -len(self.extents)], math.prod(self.extents))

    def group(self, shape: Shape, at: Shape) -> Box:
        before = len(shape) - len(self.extents)
        return (*cell(at[:before]), *everything(self.extents))

    def own(self, shape: Shape, at: Shape) -> Shape:
        return at[-len(self.extents) :]

    def spread(self, shape: Shape) -> Shape:
        return self.extents

    def meets(self, shape: Shape, at: Shape) -> Box:
        return (*everything(shape[: -len(self.extents)]), *cell(at))

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        arguments = {"normalized_shape": self.extents, "eps": self.eps}
        return NumpyCall(layer_norm, ("input", *self.weights), arguments)

    def torch(self, shapes: Shapes) -> str:
        given = ", ".join(name if name in shapes else "None" for name in self.weights)
        return f"F.layer_norm(x, {self.extents}, {given}, eps={self.eps})"
