"""ELU: the exponential linear unit."""

from typing import ClassVar

import numpy as np

from app.layers._cases import above, cases, up_to
from app.layers._fields import number
from app.layers._formula import Name, X, exp
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def elu(x: Array, alpha: float) -> Array:
    """Return x above 0, else alpha · (exp(x) − 1)."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0)))


class Elu(Activation):
    """Computes `y = x where x > 0, else alpha · (exp(x) − 1)`.

    Source:
        torch.nn.functional.elu; ONNX Elu.
    """

    abstract = False
    place = 5
    operators = ("Elu",)
    onnx_fields: ClassVar = {"alpha": ("alpha", 1.0)}
    in_numpy = staticmethod(elu)
    in_keras = "ops.elu(x, alpha={alpha})"
    title = "ELU"
    summary = (
        "Bends smoothly towards −alpha on the left, so that the mean of the outputs "
        "comes nearer to 0."
    )
    formula = cases((X, above(X, 0)), (Name("alpha") * (exp(X) - 1), up_to(X, 0)))
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4)}),
        ({"alpha": 0.5}, {"input": (5,)}),
    )

    alpha: float = number(1.0, "How far down the left side goes.", (0, 3, 0.05))

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Elu", x, alpha=self.alpha)

    def derivative(self, x: Array) -> Array:
        return np.where(x > 0, 1.0, self.alpha * np.exp(np.minimum(x, 0.0)))
