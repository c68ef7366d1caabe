"""Nodes and constants of one graph, gathered while layers write themselves into it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

# Where a slice goes to the end of its axis.
LAST = 2**63 - 1


class Nodes:
    """The growing list of nodes; every name it gives is new.

    Args:
        prefix: stands before each name, so that several layers can share one graph.
    """

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def _name(self, op: str) -> str:
        return f"{self.prefix}{op.lower()}_{len(self.nodes) + len(self.constants)}"

    def many(self, op: str, inputs: Sequence[str], count: int, **attributes: Any) -> list[str]:
        """Add a node with `count` outputs and return their names."""
        name = self._name(op)
        outputs = [name if not i else f"{name}_{i}" for i in range(count)]
        self.nodes.append(helper.make_node(op, list(inputs), outputs, name=name, **attributes))
        return outputs

    def add(self, op: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and return its name."""
        return self.many(op, inputs, 1, **attributes)[0]

    def constant(self, value: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Add a constant tensor and return its name."""
        name = self._name("constant")
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def integers(self, values: Sequence[int] | npt.NDArray[np.int64]) -> str:
        """Add a constant list of int64, as ONNX wants shapes, axes and pads."""
        return self.constant(values, np.int64)

    def slice(
        self, source: str, starts: Sequence[int], stops: Sequence[int], axes: Sequence[int]
    ) -> str:
        """Add a cut along some axes and return its name."""
        return self.add("Slice", source, *(self.integers(list(v)) for v in (starts, stops, axes)))
