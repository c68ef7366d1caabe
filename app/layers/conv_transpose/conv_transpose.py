"""Transposed convolution: every input value stamps the kernel onto a larger output."""

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from app.layers._explain import Explanation
from app.layers._fields import (
    compact,
)
from app.layers._formula import Name, Total
from app.layers._graph_node import GraphNode, window_of
from app.layers._kernels import (
    BIAS,
)
from app.layers._nodes import LAST, Nodes
from app.layers._numpy import Effort, NumpyCall
from app.layers._products import products, summed
from app.layers._stamps import met
from app.layers._strided import positions
from app.layers._touch import Box, Span, Touch, boxes, one, stamped, stamped_with
from app.layers._touch import whole as every
from app.layers._window import split_pads
from app.layers.base import INPUT, Array, Reading, Shape, Shapes, Tensors, TensorSpec, Touched
from app.layers.conv_transpose._keras import keras_lines
from app.layers.conv_transpose._sizes import ConvTransposeSizes

WEIGHT = TensorSpec(
    "weight",
    "The kernels, (in_channels, out_channels / groups, *kernel_size).",
    required=False,
    axes=("in", "out"),
)


def conv_transpose(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Shape,
    padding: Shape,
    output_padding: Shape,
    dilation: Shape,
    groups: int = 1,
) -> Array:
    """Return the sum of the kernels that every number of (N, C, *size) stamps, times itself.

    Args:
        x: (N, C, *size).
        weight: (C, O / groups, *kernel_size).
        bias: (O) or None.
        stride: how far apart the stamps are, one number an axis.
        padding: what is cut off, all begins, then all ends.
        output_padding: what is added at the end of each axis.
        dilation: how far apart the cells of a stamp are.
        groups: into how many the channels are split.
    """
    count, size, kernel_size = len(stride), x.shape[2:], weight.shape[2:]
    batch, channels, each, places = len(x), x.shape[1], weight.shape[1], math.prod(size)
    axes = zip(size, stride, dilation, kernel_size, output_padding, strict=True)
    full = [(n - 1) * s + d * (k - 1) + 1 + more for n, s, d, k, more in axes]
    x = x.reshape(batch, groups, channels // groups, places)
    kernels = weight.reshape(groups, channels // groups, each, *kernel_size)
    y = np.zeros((batch, groups, each, *full))
    for at, reached in positions(kernel_size, stride, dilation, size):
        stamps = kernels[at].swapaxes(1, 2) @ x
        y[reached] += stamps.reshape(batch, groups, each, *size)
    ends = [n - end for n, end in zip(full, padding[count:], strict=True)]
    cut = [slice(begin, end) for begin, end in zip(padding, ends, strict=False)]
    y = y.reshape(batch, groups * each, *full)[(slice(None), slice(None), *cut)]
    return y if bias is None else y + bias.reshape(-1, *[1] * count)


class ConvTranspose(ConvTransposeSizes):
    """Computes `y[n, o, i·stride + k·dilation − padding] += x[n, c, i] · weight[c, o, k]`.

    Shapes:
        input (N, C, *size); weight (C, out_channels / groups, *kernel_size); bias (out_channels).
        output (N, out_channels, *output_size), where the size is
        (size − 1)·stride − begin − end + dilation·(kernel_size − 1) + output_padding + 1.

    Raises:
        Invalid: shapes or sizes that do not fit each other.

    Source:
        torch.nn.functional.conv_transpose2d; ONNX ConvTranspose.
    """

    abstract = False
    order = 6
    operators = ("ConvTranspose",)
    title = "Transposed convolution"
    summary = (
        "Every input value stamps the kernel, scaled by itself, onto a larger output; "
        "overlapping stamps add up."
    )
    inputs = (INPUT, WEIGHT, BIAS)
    recipe = frozenset({"init", "seed", "out_channels", "spatial_dims"})
    formula = Total("c, i, k", Name("x", "n, c, i") * Name("w", "c, o, k")) + Name("b", "o")
    examples: ClassVar = (
        ({"stride": 2}, {"input": (1, 2, 4, 3), "weight": (2, 3, 3, 3), "bias": (3,)}),
        (
            {"stride": [3, 2], "padding": 1, "output_padding": [2, 1]},
            {"input": (2, 2, 3, 4), "weight": (2, 2, 3, 2), "bias": (2,)},
        ),
        (
            {"dilation": 3, "output_padding": 2, "padding": [0, 1]},
            {"input": (1, 1, 3, 3), "weight": (1, 1, 2, 2)},
        ),
        ({"stride": 2}, {"input": (2, 5), "weight": (2, 1, 3)}),
        ({"out_channels": 2, "seed": 3}, {"input": (3, 4)}),
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        weight, bias, given = node.constant(1), node.constant(2), node.attributes
        automatic = given.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID")
        if weight is None or node.varies(2) or automatic or "output_shape" in given:
            return None
        sent = {"weight": weight} | ({} if bias is None else {"bias": bias})
        more = tuple(given.get("output_padding") or (0,) * (weight.ndim - 2))
        window = window_of(node, weight.shape[2:])
        return cls(groups=given.get("group", 1), output_padding=more, **window), sent

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        attributes = self.attributes() | {"group": self.groups}
        extra, bias = self.sized("output_padding"), [x["bias"]] if "bias" in x else []
        if all(o < s for o, s in zip(extra, self.sized("stride"), strict=True)):
            attributes["output_padding"] = list(extra)
            given = (x["input"], x["weight"], *bias)
            return {"output": nodes.add("ConvTranspose", *given, **attributes)}
        attributes |= {"pads": [0] * (2 * len(extra)), "output_padding": [0] * len(extra)}
        made = nodes.add("ConvTranspose", x["input"], x["weight"], **attributes)
        return {"output": self._cut(nodes, made, bias)}

    def _cut(self, nodes: Nodes, made: str, bias: list[str]) -> str:
        """Add output_padding of the stride's size or more by hand; ONNX Runtime refuses it."""
        (begins, ends), extra = split_pads(self.sized("padding")), self.sized("output_padding")
        grown = nodes.integers((*(0 for _ in (0, 0, *begins, 0, 0)), *extra))
        made = nodes.add("Pad", made, grown, mode="constant")
        stops = [-e if e else LAST for e in ends]
        cut = nodes.slice(made, begins, stops, range(2, 2 + len(begins)))
        if not bias:
            return cut
        shape = nodes.integers((1, -1, *(1 for _ in extra)))
        return nodes.add("Add", cut, nodes.add("Reshape", bias[0], shape))

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x, weight = tensors["input"], tensors["weight"]
        n, o, *place = at
        size, inputs = weight.shape[1], weight.shape[0] // self.groups
        first = o // size * inputs
        stamps = met(self._axes(x.shape), place)
        rank = len(place)
        kernel = np.array([k for k, _ in stamps], int).reshape(-1, rank)
        sources = np.array([q for _, q in stamps], int).reshape(-1, rank)
        each = np.repeat(np.arange(first, first + inputs), len(stamps))
        places = np.column_stack([np.full_like(each, n), each, np.tile(sources, (inputs, 1))])
        kernels = np.tile(kernel, (inputs, 1))
        laid = np.column_stack([each, np.full_like(each, o % size), kernels])
        terms, total = products(x, places, weight, laid)
        bias = float(tensors["bias"][o]) if "bias" in tensors else None
        return summed(at, terms, bias, total=total)

    def feeds(self, shapes: Shapes, at: Shape) -> Touched:
        inputs, each = shapes["weight"][0] // self.groups, shapes["weight"][1]
        first = at[1] // inputs * each
        places = zip(at[2:], self._axes(shapes["input"]), strict=True)
        return (at[0], slice(first, first + each), *(axis.middle(p) for p, axis in places))

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        inputs, each = shapes["weight"][0] // self.groups, shapes["weight"][1]
        first = at[1] // inputs * each
        places = zip(self._axes(shapes["input"]), at[2:], strict=True)
        stamps = (stamped(axis, p) for axis, p in places)
        return boxes([[one(at[0])], [Span(first, first + each)], *stamps])

    def weighed(self, shapes: Shapes, at: Shape) -> Touch:
        batch = [every(shapes["input"][0])]
        axes = zip(self._axes(shapes["input"]), at[2:], strict=True)
        sources, reached = zip(*(stamped_with(axis, k) for axis, k in axes), strict=True)
        channel = at[0] // (shapes["weight"][0] // self.groups) * shapes["weight"][1] + at[1]
        return Touch(
            boxes([batch, [one(at[0])], *sources]), boxes([batch, [one(channel)], *reached])
        )

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        names = ("stride", "padding", "output_padding", "dilation")
        arguments = {name: self.sized(name) for name in names} | {"groups": self.groups}
        return NumpyCall(conv_transpose, ("input", "weight", "bias"), arguments)

    def numpy_effort(self, shapes: Shapes) -> Effort:
        """Count the uncut output, and the stamps of one position of the kernel."""
        batch, _, *size = shapes["input"]
        uncut = math.prod(axis.output + axis.begin + axis.end for axis in self._axes((0, 0, *size)))
        held = batch * (self.out_channels or 0) * (3 * uncut + 2 * math.prod(size))
        return Effort(held + math.prod(shapes["weight"]), math.prod(self.sized("kernel_size")))

    def keras(self, shapes: Shapes) -> list[str]:
        return keras_lines(self._axes(shapes["input"]), self.groups, bias="bias" in shapes)

    def torch(self, shapes: Shapes) -> str:
        begins, ends = split_pads(self.sized("padding"))
        call = f"F.conv_transpose{self.spatial_dims}d(x, weight, "
        more = f"stride={compact(self.stride)}, groups={self.groups}, "
        more += f"dilation={compact(self.dilation)}"
        extra = compact(self.output_padding)
        if begins == ends:
            return f"{call}bias, padding={compact(begins)}, output_padding={extra}, {more})"
        cut = ", ".join(f"{b}:{-e or None}" for b, e in zip(begins, ends, strict=True))
        return f"{call}bias, output_padding={extra}, {more})[:, :, {cut}]"
