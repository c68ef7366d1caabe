"""Log-sigmoid: ln of the logistic function."""

from typing import ClassVar

import numpy as np

from app.layers._formula import X, call, exp, lift
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array, Shapes


def logsigmoid(x: Array) -> Array:
    """Return −ln(1 + exp(−x))."""
    return -np.logaddexp(0.0, -x)


class LogSigmoid(Activation):
    """Computes `y = −ln(1 + exp(−x))`.

    Source:
        torch.nn.functional.log_sigmoid; ONNX Softplus.
    """

    abstract = False
    place = 14
    holds = 1
    in_numpy = staticmethod(logsigmoid)
    in_keras = "ops.log_sigmoid(x)"
    title = "Log-sigmoid"
    summary = "The logarithm of the sigmoid, exact where the sigmoid itself would round to 0."
    formula = -call("ln", lift(1) + exp(-X))
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Neg", nodes.add("Softplus", nodes.add("Neg", x)))

    def derivative(self, x: Array) -> Array:
        return 1.0 / (1.0 + np.exp(x))

    def torch(self, shapes: Shapes) -> str:
        return "F.logsigmoid(x)"
