"""Convolution (cross-correlation, as every framework calls it)."""

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, ClassVar, Literal, Self

from pydantic import Field

from app.layers._borders import add_border, check_border, real_cell, repeated
from app.layers._explain import Explanation
from app.layers._fields import OptionalSizes, Paddings, Sizes, compact, seed_field, sizes, whole
from app.layers._filters import filter_weight
from app.layers._init import Init, draw
from app.layers._kernels import (
    BIAS,
    KernelNames,
    check_channels,
    divisors,
    groups_field,
    settle_kernel,
)
from app.layers._nodes import Nodes
from app.layers._products import product_term, summed
from app.layers._sizes import spatial_dims, spread, spread_padding, with_batch
from app.layers._sliding import Sliding
from app.layers._window import Axis, cells, check_fits, inside, output_size, split_pads, torch_pads
from app.layers.base import INPUT, Array, Shape, Shapes, Tensors, TensorSpec, Touched
from app.problems import Invalid

WEIGHT = TensorSpec(
    "weight", "The kernels, (out_channels, in_channels / groups, *kernel_size).", required=False
)
# ONNX Runtime unrolls the windows of two axes a strip at a time; this is more than a strip.
_UNROLLED_AT_ONCE = 4096


class Conv(Sliding):
    """Weighted sums of a sliding window.

    `y[n, o, p] = bias[o] + Σ x[n, c, p·stride + k·dilation] · weight[o, c, k]`

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
    title = "Convolution"
    summary = (
        "Every output pixel is a weighted sum of the window beneath it: "
        "one kernel, the same everywhere."
    )
    inputs = (INPUT, WEIGHT, BIAS)
    recipe = frozenset({"kernel", "init", "seed", "out_channels", "spatial_dims"})
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

    kernel: KernelNames = Field(
        None, description="A named filter, or a list of them, one output channel each."
    )
    out_channels: int | None = whole(
        None, "How many random kernels to draw, one output channel each.", (1, 16), ge=1, le=65536
    )
    kernel_size: OptionalSizes = sizes(None, "Height and width of each kernel.", (1, 11))
    stride: Sizes = sizes(1, "How far the window moves at each step.", (1, 8))
    padding: Paddings = sizes(0, "Rows and columns added around the input.", (0, 8))
    dilation: Sizes = sizes(1, "Distance between the input cells that a kernel touches.", (1, 8))
    groups: int = groups_field()
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = Field(
        "zeros", description="What stands in the padding."
    )
    init: Init = Field("kaiming_uniform", description="How random kernels are drawn.")
    seed: int = seed_field("The same seed draws the same random kernels.")

    def resolve(self, shapes: Shapes) -> Self:
        weight = shapes.get("weight")
        lists = (self.kernel_size, self.stride, self.dilation)
        rank = len(weight) if weight is not None else None
        count = spatial_dims(self.spatial_dims, rank, lists, len(shapes["input"]))
        batched = with_batch(shapes["input"], count)
        kernel, out_channels = settle_kernel(
            weight, self.kernel, self.kernel_size, self.out_channels, self.groups, count
        )
        stride = spread(self.stride, count, "stride")
        dilation = spread(self.dilation, count, "dilation")
        padding = spread_padding(self.padding, batched[2:], kernel, stride, dilation)
        resolved = self.model_copy(
            update={
                "kernel_size": kernel,
                "out_channels": out_channels,
                "stride": stride,
                "dilation": dilation,
                "padding": padding,
                "spatial_dims": count,
            }
        )
        resolved._check(batched, weight, shapes.get("bias"))
        return resolved

    def _check(self, batched: Shape, weight: Shape | None, bias: Shape | None) -> None:
        channels, outputs = batched[1], self.out_channels or 0
        check_channels(weight, bias, self.groups, channels, outputs)
        if weight is not None and weight[1] * self.groups != channels:
            raise Invalid(
                "weight {shape} takes {each}·{groups} = {takes} input channels, "
                "but the input has {channels}",
                loc=("weight",),
                shape=list(weight),
                each=weight[1],
                groups=self.groups,
                takes=weight[1] * self.groups,
                channels=channels,
            )
        for axis in self.axes(batched):
            check_fits(axis, output_size(axis))
            check_border(axis, self.padding_mode)

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        batched = shapes["input"]
        return {"output": (batched[0], self.out_channels or 0, *self.output_size(batched))}

    def dropped(self, shapes: Shapes) -> Shape:
        """Count no cell that stands in the border before the input, and is reached there."""
        pairs = zip(super().dropped(shapes), self.axes(shapes["input"]), strict=True)
        return tuple(min(lost, a.size - self._before(a)) for lost, a in pairs)

    def _before(self, axis: Axis) -> int:
        """Return how many of an axis' cells, the first and on, the border before it may hold."""
        if not axis.begin:
            return 0
        held = {"reflect": axis.begin + 1, "replicate": 1, "circular": axis.size}
        return held.get(self.padding_mode, 0)

    def macs(self, shapes: Shapes) -> int:
        return math.prod(self.output_shapes(shapes)["output"]) * math.prod(shapes["weight"][1:])

    def terms_each(self, shapes: Shapes) -> int:
        return math.prod(shapes["weight"][1:])

    def scratch_elements(self, shapes: Shapes) -> int:
        """Count the padded copies of the input and ONNX Runtime's unrolled windows."""
        over = self.axes(shapes["input"])
        padded = math.prod(shapes["input"][:2]) * math.prod(a.padded for a in over)
        outputs = math.prod(self.output_size(shapes["input"]))
        # With more filters than outputs it unrolls them whole, as it does for three axes.
        whole = len(over) == 3 or (self.out_channels or 0) // self.groups > outputs
        unrolled = outputs if whole else min(outputs, _UNROLLED_AT_ONCE)
        windows = math.prod(shapes["weight"][1:]) * unrolled
        return windows + (0 if self.padding_mode == "zeros" else 2 * padded)

    def candidates(self, name: str, shapes: Shapes) -> Sequence[int] | None:
        return divisors(shapes["input"][1]) if name == "groups" else None

    def generated(self, shapes: Shapes) -> dict[str, Shape]:
        if "weight" in shapes:
            return {}
        channels = shapes["input"][1] // self.groups
        return {"weight": (self.out_channels or 0, channels, *self.sized("kernel_size"))}

    def generate(self, shapes: Shapes) -> dict[str, Array]:
        if "weight" in shapes:
            return {}
        if self.kernel is not None:
            return {"weight": filter_weight(self.kernel, shapes["input"][1], self.groups)}
        return {"weight": draw(self.init, self.generated(shapes)["weight"], self.seed)}

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
        over = self.axes(x.shape)
        first = o // (weight.shape[0] // self.groups) * weight.shape[1]
        terms = [
            self._term(x, weight, over, (n, first + c), (o, c, *k), p)
            for c, (k, p) in product(range(weight.shape[1]), cells(over, place))
        ]
        bias = float(tensors["bias"][o]) if "bias" in tensors else None
        return summed(at, terms, bias, self.window(x.shape, place))

    def _term(
        self, x: Array, weight: Array, over: list[Axis], channel: Shape, w: Shape, p: Shape
    ) -> dict[str, Any]:
        cell = real_cell(over, p, self.padding_mode)
        source = None if cell is None else (*channel, *cell)
        return product_term(x, source, weight, w) | {"padding": not inside(over, p)}

    def places(self, axis: Axis, position: int) -> list[int]:
        return [position, *repeated(axis, position, self.padding_mode)]

    def feeds(self, shapes: Shapes, at: Shape) -> Touched:
        inputs, outputs = shapes["input"][1] // self.groups, shapes["weight"][0] // self.groups
        first = at[1] // inputs * outputs
        return (at[0], slice(first, first + outputs), *self.nearest(shapes["input"], at[2:]))

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
