"""A function of one number, applied to each: it has a curve, and a slope everywhere."""

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from app.layers._explain import Explanation, number
from app.layers._graph_node import GraphNode
from app.layers._nodes import Nodes
from app.layers._numpy import Effort, NumpyCall
from app.layers.base import Array, Layer, Reading, Shape, Shapes, Tensors


class Function(Layer):
    """A layer whose every output is made of one input alone."""

    in_numpy: ClassVar[Callable[..., Array]]
    """y of x, the tensors besides it and the fields; `staticmethod` of a function of the module."""

    in_keras: ClassVar[str]
    """Keras's expression of x, with the fields in braces."""

    onnx_fields: ClassVar[Mapping[str, tuple[str, Any]]] = {}
    """The ONNX attribute of each field, and what it is when it is left out."""

    onnx_only: ClassVar[Mapping[str, tuple[float, float]]] = {}
    """What other attributes must be for a node to be this function; what they are if left out."""

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        given = node.attributes
        for name, (wanted, default) in cls.onnx_only.items():
            if not math.isclose(given.get(name, default), wanted, rel_tol=1e-6):
                return None
        fields = cls.onnx_fields.items()
        return cls(**{f: given.get(name, default) for f, (name, default) in fields}), {}

    def evaluate(self, x: Array) -> Array:
        """Return y in float64."""
        return type(self).in_numpy(x, **self._fields())

    def _fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self).model_fields}

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
        values = self._fields().items()
        return ", ".join([f"F.{self.tag}(x", *(f"{k}={v!r}" for k, v in values)]) + ")"

    def keras(self, shapes: Shapes) -> list[str]:
        return [self.in_keras.format(**self._fields())]

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        names = tuple(spec.name for spec in self.inputs)
        return NumpyCall(type(self).in_numpy, names, self._fields())

    def numpy_effort(self, shapes: Shapes) -> Effort:
        # An error function goes through Python's own numbers, of three times the size.
        return Effort(8 * math.prod(shapes["input"]))
