"""Max pooling: the largest number of each window stays."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from app.layers._explain import Explanation
from app.layers._fields import compact
from app.layers._formula import Call, Name
from app.layers._keras import lacking
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers._sliding import MET
from app.layers.base import Shape, Shapes, Tensors
from app.layers.pooling._base import Windowed, highest
from app.layers.pooling._numpy import max_pool, max_pool_with_indices
from app.problems import message

_LOWEST = -np.inf
_LOWEST_SEEN = np.nextafter(np.finfo(np.float32).min, np.float32(0))


class Max(Windowed):
    """Computes `y[n, c, i] = max over k of x[n, c, i·stride + k·dilation − padding]`.

    Padding never wins.

    Source:
        torch.nn.functional.max_pool2d; ONNX MaxPool.
    """

    abstract = False
    place = 1
    operators = ("MaxPool",)
    minds_nonfinite = True
    title = "Max pooling"
    summary = (
        "Only the strongest response of each window is kept; where exactly it stood is forgotten."
    )
    formula = Call("max", (Name("x", MET),), "k")
    examples: ClassVar = (
        ({}, {"input": (1, 2, 6, 8)}),
        (
            {"kernel_size": 3, "stride": 2, "padding": 1, "return_indices": True},
            {"input": (2, 2, 7, 6)},
        ),
        ({"kernel_size": 2, "dilation": 3, "padding": 1, "stride": 1}, {"input": (1, 5, 6)}),
        ({"kernel_size": 3, "ceil_mode": True, "padding": [0, 1, 2, 1]}, {"input": (8, 7)}),
    )

    return_indices: bool = Field(
        False, strict=True, description="Also say where each winner stood, flat over its channel."
    )

    @property
    def bakes_sizes(self) -> bool:
        return self.return_indices or self._needs_pad()

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        main = super().output_shapes(shapes)
        return main | {"indices": main["output"]} if self.return_indices else main

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        padded, attributes = self._padded(nodes, x["input"], shapes["input"])
        count = 2 if self.return_indices else 1
        values, *indices = nodes.many("MaxPool", [padded], count, storage_order=0, **attributes)
        if indices and not finite:
            source = self._padded(nodes, _raised(nodes, x["input"]), shapes["input"])[0]
            indices = nodes.many("MaxPool", [source], 2, storage_order=0, **attributes)[1:]
        if not finite or self._may_see_only_padding():
            values = self._with_ranks(nodes, padded, values, attributes)
        found = {"output": values}
        if indices:
            found["indices"] = self._flat_in_plane(nodes, indices[0], shapes["input"])
        return found

    def _padded(self, nodes: Nodes, source: str, shape: Shape) -> tuple[str, dict[str, Any]]:
        """Pad by hand where ONNX Runtime refuses: padding of the kernel's size or more."""
        attributes = self.attributes()
        if not self._needs_pad():
            return source, attributes
        pads = nodes.integers(self.full_pads(shape))
        padded = nodes.add("Pad", source, pads, nodes.constant(_LOWEST), mode="constant")
        return padded, attributes | {"pads": [0] * len(attributes["pads"])}

    def _needs_pad(self) -> bool:
        return self.ceil_mode or self.pads_past_kernel()

    def _may_see_only_padding(self) -> bool:
        return max(self.sized("dilation")) > 1 and any(self.sized("padding"))

    def _with_ranks(
        self, nodes: Nodes, source: str, values: str, attributes: dict[str, Any]
    ) -> str:
        """Let NaN win and −∞ stay.

        ONNX Runtime drops NaN by position and gives the lowest float for a window of −∞, so a map
        of ranks (NaN 2, −∞ 0, else 1) is pooled beside it and decides.
        """
        one, two, zero = (nodes.constant(v) for v in (1.0, 2.0, 0.0))
        lowest = nodes.add("Equal", source, nodes.constant(_LOWEST))
        ranks = nodes.add("Where", lowest, zero, one)
        ranks = nodes.add("Where", nodes.add("IsNaN", source), two, ranks)
        top = nodes.add("MaxPool", ranks, **attributes)
        finite = nodes.add(
            "Where", nodes.add("Greater", top, zero), values, nodes.constant(_LOWEST)
        )
        return nodes.add("Where", nodes.add("Equal", top, two), nodes.constant(np.nan), finite)

    def _flat_in_plane(self, nodes: Nodes, indices: str, shape: Shape) -> str:
        """Turn indices over the whole (padded) tensor into PyTorch's, over one plane."""
        pads = self.full_pads(shape) if self._needs_pad() else [0] * (2 * len(shape))
        half = len(shape)
        grown = [n + b + e for n, b, e in zip(shape, pads[:half], pads[half:], strict=True)][2:]
        flat = nodes.add("Mod", indices, nodes.integers([int(np.prod(grown))]))
        if not any(pads):
            return flat
        result, rest = nodes.integers([0]), flat
        for axis, begin in enumerate(pads[2:half]):
            inner = nodes.integers([int(np.prod(grown[axis + 1 :], initial=1))])
            step = nodes.integers([int(np.prod(shape[axis + 3 :], initial=1))])
            place = nodes.add("Sub", nodes.add("Div", rest, inner), nodes.integers([begin]))
            result = nodes.add("Add", result, nodes.add("Mul", place, step))
            rest = nodes.add("Mod", rest, inner)
        return result

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        window = self.window(tensors["input"].shape, at[2:])
        return highest(tensors["input"], at, self.terms(tensors, at), window=window)

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        function = max_pool_with_indices if self.return_indices else max_pool
        return NumpyCall(function, ("input",), self.numpy_arguments())

    def keras(self, shapes: Shapes) -> list[str]:
        if self.return_indices:
            raise lacking(message("the indices of a max pooling"))
        return [self.keras_call("max_pool", "x", shapes["input"], "-np.inf")]

    def torch(self, shapes: Shapes) -> str:
        padding = self.torch_padding()
        rest = f"dilation={compact(self.dilation)}, return_indices={self.return_indices})"
        call = f"F.max_pool{self.spatial_dims}d"
        if padding is not None:
            return f"{call}(x, {self.torch_arguments()}, padding={padding}, {rest}"
        source = self.torch_full("x", shapes["input"], "-torch.inf")
        kernel, stride = compact(self.kernel_size), compact(self.stride)
        found = f"{call}({source}, {kernel}, stride={stride}, {rest}"
        if not self.return_indices:
            return found
        # PyTorch counts over the padded plane, so the plane's own numbers are padded likewise.
        numbers = "torch.arange(x.shape[2:].numel()).reshape(x.shape[2:])"
        places = self.torch_full(numbers, shapes["input"], "-1")
        return f"(lambda y, i: (y, {places}.flatten()[i]))(*{found})"


def _raised(nodes: Nodes, source: str) -> str:
    """Lift −∞ to where ONNX Runtime sees it: it has no place for a window of nothing else."""
    lowest = nodes.add("Equal", source, nodes.constant(_LOWEST))
    return nodes.add("Where", lowest, nodes.constant(_LOWEST_SEEN), source)
