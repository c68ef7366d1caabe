"""Sigmoid: the logistic function."""

from typing import ClassVar

import numpy as np

from app.layers._formula import X, exp, lift
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + exp(−x))."""
    return 1.0 / (1.0 + np.exp(-x))


class Sigmoid(Activation):
    """Computes `y = 1 / (1 + exp(−x))`.

    Source:
        torch.nn.functional.sigmoid; ONNX Sigmoid.
    """

    abstract = False
    place = 13
    operators = ("Sigmoid",)
    in_numpy = staticmethod(sigmoid)
    in_keras = "ops.sigmoid(x)"
    title = "Sigmoid"
    summary = (
        "An S between 0 and 1: one score as a probability. Far from 0 it is flat and hardly learns."
    )
    formula = lift(1) / (lift(1) + exp(-X))
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Sigmoid", x)

    def derivative(self, x: Array) -> Array:
        share = 1.0 / (1.0 + np.exp(-x))
        return share * (1.0 - share)
