"""A function of one number, applied to each: it has a curve, and a slope everywhere."""

from abc import abstractmethod
from collections.abc import Mapping

import numpy as np

from app.layers._explain import Explanation, number
from app.layers._nodes import Nodes
from app.layers.base import Array, Layer, Shape, Shapes, Tensors


class Function(Layer):
    """A layer whose every output is made of one input alone."""

    @abstractmethod
    def evaluate(self, x: Array) -> Array:
        """Return y in float64, written down once more in NumPy."""

    @abstractmethod
    def derivative(self, x: Array) -> Array:
        """Return dy/dx in float64; at a kink the side that PyTorch takes."""

    def curve_tensors(self) -> dict[str, Array]:
        """Return the tensors besides `input` that a plot takes when none is sent."""
        return {}

    def slope(self, x: Array, tensors: Tensors) -> Array:
        """Return dy/dx where it depends on tensors besides `input`."""
        return self.derivative(x)

    def write(self, nodes: Nodes, x: str) -> str:
        """Write the function into a graph, for one input and one output."""
        raise NotImplementedError

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        return {"output": self.write(nodes, x["input"])}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = np.asarray(tensors["input"][at], np.float64)
        with np.errstate(all="ignore"):
            value, slope = self.evaluate(x), self.derivative(x)
        terms = [{"input_index": list(at), "input": number(x)}]
        facts = {"slope": number(slope)}
        return Explanation(at, float(np.float32(value)), "function", terms, facts=facts)

    def torch(self, shapes: Shapes) -> str:
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return ", ".join([f"F.{self.tag}(x", *(f"{k}={v!r}" for k, v in values.items())]) + ")"
