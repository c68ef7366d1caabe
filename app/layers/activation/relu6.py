"""ReLU6: ReLU with a ceiling."""

from typing import ClassVar

import numpy as np

from app.layers._cases import between, cases, from_, up_to
from app.layers._formula import X
from app.layers._graph_node import GraphNode, bounds_of
from app.layers._nodes import Nodes
from app.layers.activation._base import Activation
from app.layers.base import Array, Reading


def relu6(x: Array) -> Array:
    """Return x, cut to 0 ... 6."""
    return np.clip(x, 0.0, 6.0)


class Relu6(Activation):
    """Computes `y = min(max(0, x), 6)`.

    Source:
        torch.nn.functional.relu6; ONNX Clip.
    """

    abstract = False
    place = 2
    operators = ("Clip",)
    in_numpy = staticmethod(relu6)
    in_keras = "ops.relu6(x)"
    title = "ReLU6"
    summary = "ReLU with a ceiling at 6, made for numbers of few bits."
    formula = cases((0, up_to(X, 0)), (6, from_(X, 6)), (X, between(0, X, 6)))
    examples: ClassVar = (({}, {"input": (2, 3, 4)}),)

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        return (cls(), {}) if bounds_of(node) == (0.0, 6.0) else None

    def write(self, nodes: Nodes, x: str) -> str:
        return nodes.add("Clip", x, nodes.constant(0.0), nodes.constant(6.0))

    def derivative(self, x: Array) -> Array:
        return np.where((x > 0) & (x < 6), 1.0, 0.0)
