"""Mish: a smooth, self-gated curve."""

from typing import ClassVar

import numpy as np

from app.layers._formula import X, call, exp, lift
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def mish(x: Array) -> Array:
    """Return x · tanh(ln(1 + exp(x)))."""
    return x * np.tanh(np.logaddexp(0.0, x))


class Mish(Activation):
    """Computes `y = x · tanh(softplus(x))`.

    Source:
        torch.nn.functional.mish; ONNX Softplus, Tanh, Mul.
    """

    abstract = False
    place = 10
    holds = 1
    operators = ("Mish",)
    in_numpy = staticmethod(mish)
    in_keras = "x * ops.tanh(ops.softplus(x))"
    title = "Mish"
    summary = "Like SiLU, with a slightly deeper dip left of zero."
    formula = X * call("tanh", call("ln", lift(1) + exp(X)))
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Mul", x, nodes.add("Tanh", nodes.add("Softplus", x)))

    def derivative(self, x: Array) -> Array:
        gate = np.tanh(np.logaddexp(0.0, x))
        return gate + x * (1.0 - gate**2) / (1.0 + np.exp(-x))
