"""SiLU: x weighed by its own sigmoid (Swish)."""

from typing import ClassVar

import numpy as np

from app.layers._formula import X, exp, lift
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def silu(x: Array) -> Array:
    """Return x / (1 + exp(−x))."""
    return x / (1.0 + np.exp(-x))


class Silu(Activation):
    """Computes `y = x · sigmoid(x)`.

    Source:
        torch.nn.functional.silu; ONNX Sigmoid, Mul.
    """

    abstract = False
    place = 9
    operators = ("Swish",)
    onnx_only: ClassVar = {"alpha": (1.0, 1.0)}
    in_numpy = staticmethod(silu)
    in_keras = "ops.silu(x)"
    title = "SiLU"
    summary = "Each value times its own sigmoid; also called Swish."
    formula = X / (lift(1) + exp(-X))
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Mul", x, nodes.add("Sigmoid", x))

    def derivative(self, x: Array) -> Array:
        share = 1.0 / (1.0 + np.exp(-x))
        return share * (1.0 + x * (1.0 - share))
