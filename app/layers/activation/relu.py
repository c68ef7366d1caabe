"""ReLU: the rectified linear unit."""

import math
from typing import ClassVar

import numpy as np

from app.layers._cases import above, cases, up_to
from app.layers._formula import X
from app.layers._graph_node import GraphNode, bounds_of
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array, Reading


def relu(x: Array) -> Array:
    """Return x, or 0 where it is below."""
    return np.maximum(x, 0.0)


class Relu(Activation):
    """Computes `y = max(0, x)`.

    Source:
        torch.nn.functional.relu; ONNX Relu.
    """

    abstract = False
    place = 1
    operators = ("Relu", "Clip")
    in_numpy = staticmethod(relu)
    in_keras = "ops.relu(x)"
    title = "ReLU"
    summary = "What is negative becomes 0, the rest stays: the simplest way to be non-linear."
    formula = cases((X, above(X, 0)), (0, up_to(X, 0)))
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        cut = node.operator == "Clip" and bounds_of(node) != (0.0, math.inf)
        return None if cut else (cls(), {})

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Relu", x)

    def derivative(self, x: Array) -> Array:
        return np.where(x > 0, 1.0, 0.0)
