"""Instance normalisation: every channel of every sample moved to mean 0 and spread 1 by itself."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from app.layers._by_groups import ByGroups
from app.layers._explain import Explanation
from app.layers._fields import number as number_field
from app.layers._graph_node import GraphNode
from app.layers._nodes import Nodes
from app.layers._normal import EACH, check_channels, explained, of_channel
from app.layers._numpy import NumpyCall
from app.layers._running import STATISTICS, running
from app.layers._touch import Box, cell, everything, one
from app.layers.base import (
    INPUT,
    Layer,
    Reading,
    ReceptiveField,
    Shape,
    Shapes,
    Tensors,
    TensorSpec,
)
from app.layers.instance_norm._keras import kept_after, with_running
from app.layers.instance_norm._numpy import instance_norm
from app.layers.instance_norm._of_samples import check_statistics, of_samples
from app.problems import Invalid


class InstanceNorm(ByGroups):
    """Computes `y[n, c] = (x[n, c] − mean[n, c]) / √(var[n, c] + eps) · weight[c] + bias[c]`.

    With `use_input_stats` mean and variance are those of each channel of each sample; else they are
    the running ones of the channel. If both are there, the running ones that would be kept are
    outputs too, as new_running_mean and new_running_var.

    Shapes:
        input (N, C, ...); every other tensor (C). output as the input.

    Raises:
        Invalid: a channel of a sample has one number alone, statistics are missing, or a tensor has
            not one number a channel.

    Source:
        torch.nn.functional.instance_norm; ONNX InstanceNormalization.
    """

    abstract = False
    order = 7
    operators = ("InstanceNormalization",)
    title = "Instance normalisation"
    summary = (
        "Each channel of each sample is moved to mean 0 and spread 1 by itself, then given a scale "
        "and a shift of the channel's own. What is left of a picture is its pattern, without its "
        "brightness and contrast."
    )
    inputs = (
        INPUT,
        TensorSpec(
            "running_mean", "The mean of each channel, from training.", False, False, axes=EACH
        ),
        TensorSpec(
            "running_var", "The variance of each channel, from training.", False, False, 0.0, EACH
        ),
        TensorSpec("weight", "The scale of each channel.", required=False, axes=EACH),
        TensorSpec("bias", "The shift of each channel.", required=False, axes=EACH),
    )
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4, 5), "weight": (3,), "bias": (3,)}),
        ({"eps": 0.1}, {"input": (2, 3, 6), "bias": (3,)}),
        (
            {"momentum": 0.3},
            {"input": (3, 2, 2, 4), "running_mean": (2,), "running_var": (2,), "weight": (2,)},
        ),
        (
            {"use_input_stats": False},
            {"input": (2, 2, 5), "running_mean": (2,), "running_var": (2,), "bias": (2,)},
        ),
    )

    use_input_stats: bool = Field(
        True, strict=True, description="Use each sample's own mean and variance, not those kept."
    )
    momentum: float = number_field(
        0.1, "The share of the input in the running numbers, where they are kept.", (0, 1, 0.05)
    )
    eps: float = number_field(
        1e-5, "A little added to the variance, so that nothing is divided by 0.", (0, 1, 0.001)
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        found = {name: node.constant(place) for place, name in enumerate(("weight", "bias"), 1)}
        if any(value is None for value in found.values()):
            return None
        return cls(eps=node.attributes.get("epsilon", 1e-5)), found

    def resolve(self, shapes: Shapes) -> Self:
        check_channels(self.inputs, shapes)
        check_statistics(shapes, are_used=not self.use_input_stats)
        shape = shapes["input"]
        if self.use_input_stats and math.prod(shape[2:]) == 1:
            raise Invalid(
                "a channel of {shape} has one number alone in each sample, whose variance is 0",
                loc=("input",),
                shape=list(shape),
            )
        if self._keeps(shapes) and not shape[0]:
            raise Invalid("without a sample there is nothing to keep", loc=("input",))
        return self

    def _keeps(self, shapes: Shapes) -> bool:
        return self.use_input_stats and STATISTICS[0] in shapes

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        kept = {f"new_{n}": shapes[n] for n in STATISTICS if self._keeps(shapes)}
        return {"output": shapes["input"]} | kept

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        return None if self.use_input_stats else Layer.receptive_field(self, shapes)

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        if not self.use_input_stats:
            channels = shapes["input"][1]
            filled = [nodes.constant(np.full(channels, value)) for value in (1.0, 0.0)]
            given = [x.get(n, own) for n, own in zip(self.weights, filled, strict=True)]
            given += [x[name] for name in STATISTICS]
            made = nodes.add(
                "BatchNormalization", x["input"], *given, epsilon=self.eps, training_mode=0
            )
            return {"output": made}
        normal, mean, var = self.moments(nodes, x["input"], shapes)
        kept = {}
        if self._keeps(shapes):
            values = self.apart(shapes["input"])[-1]
            each = of_samples(nodes, (mean, var), shapes["input"][:2])
            kept = running(nodes, x, each, values, self.momentum)
        return {"output": self.scaled(nodes, normal, x, shapes)} | kept

    def explain_all(self, tensors: Tensors, places: Sequence[Shape]) -> Iterator[Explanation]:
        if self.use_input_stats:
            yield from super().explain_all(tensors, places)
            return
        for at in places:
            mean, var = (np.float64(tensors[name][at[1]]) for name in STATISTICS)
            own = of_channel(tensors, at[1])
            yield explained(at, tensors["input"][at], mean, var, self.eps, *own, {})

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        return super().fed(shapes, at) if self.use_input_stats else [cell(at)]

    def apart(self, shape: Shape) -> Shape:
        return shape[0], shape[1], math.prod(shape[2:])

    def group(self, shape: Shape, at: Shape) -> Box:
        return (*cell(at[:2]), *everything(shape[2:]))

    def own(self, shape: Shape, at: Shape) -> Shape:
        return at[1:2]

    def spread(self, shape: Shape) -> Shape:
        return (shape[1], *(1 for _ in shape[2:]))

    def meets(self, shape: Shape, at: Shape) -> Box:
        batch, _, *rest = everything(shape)
        return (batch, one(at[0]), *rest)

    def torch(self, shapes: Shapes) -> str:
        given = [n if n in shapes else "None" for n in (*STATISTICS, *self.weights)]
        call = (
            f"F.instance_norm(x, {', '.join(given)}, use_input_stats={self.use_input_stats}, "
            f"momentum={self.momentum}, eps={self.eps})"
        )
        # PyTorch writes the new running numbers over the old ones.
        return f"{call}, {', '.join(STATISTICS)}" if self._keeps(shapes) else call

    def keras(self, shapes: Shapes) -> list[str]:
        if not self.use_input_stats:
            return with_running(shapes, self.eps)
        *lines, made = super().keras(shapes)
        if self._keeps(shapes):
            made += kept_after(self.apart(shapes["input"])[-1], self.momentum)
        return [*lines, made]

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return NumpyCall(instance_norm, tuple(spec.name for spec in self.inputs), fields)
