"""Softmax: scores become shares that add up to one."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from app.layers._explain import Explanation
from app.layers._explain import number as json_number
from app.layers._fields import FLOAT_MAX, number, whole
from app.layers._formula import Call, Expr, Name, Total, call, exp
from app.layers._graph_node import GraphNode
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers._products import numbers
from app.layers._touch import Box, one
from app.layers._touch import whole as every
from app.layers.base import Array, Layer, Reading, ReceptiveField, Shape, Shapes, Tensors
from app.problems import Invalid

_OF_ONE_AXIS = 13
_SMALLEST = 1.1754943508222875e-38
_HIGHEST = Call("max", (Name("x", "k") / Name("T"),), "k")


def softmax(x: Array, dim: int, temperature: float = 1.0) -> Array:
    """Return the shares exp(x / T) / Σ exp(x / T) along an axis."""
    scaled = x / temperature
    # With the largest taken off, no power is too large for a number.
    powers = np.exp(scaled - np.max(scaled, axis=dim, keepdims=True))
    shares: Array = powers / np.sum(powers, axis=dim, keepdims=True)
    return shares


def log_softmax(x: Array, dim: int, temperature: float = 1.0) -> Array:
    """Return the logarithm of the shares, exact where a share itself would be 0."""
    scaled = x / temperature
    shifted = scaled - np.max(scaled, axis=dim, keepdims=True)
    logarithms: Array = shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
    return logarithms


class Softmax(Layer):
    """Computes `y[i] = exp(x[i] / T) / Σ exp(x[j] / T)` along one axis.

    Shapes:
        input of any rank, 0 too; output the same.

    Raises:
        Invalid: a `dim` that the input does not have.

    Source:
        torch.nn.functional.softmax, log_softmax; ONNX Softmax-13.
    """

    abstract = False
    order = 5
    operators = (
        "Softmax",
        "LogSoftmax",
    )
    title = "Softmax"
    summary = (
        "Scores become shares of one: e is raised to each score, then divided by the sum of all."
    )
    formula = exp(Name("x", "i") / Name("T") - _HIGHEST) / Total(
        "j", exp(Name("x", "j") / Name("T") - _HIGHEST)
    )
    examples: ClassVar = (
        ({}, {"input": (2, 5)}),
        ({"dim": 1, "temperature": 0.5}, {"input": (2, 3, 4)}),
        ({"log": True}, {"input": (7,)}),
        ({"dim": 0}, {"input": ()}),
    )

    dim: int = whole(-1, "The axis along which the shares add up to one.", (-4, 3), ge=-64, le=63)
    temperature: float = number(
        1.0,
        "Above 1 the shares even out, below 1 the largest takes more.",
        (0.1, 10, 0.1),
        ge=_SMALLEST,
        le=FLOAT_MAX,
    )
    log: bool = Field(False, strict=True, description="Give the logarithm of the shares instead.")

    @property
    def used_formula(self) -> Expr:
        return call("ln", self.formula) if self.log else self.formula

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        shape, old = node.shapes[0] or (), node.opset < _OF_ONE_AXIS
        dim = node.attributes.get("axis", 1 if old else -1)
        # Earlier versions took all axes from the given one on as one.
        if old and math.prod(shape[dim:]) != shape[dim]:
            return None
        return cls(dim=dim, log=node.operator == "LogSoftmax"), {}

    def resolve(self, shapes: Shapes) -> Self:
        shape = shapes["input"]
        rank = max(len(shape), 1)
        if not -rank <= self.dim < rank:
            raise Invalid(
                "dim {dim} is not an axis of an input of {rank} axes: it can be {least} to {most}",
                loc=("dim",),
                dim=self.dim,
                rank=len(shape),
                least=-rank,
                most=rank - 1,
            )
        if 0 in shape[1:] or (shape == (0,)):
            raise Invalid("input {shape} has an empty axis", loc=("input",), shape=list(shape))
        return self.model_copy(update={"dim": self.dim % rank})

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        """Return that of one place, if the shares are those of its channels; else everything."""
        is_of_channels = len(shapes["input"]) > 2 and self.dim < 2
        return super().receptive_field(shapes) if is_of_channels else None

    def makes_shares(self, shapes: Shapes) -> bool:
        return not self.log and self.terms_each(shapes) == math.prod(shapes["input"])

    def terms_each(self, shapes: Shapes) -> int:
        return shapes["input"][self.dim] if shapes["input"] else 1

    def scratch_elements(self, shapes: Shapes) -> int:
        """Count what is divided by the temperature, and turned round for a dim before the last."""
        return 3 * math.prod(shapes["input"])

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        source, scalar = x["input"], not shapes["input"]
        if scalar:
            source = nodes.add("Reshape", source, nodes.integers([1]))
        if self.temperature != 1.0:
            source = nodes.add("Div", source, nodes.constant(self.temperature))
        shares = nodes.add("LogSoftmax" if self.log else "Softmax", source, axis=self.dim)
        if scalar:
            shares = nodes.add("Reshape", shares, nodes.constant(np.zeros(0), np.int64))
        return {"output": shares}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = tensors["input"]
        before, after = at[: self.dim], at[self.dim + 1 :]
        place: Any = (*before, slice(None), *after)
        line: Array = np.atleast_1d(x)[place]
        scaled = self._scaled(line)
        highest = scaled.max()
        with np.errstate(invalid="ignore"):
            shifted = scaled - highest
        powers = np.exp(shifted)
        total = powers.sum()
        chosen = at[self.dim] if at else 0
        indices = [[*before, i, *after] if at else [] for i in range(len(line))]
        columns: dict[str, list[Any]] = {"input_index": indices, "input": numbers(line)}
        if self.temperature != 1:
            columns["divided"] = numbers(scaled)
        columns |= {"shifted": numbers(shifted), "exp": numbers(powers)}
        columns["share"] = numbers(powers / total)
        if self.log:
            columns["log"] = numbers(shifted - np.log(total))
        terms = [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ]
        share = powers[chosen] / total
        value = float(np.float32(shifted[chosen] - np.log(total) if self.log else share))
        facts = {
            "total": json_number(total),
            "max": json_number(highest),
            "temperature": self.temperature,
        }
        return Explanation(at, value, "normalise", terms, facts=facts)

    def _scaled(self, line: Array) -> Array:
        """Return what is divided by the temperature; what float32 does not have is ∞ as there."""
        scaled: Array = line.astype(np.float64) / self.temperature
        with np.errstate(over="ignore"):
            is_past = np.isinf(scaled.astype(np.float32))
        return np.where(is_past, np.copysign(np.inf, scaled), scaled)

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        if not at:
            return [()]
        line = every(shapes["input"][self.dim])
        return [tuple(line if axis == self.dim else one(i) for axis, i in enumerate(at))]

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        function = log_softmax if self.log else softmax
        return NumpyCall(function, ("input",), {"dim": self.dim, "temperature": self.temperature})

    def keras(self, shapes: Shapes) -> list[str]:
        call = "log_softmax" if self.log else "softmax"
        source = "x" if self.temperature == 1.0 else f"x / {self.temperature}"
        if not shapes["input"]:
            return [f"ops.reshape(ops.{call}(ops.reshape({source}, (1,))), ())"]
        return [f"ops.{call}({source}, axis={self.dim})"]

    def torch(self, shapes: Shapes) -> str:
        call = "log_softmax" if self.log else "softmax"
        source = "x" if self.temperature == 1.0 else f"x / {self.temperature}"
        return f"F.{call}({source}, dim={self.dim})"
