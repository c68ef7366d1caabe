"""Convolution (cross-correlation, as every framework calls it)."""

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from app.layers._borders import add_border, behind, real_cells, repeated
from app.layers._explain import Explanation
from app.layers._fields import compact
from app.layers._formula import Name, Total
from app.layers._graph_node import GraphNode, window_of
from app.layers._keras import FIRST, surrounded, with_bias
from app.layers._kernels import (
    BIAS,
)
from app.layers._nodes import Nodes
from app.layers._numpy import Effort, NumpyCall
from app.layers._products import products, summed
from app.layers._sliding import MET
from app.layers._strided import positions, with_padding
from app.layers._touch import Box, Span, Touch, between, boxes, everything, met_by, one
from app.layers._window import Axis, cells, inside, split_pads, torch_pads
from app.layers.base import INPUT, Array, Reading, Shape, Shapes, Tensors, TensorSpec, Touched
from app.layers.conv._sizes import ConvSizes

WEIGHT = TensorSpec(
    "weight",
    "The kernels, (out_channels, in_channels / groups, *kernel_size).",
    required=False,
    axes=("out", "in"),
)


def conv(
    x: Array,
    weight: Array,
    bias: Array | None,
    stride: Shape,
    padding: Shape,
    dilation: Shape,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Array:
    """Return the weighted sums of every window of (N, C, *size).

    Args:
        x: (N, C, *size).
        weight: (O, C / groups, *kernel_size).
        bias: (O) or None.
        stride: one number an axis, as dilation.
        padding: all begins, then all ends.
        dilation: how far apart the cells are that a kernel touches.
        groups: into how many the channels are split.
        padding_mode: `zeros`, `reflect`, `replicate` or `circular`.
    """
    count, kernel_size = len(stride), weight.shape[2:]
    x = with_padding(x, padding[:count], padding[count:], padding_mode)
    sizes = zip(x.shape[2:], kernel_size, stride, dilation, strict=True)
    size = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in sizes]
    batch, channels, outputs, places = len(x), x.shape[1], len(weight), math.prod(size)
    x = x.reshape(batch, groups, channels // groups, *x.shape[2:])
    kernels = weight.reshape(groups, outputs // groups, channels // groups, *kernel_size)
    y = np.zeros((batch, groups, outputs // groups, places))
    for at, met in positions(kernel_size, stride, dilation, size):
        y += kernels[at] @ x[met].reshape(batch, groups, channels // groups, places)
    y = y.reshape(batch, outputs, *size)
    return y if bias is None else y + bias.reshape(-1, *[1] * count)


class Conv(ConvSizes):
    """Weighted sums of a sliding window.

    `y[n, o, i] = bias[o] + Σ x[n, c, i·stride + k·dilation − padding] · weight[o, c, k]`

    Shapes:
        input (N, C, *size); weight (out_channels, C / groups, *kernel_size); bias (out_channels).
        output (N, out_channels, *output_size) for 1, 2 or 3 spatial axes.

    Raises:
        Invalid: shapes or sizes that do not fit each other.

    Source:
        torch.nn.functional.conv2d, torch.nn.Conv2d (padding_mode); ONNX Conv.
    """

    abstract = False
    order = 1
    operators = ("Conv",)
    title = "Convolution"
    summary = (
        "Every output pixel is a weighted sum of the window beneath it: "
        "one kernel, the same everywhere."
    )
    inputs = (INPUT, WEIGHT, BIAS)
    recipe = frozenset({"kernel", "init", "seed", "out_channels", "spatial_dims"})
    formula = Total("c, k", Name("x", f"n, c, {MET}") * Name("w", "o, c, k")) + Name("b", "o")
    examples: ClassVar = (
        ({"padding": 1}, {"input": (1, 3, 8, 9), "weight": (4, 3, 3, 3), "bias": (4,)}),
        (
            {"stride": [2, 1], "padding": [0, 1, 2, 3], "dilation": 2, "groups": 2},
            {"input": (2, 4, 9, 10), "weight": (6, 2, 3, 2), "bias": (6,)},
        ),
        ({"kernel": ["sobel_x", "gaussian"]}, {"input": (1, 3, 6, 7)}),
        ({"kernel": "emboss", "groups": 3, "padding": "same", "stride": 2}, {"input": (3, 7, 6)}),
        (
            {"out_channels": 2, "seed": 7, "padding": 2, "padding_mode": "reflect"},
            {"input": (5, 6)},
        ),
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        weight, bias = node.constant(1), node.constant(2)
        if weight is None or node.varies(2):
            return None
        sent = {"weight": weight} | ({} if bias is None else {"bias": bias})
        window = window_of(node, weight.shape[2:])
        return cls(groups=node.attributes.get("group", 1), **window), sent

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        source, attributes = x["input"], self.attributes()
        if self.padding_mode != "zeros":
            source = add_border(nodes, source, self.sized("padding"), self.padding_mode)
            attributes["pads"] = [0] * len(attributes["pads"])
        given = [source, x["weight"], *([x["bias"]] if "bias" in x else [])]
        return {"output": nodes.add("Conv", *given, group=self.groups, **attributes)}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x, weight = tensors["input"], tensors["weight"]
        n, o, *place = at
        over, inputs = self.axes(x.shape), weight.shape[1]
        kernel, places = cells(over, place)
        real = inside(over, places)
        where = real_cells(over, places, self.padding_mode)
        first = self._first(weight.shape, o)
        each = np.repeat(np.arange(inputs), len(kernel))
        met = np.column_stack([np.full_like(each, o), each, np.tile(kernel, (inputs, 1))])
        source = np.column_stack([np.full_like(each, n), each + first, np.tile(where, (inputs, 1))])
        held = real if self.padding_mode == "zeros" else np.ones_like(real)
        terms, total = products(
            x, source, weight, met, np.tile(held, inputs), np.tile(~real, inputs)
        )
        bias = float(tensors["bias"][o]) if "bias" in tensors else None
        return summed(at, terms, bias, self.window(x.shape, place), total)

    def _first(self, weight: Shape, output: int) -> int:
        """Return the first channel of the input that a channel of the output is made of."""
        return output // (weight[0] // self.groups) * weight[1]

    def channels_of(self, shapes: Shapes, at: Shape) -> range:
        first = self._first(shapes["weight"], at[1])
        return range(first, first + shapes["weight"][1])

    def places(self, axis: Axis, position: int) -> list[int]:
        return [position, *repeated(axis, position, self.padding_mode)]

    def feeds(self, shapes: Shapes, at: Shape) -> Touched:
        inputs, outputs = shapes["input"][1] // self.groups, shapes["weight"][0] // self.groups
        first = at[1] // inputs * outputs
        return (at[0], slice(first, first + outputs), *self.nearest(shapes["input"], at[2:]))

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        inputs, outputs = shapes["input"][1] // self.groups, shapes["weight"][0] // self.groups
        first = at[1] // inputs * outputs
        places = self.fed_places(shapes["input"], at[2:])
        return boxes([[one(at[0])], [Span(first, first + outputs)], *places])

    def weighed(self, shapes: Shapes, at: Shape) -> Touch:
        (batch, _, *size), outputs = everything(self.output_shapes(shapes)["output"]), at[0]
        met = (
            (axis, met_by(axis, k, span.stop))
            for axis, k, span in zip(self.axes(shapes["input"]), at[2:], size, strict=True)
        )
        cells = [between(s, 0, a.size) + behind(s, a, self.padding_mode) for a, s in met]
        channel = self._first(shapes["weight"], outputs) + at[1]
        return Touch(boxes([[batch], [one(channel)], *cells]), [(batch, one(outputs), *size)])

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        arguments = self.window_arguments("kernel_size")
        arguments |= {"groups": self.groups, "padding_mode": self.padding_mode}
        return NumpyCall(conv, ("input", "weight", "bias"), arguments)

    def numpy_effort(self, shapes: Shapes) -> Effort:
        """Count the padded input, the cells of one position of the kernel, and their sums."""
        batch, channels, *_ = shapes["input"]
        grown = math.prod(a.padded for a in self.axes(shapes["input"]))
        places = math.prod(self.output_size(shapes["input"]))
        held = channels * (2 * grown + places) + 3 * (self.out_channels or 0) * places
        return Effort(
            batch * held + math.prod(shapes["weight"]), math.prod(self.sized("kernel_size"))
        )

    def keras(self, shapes: Shapes) -> list[str]:
        """Keras finds the groups itself, from the channels of the kernel."""
        begins, ends = split_pads(self.sized("padding"))
        spatial = len(begins)
        made = (
            f"ops.conv(x, kernel, strides={self.stride}, padding='valid', {FIRST}, "
            f"dilation_rate={self.dilation})"
        )
        return [
            *surrounded(shapes["input"][2:], begins, ends, self.padding_mode),
            f"kernel = ops.transpose(weight, {(*range(2, 2 + spatial), 1, 0)})",
            with_bias(made, spatial, there="bias" in shapes),
        ]

    def torch(self, shapes: Shapes) -> str:
        begins, ends = split_pads(self.sized("padding"))
        plain = begins == ends and self.padding_mode == "zeros"
        mode = "" if self.padding_mode == "zeros" else f", mode='{self.padding_mode}'"
        source = "x" if plain else f"F.pad(x, {torch_pads(self.sized('padding'))}{mode})"
        return (
            f"F.conv{self.spatial_dims}d({source}, weight, bias, stride={compact(self.stride)}, "
            f"padding={compact(begins) if plain else 0}, dilation={compact(self.dilation)}, "
            f"groups={self.groups})"
        )
