"""Average pooling: each window becomes its mean."""

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from app.layers._explain import Explanation
from app.layers._formula import Name, Total
from app.layers._keras import grown, pooled
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers._sliding import MET
from app.layers._window import Axis, split_pads
from app.layers.base import Array, Shape, Shapes, Tensors
from app.layers.pooling._base import Windowed, torch_padded
from app.layers.pooling._numpy import avg_pool


class Avg(Windowed):
    """Computes `y[n, c, i] = mean over k of x[n, c, i·stride + k·dilation − padding]`.

    With `count_include_pad` the zeros of the padding count, cells beyond it (`ceil_mode`) never do.

    Source:
        torch.nn.functional.avg_pool2d; ONNX AveragePool.
    """

    abstract = False
    place = 2
    operators = ("AveragePool",)
    onnx_more: ClassVar = {
        "count_include_pad": lambda node: bool(node.attributes.get("count_include_pad", 0))
    }
    title = "Average pooling"
    summary = "Each window becomes its mean: a blur that is then thinned out."
    formula = Total("k", Name("x", MET)) / Name("counted")
    examples: ClassVar = (
        ({}, {"input": (1, 2, 6, 8)}),
        ({"kernel_size": 3, "stride": 2, "padding": 1}, {"input": (2, 2, 7, 6)}),
        ({"kernel_size": 3, "padding": 1, "count_include_pad": False}, {"input": (1, 6, 6)}),
        ({"kernel_size": [2, 3], "ceil_mode": True, "padding": 1}, {"input": (8, 7)}),
    )

    count_include_pad: bool = Field(
        True, strict=True, description="Count the zeros of the padding in the mean."
    )

    @property
    def bakes_sizes(self) -> bool:
        return self.pads_past_kernel()

    def scratch_elements(self, shapes: Shapes) -> int:
        """Count the numbers, of eight bytes and a few at a time, that say what windows hold."""
        lines = 16 * sum(self.output_size(shapes["input"])) if self.bakes_sizes else 0
        return super().scratch_elements(shapes) + lines

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        if self.pads_past_kernel():
            return {"output": self._by_hand(nodes, x["input"], shapes["input"])}
        pooled = nodes.add(
            "AveragePool",
            x["input"],
            count_include_pad=int(self.count_include_pad),
            ceil_mode=int(self.ceil_mode),
            **self.attributes(),
        )
        return {"output": pooled}

    def _by_hand(self, nodes: Nodes, source: str, batched: Shape) -> str:
        """Pad with zeros first and undo their share in the mean."""
        attributes = self.attributes()
        attributes["pads"] = [0] * len(attributes["pads"])
        pads = nodes.integers(self.full_pads(batched))
        padded = nodes.add("Pad", source, pads, nodes.constant(0.0), mode="constant")
        mean = nodes.add("AveragePool", padded, count_include_pad=0, ceil_mode=0, **attributes)
        lines = zip(self.sized("kernel_size"), self._counts(batched), strict=True)
        for place, (cells, counted) in enumerate(lines, start=1):
            share = np.divide(cells, counted, out=np.zeros(counted.shape), where=counted > 0)
            # One line an axis, which spreads over the others: small, however large the output.
            line = share.reshape(-1, *(1 for _ in range(len(batched) - 2 - place)))
            mean = nodes.add("Mul", mean, nodes.constant(line))
        return mean

    def _counts(self, batched: Shape) -> list[Array]:
        """Return how many places of each window count along each axis; they multiply."""
        return [
            self._counted(axis, np.arange(size, dtype=np.int64) * axis.stride - axis.begin)
            for axis, size in zip(self.axes(batched), self.output_size(batched), strict=True)
        ]

    def _counted(self, axis: Axis, start: npt.ArrayLike) -> Array:
        """Return how many places of the windows that start there count along an axis."""
        begin, end = (axis.begin, axis.end) if self.count_include_pad else (0, 0)
        starts = np.asarray(start, np.int64)
        first = np.maximum(-((begin + starts) // axis.dilation), 0)
        last = np.minimum((axis.size + end - 1 - starts) // axis.dilation, axis.kernel - 1)
        counted: Array = np.maximum(last - first + 1, 0)
        return counted

    def counts(self, over: Sequence[Axis], places: Array) -> Array:
        """Tell which places lie in the padding, if that counts; what is past it never does."""
        if not self.count_include_pad:
            return super().counts(over, places)
        first, end = [-a.begin for a in over], [a.size + a.end for a in over]
        within: Array = np.all((places >= first) & (places < end), axis=1)
        return within

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = tensors["input"]
        over, terms = self.axes(x.shape), self.terms(tensors, at)
        window = self.window(x.shape, at[2:])
        counted = math.prod(
            int(self._counted(axis, start)) for axis, start in zip(over, window.start, strict=True)
        )
        total = np.sum([np.nan if t["input"] is None else t["input"] for t in terms])
        # A window that the dilation carries past the whole input has the mean 0.
        value = float(np.float32(total / max(counted, 1)))
        return Explanation(at, value, "mean", terms, window=window, facts={"counted": counted})

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        return NumpyCall(avg_pool, ("input",), self.numpy_arguments("count_include_pad"))

    def keras(self, shapes: Shapes) -> list[str]:
        batched, over = shapes["input"], self.overhang(shapes["input"])
        mean = self.keras_call("average_pool", "x", batched)
        if not any(over if self.count_include_pad else self.full_pads(batched)):
            return [mean]
        counted = f"ops.ones({(1, 1, *batched[2:])})"
        pads = self.keras_pads(batched)
        if self.count_include_pad:
            counted = grown(counted, *split_pads(self.sized("padding")), "1.0")
            pads = tuple(0 for _ in over), tuple(over)
        share = pooled("average_pool", grown(counted, *pads), **self.window_arguments("padding"))
        return [f"{mean} / {share}"]

    def torch(self, shapes: Shapes) -> str:
        padding = self.torch_padding()
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
        share = self.torch_means(counted, batched[1])
        return f"{mean} / {share}" + (
            "" if all(c.all() for c in self._counts(batched)) else ".clamp(min=1e-9)"
        )
