"""Average pooling: each window becomes its mean."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import Field

from app.layers._explain import Explanation
from app.layers._nodes import Nodes
from app.layers.base import Shape, Shapes, Tensors
from app.layers.pooling._base import Windowed, torch_padded


class Avg(Windowed):
    """Computes `y[n, c, p] = mean over k of x[n, c, p·stride + k·dilation]`.

    With `count_include_pad` the zeros of the padding count, cells beyond it (`ceil_mode`) never do.

    Source:
        torch.nn.functional.avg_pool2d; ONNX AveragePool.
    """

    abstract = False
    title = "Average pooling"
    summary = "Each window becomes its mean: a blur that is then thinned out."
    examples: ClassVar = (
        ({}, {"input": (1, 2, 6, 8)}),
        ({"kernel_size": 3, "stride": 2, "padding": 1}, {"input": (2, 2, 7, 6)}),
        ({"kernel_size": 3, "padding": 1, "count_include_pad": False}, {"input": (1, 6, 6)}),
        ({"kernel_size": [2, 3], "ceil_mode": True, "padding": 1}, {"input": (8, 7)}),
    )

    count_include_pad: bool = Field(
        True, strict=True, description="Count the zeros of the padding in the mean."
    )

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        counted = int(self.count_include_pad)
        pooled = nodes.add(
            "AveragePool",
            x["input"],
            count_include_pad=counted,
            ceil_mode=int(self.ceil_mode),
            **self.attributes(),
        )
        return {"output": pooled}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = tensors["input"]
        over, terms = self.axes(x.shape), self.terms(tensors, at)
        window = self.window(x.shape, at[2:])
        counted = 1
        for axis, start in zip(over, window.start, strict=True):
            low, high = (
                (-axis.begin, axis.size + axis.end) if self.count_include_pad else (0, axis.size)
            )
            counted *= sum(low <= start + i * axis.dilation < high for i in range(axis.kernel))
        total = np.sum([np.nan if t["input"] is None else t["input"] for t in terms])
        value = float(np.float32(total / counted)) if counted else float("nan")
        return Explanation(at, value, "mean", terms, window=window, facts={"counted": counted})

    def torch(self, shapes: Shapes) -> str:
        padding = self.torch_padding([k // 2 for k in self.sized("kernel_size")])
        if padding is not None and max(self.sized("dilation")) == 1:
            return (
                f"F.avg_pool{self.spatial_dims}d(x, {self.torch_arguments()}, "
                f"padding={padding}, count_include_pad={self.count_include_pad})"
            )
        batched = shapes["input"]
        mean = self.torch_means(self.torch_full("x", batched), batched[1])
        counted, over = "torch.ones_like(x)", self.overhang(batched)
        if self.count_include_pad:
            counted = torch_padded(counted, self.sized("padding"), "1.0")
            counted = torch_padded(counted, (*(0 for _ in over), *over))
        else:
            counted = self.torch_full(counted, batched)
        return f"{mean} / {self.torch_means(counted, batched[1])}"
