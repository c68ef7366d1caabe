"""Global average pooling: one number a channel, its mean."""

import math
from collections.abc import Hashable, Mapping
from typing import ClassVar

import numpy as np

from app.layers._explain import Explanation
from app.layers._formula import Name, Total
from app.layers._means import MOST_IN_A_ROW, mean
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers.base import Shape, Shapes, Tensors
from app.layers.pooling._global import Global
from app.layers.pooling._numpy import adaptive_avg_pool


class GlobalAvg(Global):
    """Computes `y[n, c] = mean of x[n, c]`; the spatial axes become 1.

    Source:
        torch.nn.functional.adaptive_avg_pool2d(x, 1); ONNX GlobalAveragePool.
    """

    abstract = False
    place = 5
    operators = (
        "GlobalAveragePool",
        "ReduceMean",
    )
    title = "Global average pooling"
    summary = "Each feature map becomes its mean: how much of the feature there was in all."
    formula = Total("k", Name("x", "k")) / Name("counted")
    examples: ClassVar = (({}, {"input": (2, 3, 5, 6)}), ({}, {"input": (4, 4)}))

    def key(self, shapes: Shapes) -> Hashable:
        return super().key(shapes), shapes["input"][2:] if self._is_long(shapes) else ()

    def scratch_elements(self, shapes: Shapes) -> int:
        return math.prod(shapes["input"]) if self._is_long(shapes) else 0

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        if self._is_long(shapes):
            axes = range(2, len(shapes["input"]))
            return {"output": mean(nodes, x["input"], shapes["input"], axes)}
        return {"output": nodes.add("GlobalAveragePool", x["input"])}

    def _is_long(self, shapes: Shapes) -> bool:
        """Tell whether ONNX Runtime's own operator, which takes all in a row, would lose digits."""
        return self.terms_each(shapes) > MOST_IN_A_ROW

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        terms = self.terms(tensors, at)
        values = [np.nan if t["input"] is None else t["input"] for t in terms]
        window, facts = self.window(tensors["input"].shape), {"counted": len(terms)}
        value = float(np.float32(np.mean(values)))
        return Explanation(at, value, "mean", terms, window=window, facts=facts)

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        return NumpyCall(adaptive_avg_pool, ("input",), {})

    def keras(self, shapes: Shapes) -> list[str]:
        axes = tuple(range(2, len(shapes["input"])))
        return [f"ops.mean(x, {axes}, keepdims=True)"]

    def torch(self, shapes: Shapes) -> str:
        return f"F.adaptive_avg_pool{self.spatial_dims}d(x, 1)"
