"""GELU: the Gaussian error linear unit."""

import math
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from app.layers._erf import erf
from app.layers._formula import PI, Expr, Power, Root, X, call, lift
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array, Shapes

_ROOT = math.sqrt(2 / math.pi)
_CUBE = 0.044715


def gelu(x: Array, approximate: str) -> Array:
    """Return x · Φ(x), or its approximation by tanh."""
    if approximate == "tanh":
        return 0.5 * x * (1.0 + np.tanh(_ROOT * (x + _CUBE * x**3)))
    return 0.5 * x * (1.0 + erf(x / math.sqrt(2)))


class Gelu(Activation):
    """Computes `y = x · Φ(x), or its tanh approximation`.

    Source:
        torch.nn.functional.gelu; ONNX Gelu.
    """

    abstract = False
    place = 8
    operators = ("Gelu",)
    onnx_fields: ClassVar = {"approximate": ("approximate", "none")}
    in_numpy = staticmethod(gelu)
    title = "GELU"
    summary = (
        "Each value is weighed by the chance that a normal random number is smaller: a soft ReLU."
    )
    formula = X * call("Φ", X)
    approximation: ClassVar[Expr] = (
        X / 2 * (lift(1) + call("tanh", Root(lift(2) / PI) * (X + Power(X, lift(3)) * _CUBE)))
    )
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4)}),
        ({"approximate": "tanh"}, {"input": (5,)}),
    )

    approximate: Literal["none", "tanh"] = Field(
        "none", description="Exact, or the older approximation by tanh."
    )

    @property
    def used_formula(self) -> Expr:
        return self.formula if self.approximate == "none" else self.approximation

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Gelu", x, approximate=self.approximate)

    def keras(self, shapes: Shapes) -> list[str]:
        return [f"ops.gelu(x, approximate={self.approximate == 'tanh'})"]

    def derivative(self, x: Array) -> Array:
        if self.approximate == "tanh":
            t = np.tanh(_ROOT * (x + _CUBE * x**3))
            inner = _ROOT * (1.0 + 3.0 * _CUBE * x**2)
            return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t**2) * inner
        density = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
        return 0.5 * (1.0 + erf(x / math.sqrt(2))) + x * density
