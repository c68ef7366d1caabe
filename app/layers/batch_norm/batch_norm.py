"""Batch normalisation: every channel moved to mean 0 and spread 1, then scaled and shifted."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from app.layers._by_groups import statistics
from app.layers._explain import Explanation
from app.layers._fields import number as number_field
from app.layers._graph_node import GraphNode
from app.layers._nodes import Nodes
from app.layers._normal import EACH, FORMULA, check_channels, explained, of_channel
from app.layers._numpy import NumpyCall
from app.layers._running import STATISTICS, running
from app.layers._touch import Box, Touch, cell, everything, one
from app.layers.base import (
    INPUT,
    Array,
    Layer,
    Reading,
    ReceptiveField,
    Shape,
    Shapes,
    Tensors,
    TensorSpec,
)
from app.layers.batch_norm._graph_node import batch_norm_of
from app.layers.batch_norm._keras import keras_lines
from app.layers.batch_norm._numpy import batch_norm
from app.layers.batch_norm._training import of_batch
from app.problems import Invalid


class BatchNorm(Layer):
    """Computes `y[n, c] = (x[n, c] − mean[c]) / √(var[c] + eps) · weight[c] + bias[c]`.

    With `training` mean and variance are the batch's own, and the running ones that would be kept
    are outputs too, as new_running_mean and new_running_var, if the old ones were sent.

    Shapes:
        input (N, C, ...); every other tensor (C). output as the input.

    Raises:
        Invalid: statistics are missing, or a tensor has not one number a channel.

    Source:
        torch.nn.functional.batch_norm; ONNX BatchNormalization. momentum is PyTorch's: the share
        of the new value, where ONNX's is the share of the old one.
    """

    abstract = False
    order = 7
    operators = ("BatchNormalization",)
    title = "Batch normalisation"
    summary = (
        "Each channel is moved to mean 0 and spread 1, then given a scale and a shift of its own. "
        "In training its mean and spread are those of the batch; afterwards, running averages."
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
    formula = FORMULA
    examples: ClassVar = (
        (
            {},
            {
                "input": (2, 3, 4, 5),
                "running_mean": (3,),
                "running_var": (3,),
                "weight": (3,),
                "bias": (3,),
            },
        ),
        ({"training": True, "eps": 0.1}, {"input": (4, 3), "bias": (3,)}),
        (
            {"training": True, "momentum": 0.3},
            {"input": (2, 2, 5), "running_mean": (2,), "running_var": (2,)},
        ),
    )

    training: bool = Field(False, strict=True, description="Use the batch's own mean and variance.")
    momentum: float = number_field(
        0.1, "The share of the batch in the running numbers, when training.", (0, 1, 0.05)
    )
    eps: float = number_field(
        1e-5, "A little added to the variance, so that nothing is divided by 0.", (0, 1, 0.001)
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        found = batch_norm_of(node)
        return (cls(**found[0]), found[1]) if found else None

    def resolve(self, shapes: Shapes) -> Self:
        check_channels(self.inputs, shapes)
        self._check_statistics(shapes)
        return self

    def _check_statistics(self, shapes: Shapes) -> None:
        if self.training and not self.eps:
            raise Invalid("in training eps must be above 0, as PyTorch has it", loc=("eps",))
        sent = [name for name in STATISTICS if name in shapes]
        if len(sent) == 1 or not (sent or self.training):
            missing = next(name for name in STATISTICS if name not in shapes)
            raise Invalid(
                "running_mean and running_var must both be there, "
                "unless training takes the batch's",
                loc=(missing,),
            )
        values = math.prod(shapes["input"]) // shapes["input"][1]
        if self.training and values < 2:
            raise Invalid(
                "training needs more than {values} value for each channel, to have a variance",
                loc=("training",),
                values=values,
            )

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        kept = self.training and STATISTICS[0] in shapes
        return {"output": shapes["input"]} | {f"new_{n}": shapes[n] for n in STATISTICS if kept}

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        return None if self.training else super().receptive_field(shapes)

    def scratch_elements(self, shapes: Shapes) -> int:
        return 3 * math.prod(shapes["input"])

    @property
    def bakes_sizes(self) -> bool:
        return self.training

    @property
    def keeps_scratch(self) -> bool:
        return False

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        channels = shapes["input"][1]
        ones, zeros = np.ones(channels), np.zeros(channels)
        weight = x["weight"] if "weight" in x else nodes.constant(ones)
        bias = x["bias"] if "bias" in x else nodes.constant(zeros)
        kept = {}
        if self.training:
            mean, var = of_batch(nodes, x["input"], shapes["input"])
            if STATISTICS[0] in x:
                values = math.prod(shapes["input"]) // channels
                kept = running(nodes, x, (mean, var), values, self.momentum)
        else:
            mean, var = x["running_mean"], x["running_var"]
        given = (x["input"], weight, bias, mean, var)
        found = nodes.add("BatchNormalization", *given, epsilon=self.eps, training_mode=0)
        return {"output": found} | kept

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        return self._explained(tensors, at, *self._statistics(tensors, at[1]))

    def explain_all(self, tensors: Tensors, places: Sequence[Shape]) -> Iterator[Explanation]:
        """Look at each channel once, however many of its elements are asked for."""
        known = {c: self._statistics(tensors, c) for c in {at[1] for at in places}}
        return (self._explained(tensors, at, *known[at[1]]) for at in places)

    def _explained(self, tensors: Tensors, at: Shape, mean: Array, var: Array) -> Explanation:
        x, c = tensors["input"], at[1]
        counted = {"counted": x.size // x.shape[1]} if self.training else {}
        own = of_channel(tensors, c)
        return explained(at, x[at], mean, var, self.eps, *own, counted)

    def _statistics(self, tensors: Tensors, channel: int) -> tuple[Array, Array]:
        if not self.training:
            mean, var = (np.asarray(tensors[name][channel], np.float64) for name in STATISTICS)
            return mean, var
        x = tensors["input"]
        return statistics(x, self._channel({"input": x.shape}, channel))[:2]

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        return [self._channel(shapes, at[1])] if self.training else [cell(at)]

    def weighed(self, shapes: Shapes, at: Shape) -> Touch:
        channel = [self._channel(shapes, at[0])]
        return Touch(channel, channel)

    def _channel(self, shapes: Shapes, channel: int) -> Box:
        batch, _, *rest = everything(shapes["input"])
        return (batch, one(channel), *rest)

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        arguments = {"training": self.training, "momentum": self.momentum, "eps": self.eps}
        return NumpyCall(batch_norm, tuple(spec.name for spec in self.inputs), arguments)

    def keras(self, shapes: Shapes) -> list[str]:
        return keras_lines(shapes, training=self.training, momentum=self.momentum, eps=self.eps)

    def torch(self, shapes: Shapes) -> str:
        given = [n if n in shapes else "None" for n in (*STATISTICS, "weight", "bias")]
        call = (
            f"F.batch_norm(x, {', '.join(given)}, training={self.training}, "
            f"momentum={self.momentum}, eps={self.eps})"
        )
        # In training PyTorch writes the new running numbers over the old ones.
        kept = self.training and STATISTICS[0] in shapes
        return f"{call}, {', '.join(STATISTICS)}" if kept else call
