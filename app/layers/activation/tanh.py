"""Tanh: the hyperbolic tangent."""

from typing import ClassVar

import numpy as np

from app.layers._formula import X, call
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def tanh(x: Array) -> Array:
    """Return the hyperbolic tangent of x."""
    return np.tanh(x)


class Tanh(Activation):
    """Computes `y = (exp(x) − exp(−x)) / (exp(x) + exp(−x))`.

    Source:
        torch.nn.functional.tanh; ONNX Tanh.
    """

    abstract = False
    place = 15
    operators = ("Tanh",)
    in_numpy = staticmethod(tanh)
    in_keras = "ops.tanh(x)"
    title = "Tanh"
    summary = "An S between −1 and 1 that leaves 0 at 0."
    formula = call("tanh", X)
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Tanh", x)

    def derivative(self, x: Array) -> Array:
        return 1.0 - np.tanh(x) ** 2
