"""Hard swish: x times the hard sigmoid."""

from typing import ClassVar

import numpy as np

from app.layers._cases import between, cases, from_, up_to
from app.layers._formula import X
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array


def hardswish(x: Array) -> Array:
    """Return x · (x / 6 + 1/2 cut to 0 ... 1)."""
    return x * np.clip(x / 6.0 + 0.5, 0.0, 1.0)


class Hardswish(Activation):
    """Computes `y = x · min(max(x / 6 + 1/2, 0), 1)`.

    Source:
        torch.nn.functional.hardswish; ONNX HardSwish.
    """

    abstract = False
    place = 18
    holds = 1
    operators = ("HardSwish",)
    in_numpy = staticmethod(hardswish)
    in_keras = "ops.hard_silu(x)"
    title = "Hard swish"
    summary = "SiLU with the sigmoid drawn by straight lines."
    formula = cases((0, up_to(X, -3)), (X, from_(X, 3)), (X * (X + 3) / 6, between(-3, X, 3)))
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("HardSwish", x)

    def derivative(self, x: Array) -> Array:
        return np.where(x <= -3, 0.0, np.where(x < 3, x / 3.0 + 0.5, 1.0))
