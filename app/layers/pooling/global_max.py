"""Global max pooling: one number a channel, its largest."""

from collections.abc import Mapping
from typing import ClassVar

from app.layers._explain import Explanation
from app.layers._formula import Call, Name
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers.base import Shape, Shapes, Tensors
from app.layers.pooling._base import highest
from app.layers.pooling._global import Global
from app.layers.pooling._numpy import adaptive_max_pool


class GlobalMax(Global):
    """Computes `y[n, c] = max of x[n, c]`; the spatial axes become 1.

    Source:
        torch.nn.functional.adaptive_max_pool2d(x, 1); ONNX ReduceMax.
    """

    abstract = False
    place = 4
    operators = (
        "GlobalMaxPool",
        "ReduceMax",
    )
    minds_nonfinite = True
    title = "Global max pooling"
    summary = "Each feature map becomes one number: whether the feature was anywhere at all."
    formula = Call("max", (Name("x", "k"),), "k")
    examples: ClassVar = (({}, {"input": (2, 3, 5, 6)}), ({}, {"input": (4, 4)}))

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        axes = nodes.integers(range(2, len(shapes["input"])))
        largest = nodes.add("ReduceMax", x["input"], axes, keepdims=1)
        return {"output": largest if finite else _or_nan(nodes, x["input"], axes, largest)}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        window = self.window(tensors["input"].shape)
        return highest(tensors["input"], at, self.terms(tensors, at), window=window)

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        return NumpyCall(adaptive_max_pool, ("input",), {})

    def keras(self, shapes: Shapes) -> list[str]:
        axes = tuple(range(2, len(shapes["input"])))
        return [f"ops.max(x, {axes}, keepdims=True)"]

    def torch(self, shapes: Shapes) -> str:
        return f"F.adaptive_max_pool{self.spatial_dims}d(x, 1)"


def _or_nan(nodes: Nodes, source: str, axes: str, largest: str) -> str:
    """Let NaN win, which ONNX Runtime may pass over."""
    one, zero = nodes.constant(1.0), nodes.constant(0.0)
    marks = nodes.add("Where", nodes.add("IsNaN", source), one, zero)
    found = nodes.add("Equal", nodes.add("ReduceMax", marks, axes, keepdims=1), one)
    return nodes.add("Where", found, nodes.constant(float("nan")), largest)
