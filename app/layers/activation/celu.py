"""CELU: ELU with a continuous slope."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import AfterValidator

from app.layers._cases import above, cases, up_to
from app.layers._fields import number, refuse
from app.layers._formula import Name, X, exp
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def _not_zero(alpha: float) -> float:
    if alpha == 0:
        raise refuse("must not be 0, since x is divided by it")
    return alpha


def celu(x: Array, alpha: float) -> Array:
    """Return max(0, x) + min(0, alpha · (exp(x / alpha) − 1))."""
    return np.maximum(x, 0.0) + np.minimum(alpha * np.expm1(x / alpha), 0.0)


class Celu(Activation):
    """Computes `y = max(0, x) + min(0, alpha · (exp(x / alpha) − 1))`.

    Source:
        torch.nn.functional.celu; ONNX Celu.
    """

    abstract = False
    place = 7
    operators = ("Celu",)
    onnx_fields: ClassVar = {"alpha": ("alpha", 1.0)}
    in_numpy = staticmethod(celu)
    in_keras = "ops.celu(x, alpha={alpha})"
    title = "CELU"
    summary = "ELU drawn so that the slope at 0 is 1 whatever alpha is."
    formula = cases((X, above(X, 0)), (Name("alpha") * (exp(X / Name("alpha")) - 1), up_to(X, 0)))
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4)}),
        ({"alpha": 0.5}, {"input": (5,)}),
    )

    alpha: Annotated[float, AfterValidator(_not_zero)] = number(
        1.0, "How far down the left side goes, and how slowly.", (0.1, 3, 0.05)
    )

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Celu", x, alpha=self.alpha)

    def derivative(self, x: Array) -> Array:
        return np.where(x > 0, 1.0, np.exp(x / self.alpha))
