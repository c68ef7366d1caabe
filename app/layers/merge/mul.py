"""Multiply: two tensors, number by number."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from app.layers._explain import Explanation, number
from app.layers._formula import Name, X
from app.layers._nodes import Nodes
from app.layers._products import summed
from app.layers._spread import spread_index
from app.layers.base import Array, Shape, Shapes, Tensors
from app.layers.merge._base import Elementwise


def mul(x: Array, other: Array) -> Array:
    """Return x · other; a smaller one is spread over the larger."""
    return x * other


class Mul(Elementwise):
    """Computes `y = x · other`.

    Source:
        torch.mul; ONNX Mul.
    """

    abstract = False
    place = 2
    title = "Multiply"
    summary = "One path says how much of the other goes on: a gate from 0 to 1, a scale for a map."
    formula = X * Name("other")
    in_numpy = staticmethod(mul)
    in_torch = "mul"
    in_keras = "multiply"
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4, 4), "other": (2, 3, 4, 4)}),
        ({}, {"input": (2, 3, 4, 4), "other": (2, 3, 1, 1)}),
    )

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        return {"output": nodes.add("Mul", x["input"], x["other"])}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x, other = tensors["input"], tensors["other"]
        place, met = spread_index(at, x.shape), spread_index(at, other.shape)
        with np.errstate(all="ignore"):
            made = number(np.float64(x[place]) * np.float64(other[met]))
        term = {
            "tensor": "input",
            "input_index": list(place),
            "input": number(x[place]),
            "weight_tensor": "other",
            "weight_index": list(met),
            "weight": number(other[met]),
            "product": made,
        }
        return summed(at, [term], None)
