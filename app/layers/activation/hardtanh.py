"""Hard tanh: a line with two cuts."""

from typing import ClassVar, Self

import numpy as np
from pydantic import model_validator

from app.layers._cases import between, cases, from_, up_to
from app.layers._fields import FLOAT_MAX, number, refuse
from app.layers._formula import Name, X
from app.layers._graph_node import GraphNode, bounds_of
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array, Reading


def hardtanh(x: Array, min_val: float, max_val: float) -> Array:
    """Return x, cut to min_val ... max_val."""
    return np.clip(x, min_val, max_val)


class Hardtanh(Activation):
    """Computes `y = min(max(x, min_val), max_val)`.

    Source:
        torch.nn.functional.hardtanh; ONNX Clip.
    """

    abstract = False
    place = 16
    operators = ("Clip",)
    in_numpy = staticmethod(hardtanh)
    in_keras = "ops.clip(x, {min_val}, {max_val})"
    title = "Hard tanh"
    summary = "Straight in the middle, cut off at both ends."
    formula = cases(
        (Name("min_val"), up_to(X, Name("min_val"))),
        (Name("max_val"), from_(X, Name("max_val"))),
        (X, between(Name("min_val"), X, Name("max_val"))),
    )
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4)}),
        ({"min_val": -0.5, "max_val": 0.25}, {"input": (5,)}),
    )

    min_val: float = number(-1.0, "Nothing comes out below this.", (-5, 0, 0.1))
    max_val: float = number(1.0, "Nothing comes out above this.", (0, 5, 0.1))

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_val > self.max_val:
            low, high = self.min_val, self.max_val
            raise refuse("min_val {low} is above max_val {high}", "min_val", low=low, high=high)
        return self

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        low, high = bounds_of(node)
        return cls(min_val=max(low, -FLOAT_MAX), max_val=min(high, FLOAT_MAX)), {}

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Clip", x, nodes.constant(self.min_val), nodes.constant(self.max_val))

    def derivative(self, x: Array) -> Array:
        return np.where((x > self.min_val) & (x < self.max_val), 1.0, 0.0)
