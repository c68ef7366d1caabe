"""Leaky ReLU: ReLU that lets a little of the negative through."""

from typing import ClassVar

import numpy as np

from app.layers._cases import above, cases, up_to
from app.layers._fields import number
from app.layers._formula import Name, X
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def leaky_relu(x: Array, negative_slope: float) -> Array:
    """Return x above 0, else negative_slope · x."""
    return np.where(x > 0, x, negative_slope * x)


class LeakyRelu(Activation):
    """Computes `y = x where x > 0, else negative_slope · x`.

    Source:
        torch.nn.functional.leaky_relu; ONNX LeakyRelu.
    """

    abstract = False
    place = 3
    operators = ("LeakyRelu",)
    onnx_fields: ClassVar = {"negative_slope": ("alpha", 0.01)}
    in_numpy = staticmethod(leaky_relu)
    in_keras = "ops.leaky_relu(x, negative_slope={negative_slope})"
    title = "Leaky ReLU"
    summary = "Negative values are not cut but made small, so that a slope is left to learn from."
    formula = cases((X, above(X, 0)), (Name("negative_slope") * X, up_to(X, 0)))
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4)}),
        ({"negative_slope": 0.25}, {"input": (5,)}),
    )

    negative_slope: float = number(0.01, "The slope on the left of zero.", (0, 1, 0.01))

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("LeakyRelu", x, alpha=self.negative_slope)

    def derivative(self, x: Array) -> Array:
        return np.where(x > 0, 1.0, self.negative_slope)
