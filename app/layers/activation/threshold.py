"""Threshold: keep what is large enough."""

from typing import ClassVar

import numpy as np

from app.layers._cases import above, cases, up_to
from app.layers._fields import number
from app.layers._formula import Name, X
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def threshold(x: Array, threshold: float, value: float) -> Array:
    """Return x where it is above the threshold, else the value."""
    return np.where(x <= np.float32(threshold), value, x)


class Threshold(Activation):
    """Computes `y = x where x > threshold, else value`.

    Source:
        torch.nn.functional.threshold; ONNX LessOrEqual, Where.
    """

    abstract = False
    place = 19
    operators = ("ThresholdedRelu",)
    onnx_fields: ClassVar = {"threshold": ("alpha", 1.0)}
    holds = 2
    in_numpy = staticmethod(threshold)
    in_keras = "ops.where(x > {threshold}, x, {value})"
    title = "Threshold"
    summary = "Values above the threshold stay, all others become one fixed value."
    formula = cases((X, above(X, Name("threshold"))), (Name("value"), up_to(X, Name("threshold"))))
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4)}),
        ({"threshold": 0.1, "value": -2.0}, {"input": (5,)}),
    )

    threshold: float = number(1.0, "What is not above this is replaced.", (-3, 3, 0.1))
    value: float = number(0.0, "What stands in its place.", (-3, 3, 0.1))

    def write(self, nodes: Nodes, x: str) -> str:
        # This way round a NaN, of which no comparison is true, stays what it is.
        below = nodes.add("LessOrEqual", x, nodes.constant(self.threshold))
        return nodes.add("Where", below, nodes.constant(self.value), x)

    def derivative(self, x: Array) -> Array:
        return np.where(x > self.threshold, 1.0, 0.0)
