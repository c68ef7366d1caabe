"""SELU: ELU scaled so that a network normalises itself."""

from typing import ClassVar

import numpy as np

from app.layers._cases import above, cases, up_to
from app.layers._formula import Constant, X, exp
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array

_ALPHA = 1.6732632423543772848170429916717
_SCALE = 1.0507009873554804934193349852946


def selu(x: Array) -> Array:
    """Return ELU with two fixed numbers."""
    return _SCALE * np.where(x > 0, x, _ALPHA * np.expm1(np.minimum(x, 0.0)))


class Selu(Activation):
    """Computes `y = λ · (x where x > 0, else α · (exp(x) − 1)), λ = 1.0507, α = 1.6733`.

    Source:
        torch.nn.functional.selu; ONNX Selu.
    """

    abstract = False
    place = 6
    operators = ("Selu",)
    onnx_only: ClassVar = {"alpha": (_ALPHA, _ALPHA), "gamma": (_SCALE, _SCALE)}
    in_numpy = staticmethod(selu)
    in_keras = "ops.selu(x)"
    title = "SELU"
    summary = (
        "ELU with two fixed numbers, chosen so that layer after layer keeps mean 0 and spread 1."
    )
    formula = cases(
        (Constant("λ", _SCALE) * X, above(X, 0)),
        (Constant("λ", _SCALE) * Constant("α", _ALPHA) * (exp(X) - 1), up_to(X, 0)),
    )
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Selu", x, alpha=_ALPHA, gamma=_SCALE)

    def derivative(self, x: Array) -> Array:
        return _SCALE * np.where(x > 0, 1.0, _ALPHA * np.exp(np.minimum(x, 0.0)))
