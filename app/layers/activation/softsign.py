"""Softsign: an S without exponentials."""

from typing import ClassVar

import numpy as np

from app.layers._formula import Bars, X, lift
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def softsign(x: Array) -> Array:
    """Return x / (1 + |x|)."""
    return x / (1.0 + np.abs(x))


class Softsign(Activation):
    """Computes `y = x / (1 + |x|)`.

    Source:
        torch.nn.functional.softsign; ONNX Softsign.
    """

    abstract = False
    place = 12
    operators = ("Softsign",)
    in_numpy = staticmethod(softsign)
    in_keras = "ops.softsign(x)"
    title = "Softsign"
    summary = "An S between −1 and 1 that flattens more gently than tanh."
    formula = X / (lift(1) + Bars(X))
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Softsign", x)

    def derivative(self, x: Array) -> Array:
        return 1.0 / (1.0 + np.abs(x)) ** 2
