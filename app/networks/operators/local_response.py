"""Local response normalisation: loud neighbours in other channels quieten a value."""

from typing import ClassVar, Self

import numpy as np

from app.layers._explain import Explanation, number
from app.layers._graph_node import GraphNode
from app.layers.base import INPUT, Shape, Tensors
from app.networks.operators._base import Operator


class LocalResponse(Operator):
    """Computes `y[c] = x[c] / (k + alpha / size · Σ x[c']²)^beta` over `size` channels around c.

    Source:
        torch.nn.functional.local_response_norm; ONNX LRN.
    """

    operators: ClassVar = ("LRN",)
    size: int
    alpha: float
    beta: float
    k: float

    @classmethod
    def of_node(cls, node: GraphNode) -> Self:
        """Read a node; ONNX calls k bias."""
        given = {"size": 1, "alpha": 1e-4, "beta": 0.75, "bias": 1.0} | dict(node.attributes)
        return cls(size=given["size"], alpha=given["alpha"], beta=given["beta"], k=given["bias"])

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x, c = tensors[INPUT.name], at[1]
        first, last = c - (self.size - 1) // 2, c + self.size // 2
        channels = range(max(first, 0), min(last + 1, x.shape[1]))
        terms, total = [], 0.0
        for channel in channels:
            index = (at[0], channel, *at[2:])
            square = float(np.float64(x[index]) ** 2)
            total += square
            terms.append(
                {"input_index": list(index), "input": number(x[index]), "square": number(square)}
            )
        scale = (self.k + self.alpha / self.size * total) ** self.beta
        facts = {"total": number(total), "scale": number(scale)}
        value = float(np.float32(np.float64(x[at]) / scale))
        return Explanation(at, value, "function", terms, facts=facts)
