"""Softplus: a smooth ReLU."""

from typing import ClassVar

import numpy as np

from app.layers._cases import above, cases, up_to
from app.layers._fields import number
from app.layers._formula import Name, X, call, exp, lift
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def softplus(x: Array, beta: float, threshold: float) -> Array:
    """Return ln(1 + exp(beta · x)) / beta, or x itself where that is steep."""
    # Where the line begins is decided in float32, as PyTorch does.
    steep = np.float32(beta) * np.asarray(x, np.float32) > np.float32(threshold)
    return np.where(steep, x, np.logaddexp(0.0, beta * x) / beta)


class Softplus(Activation):
    """Computes `y = ln(1 + exp(beta · x)) / beta, and x itself where beta · x > threshold`.

    Source:
        torch.nn.functional.softplus; ONNX Softplus.
    """

    abstract = False
    place = 11
    operators = ("Softplus",)
    holds = 3
    in_numpy = staticmethod(softplus)
    in_keras = "ops.where({beta} * x > {threshold}, x, ops.softplus({beta} * x) / {beta})"
    title = "Softplus"
    summary = "ReLU with the corner rounded off; a larger beta makes it sharper."
    formula = cases(
        (X, above(Name("beta") * X, Name("threshold"))),
        (
            call("ln", lift(1) + exp(Name("beta") * X)) / Name("beta"),
            up_to(Name("beta") * X, Name("threshold")),
        ),
    )
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4)}),
        ({"beta": 2.0, "threshold": 1.0}, {"input": (5,)}),
    )

    beta: float = number(1.0, "How sharp the bend is.", (0.1, 5, 0.1))
    threshold: float = number(
        20.0, "Where beta · x is above this, the line itself is taken.", (0, 40, 1)
    )

    def write(self, nodes: Nodes, x: str) -> str:
        scaled = nodes.add("Mul", x, nodes.constant(self.beta))
        soft = nodes.add("Div", nodes.add("Softplus", scaled), nodes.constant(self.beta))
        straight = nodes.add("Greater", scaled, nodes.constant(self.threshold))
        return nodes.add("Where", straight, x, soft)

    def derivative(self, x: Array) -> Array:
        scaled = self.beta * x
        return np.where(scaled > self.threshold, 1.0, 1.0 / (1.0 + np.exp(-scaled)))
