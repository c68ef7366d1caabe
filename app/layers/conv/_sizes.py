"""The sizes of a convolution: what is asked for, what comes out, what it costs."""

import math
from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field

from app.layers._borders import check_border
from app.layers._fields import OptionalSizes, Paddings, Sizes, seed_field, sizes, whole
from app.layers._filters import filter_weight
from app.layers._init import Init, draw
from app.layers._kernels import (
    MOST_CHANNELS,
    KernelNames,
    check_channels,
    divisors,
    groups_field,
    settle_kernel,
)
from app.layers._sizes import spatial_dims, spread, spread_padding, with_batch
from app.layers._sliding import Sliding
from app.layers._window import Axis, check_fits, output_size
from app.layers.base import Array, Shape, Shapes
from app.problems import Invalid

# ONNX Runtime unrolls the windows of two axes a strip at a time; this is more than a strip.
_UNROLLED_AT_ONCE = 4096


class ConvSizes(Sliding):
    """The hyper-parameters of a convolution, resolved, and what follows from them."""

    kernel: KernelNames = Field(
        None, description="A named filter, or a list of them, one output channel each."
    )
    out_channels: int | None = whole(
        None,
        "How many random kernels to draw, one output channel each.",
        (1, 16),
        ge=1,
        le=MOST_CHANNELS,
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
        if name == "out_channels":
            return range(self.groups, MOST_CHANNELS + 1, self.groups)
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
