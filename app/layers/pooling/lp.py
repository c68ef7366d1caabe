"""Lp pooling: the norm of each window, between the mean (p = 1) and the maximum (p large)."""

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from app.layers._explain import Explanation
from app.layers._fields import FLOAT_MAX, number
from app.layers._formula import Bars, Name, Power, Total, lift
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers._sliding import MET
from app.layers.base import Shape, Shapes, Tensors
from app.layers.pooling._base import Windowed
from app.layers.pooling._numpy import lp_pool

_SMALLEST = 1.1754943508222875e-38


class Lp(Windowed):
    """Computes `y[n, c, p] = (Σ |x|^p)^(1/p)` over the elements that exist in the window.

    Source:
        torch.nn.functional.lp_pool2d; ONNX LpPool.
    """

    abstract = False
    place = 3
    operators = ("LpPool",)
    onnx_more: ClassVar = {"p": lambda node: float(node.attributes.get("p", 2))}
    title = "Lp pooling"
    summary = (
        "The p-norm of each window: p = 1 adds the sizes up, a large p comes close to the largest."
    )
    formula = Power(Total("k", Power(Bars(Name("x", MET)), Name("p"))), lift(1) / Name("p"))
    examples: ClassVar = (
        ({}, {"input": (1, 2, 6, 8)}),
        ({"p": 3.0, "kernel_size": 3, "stride": 2}, {"input": (2, 2, 7, 7)}),
        ({"p": 1.5, "kernel_size": 3, "padding": 1, "ceil_mode": True}, {"input": (1, 6, 7)}),
    )

    p: float = number(
        2.0,
        "The power: 1 adds sizes, 2 is the Euclidean length.",
        (1, 8, 0.5),
        ge=_SMALLEST,
        le=FLOAT_MAX,
    )

    @property
    def bakes_sizes(self) -> bool:
        return self.ceil_mode

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        attributes = self.attributes()
        powers = nodes.add("Pow", nodes.add("Abs", x["input"]), nodes.constant(self.p))
        pads = self.full_pads(shapes["input"])
        if any(pads):
            powers = nodes.add(
                "Pad", powers, nodes.integers(pads), nodes.constant(0.0), mode="constant"
            )
        attributes["pads"] = [0] * len(attributes["pads"])
        mean = nodes.add("AveragePool", powers, count_include_pad=0, **attributes)
        cells = math.prod(attributes["kernel_shape"])
        total = nodes.add("Mul", mean, nodes.constant(float(cells)))
        return {"output": nodes.add("Pow", total, nodes.constant(1.0 / self.p))}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        terms = self.terms(tensors, at)
        value = self._norm([np.nan if t["input"] is None else abs(t["input"]) for t in terms])
        window = self.window(tensors["input"].shape, at[2:])
        facts = {"p": self.p, "counted": sum(not t["padding"] for t in terms)}
        return Explanation(at, value, "lp", terms, window=window, facts=facts)

    def _norm(self, sizes: list[float]) -> float:
        """Return the norm; a power, or their sum, that float32 does not have is ∞ or 0 as there."""
        with np.errstate(over="ignore", under="ignore"):
            powers = np.array(sizes, np.float32) ** np.float32(self.p)
            total = np.float32(powers.sum(dtype=np.float64))
            return float(np.float32(np.float64(total) ** (1 / self.p)))

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        return NumpyCall(lp_pool, ("input",), {"p": self.p} | self.numpy_arguments())

    def keras(self, shapes: Shapes) -> list[str]:
        cells = math.prod(self.sized("kernel_size"))
        mean = self.keras_call("average_pool", f"ops.abs(x) ** {self.p}", shapes["input"])
        return [f"({mean} * {cells}) ** {1 / self.p}"]

    def torch(self, shapes: Shapes) -> str:
        batched = shapes["input"]
        if max(self.sized("dilation")) == 1 and not any(self.full_pads(batched)):
            return f"F.lp_pool{self.spatial_dims}d(x.abs(), {self.p}, {self.torch_arguments()})"
        powers = self.torch_full(f"x.abs() ** {self.p}", batched)
        cells = math.prod(self.sized("kernel_size"))
        return f"({self.torch_means(powers, batched[1])} * {cells}) ** (1 / {self.p})"
