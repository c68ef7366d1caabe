"""Tensors that meet element by element: the sum of a residual block, a gate, a scale."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np

from app.layers._explain import Explanation, number
from app.layers._graph_node import GraphNode
from app.layers._spread import spread_index
from app.layers.base import Array, ReceptiveField, Shape, Shapes, Tensors
from app.networks.operators._base import Operator, each_alone, tensor_name

_COMBINE: Mapping[str, str] = {
    "Add": "sum",
    "Sum": "sum",
    "Sub": "sum",
    "Mul": "sum",
    "Mean": "mean",
    "Max": "max",
}


class Elementwise(Operator):
    """Computes `y[i] = x[i] ∘ x_1[i] ∘ ...`; a smaller tensor is spread as NumPy does it.

    A product of two is told as one term, whose weight is the other tensor's number.

    Source:
        ONNX Add, Sum, Sub, Mul, Mean, Max.
    """

    operators: ClassVar = tuple(_COMBINE)
    operator: str
    shape: tuple[int, ...]

    @classmethod
    def of_node(cls, node: GraphNode) -> Self | None:
        """Read a node; a product of more than two is not told, nor numbers that overflow."""
        if node.is_whole or (node.operator == "Mul" and len(node.shapes) != 2):
            return None
        return cls(operator=node.operator, shape=tuple(node.outputs[0]))

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        return {"output": self.shape}

    def receptive_field(self, shapes: Shapes) -> ReceptiveField:
        return each_alone(self.shape)

    def goes_alone(self, shapes: Shapes) -> bool:
        return True

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        terms = [_term(name, tensors[name], at) for name in _in_order(tensors)]
        values = [tensors[t["tensor"]][tuple(t["input_index"])].astype(np.float64) for t in terms]
        with np.errstate(all="ignore"):
            value = self._told(terms, values)
        return Explanation(at, float(np.float32(value)), _COMBINE[self.operator], terms)

    def _told(self, terms: list[dict[str, Any]], values: list[Array]) -> Any:
        """Return the value, and write into the terms how it is made."""
        if self.operator == "Mul":
            other = terms.pop()
            made = values[0] * values[1]
            terms[0] |= {
                "weight_index": other["input_index"],
                "weight": other["input"],
                "weight_tensor": other["tensor"],
                "product": number(made),
            }
            return made
        if self.operator == "Max":
            best = int(np.argmax(values))
            for place, term in enumerate(terms):
                term["winner"] = place == best
            return values[best]
        signs = [-1.0 if self.operator == "Sub" and place else 1.0 for place in range(len(values))]
        for term, value, sign in zip(terms, values, signs, strict=True):
            term |= {"weight": sign, "product": number(sign * value)}
        total = sum(sign * value for sign, value in zip(signs, values, strict=True))
        return total / len(values) if self.operator == "Mean" else total

    def feeds(self, shapes: Shapes, at: Shape) -> Shape:
        missing = len(self.shape) - len(at)
        return (*(0 for _ in range(missing)), *at)


def _in_order(tensors: Tensors) -> list[str]:
    return [name for name in (tensor_name(n) for n in range(len(tensors))) if name in tensors]


def _term(name: str, x: Array, at: Shape) -> dict[str, Any]:
    index = spread_index(at, x.shape)
    return {"tensor": name, "input_index": list(index), "input": number(x[index]), "padding": False}
