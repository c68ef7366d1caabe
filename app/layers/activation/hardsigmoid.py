"""Hard sigmoid: three straight lines."""

from typing import ClassVar

import numpy as np

from app.layers._cases import between, cases, from_, up_to
from app.layers._formula import X
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def hardsigmoid(x: Array) -> Array:
    """Return x / 6 + 1/2, cut to 0 ... 1."""
    return np.clip(x / 6.0 + 0.5, 0.0, 1.0)


class Hardsigmoid(Activation):
    """Computes `y = min(max(x / 6 + 1/2, 0), 1)`.

    Source:
        torch.nn.functional.hardsigmoid; ONNX HardSigmoid with slope 1/6 (its own default is 0.2).
    """

    abstract = False
    place = 17
    operators = ("HardSigmoid",)
    onnx_only: ClassVar = {"alpha": (1 / 6, 0.2), "beta": (0.5, 0.5)}
    in_numpy = staticmethod(hardsigmoid)
    in_keras = "ops.hard_sigmoid(x)"
    title = "Hard sigmoid"
    summary = "The sigmoid drawn with three straight lines: cheap on small machines."
    formula = cases((0, up_to(X, -3)), (1, from_(X, 3)), ((X + 3) / 6, between(-3, X, 3)))
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("HardSigmoid", x, alpha=1.0 / 6.0, beta=0.5)

    def derivative(self, x: Array) -> Array:
        return np.where((x > -3) & (x < 3), 1.0 / 6.0, 0.0)
