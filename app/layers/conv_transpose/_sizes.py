"""The sizes of a transposed convolution: what is asked for, what comes out, what it costs."""

import math
from collections.abc import Sequence
from typing import Self

from pydantic import Field

from app.layers._fields import (
    OptionalSizes,
    Paddings,
    Sizes,
    SizesFromZero,
    seed_field,
    sizes,
    whole,
)
from app.layers._init import Init, draw
from app.layers._kernels import (
    DRAWN_SIZE,
    MOST_CHANNELS,
    agree,
    check_channels,
    divisors,
    groups_field,
)
from app.layers._sizes import spatial_dims, spread, spread_padding, with_batch
from app.layers._sliding import Spatial
from app.layers._stamps import StampAxis
from app.layers._window import split_pads
from app.layers.base import (
    Array,
    ReceptiveField,
    Shape,
    Shapes,
)
from app.problems import Invalid


class ConvTransposeSizes(Spatial):
    """The hyper-parameters of a transposed convolution, resolved, and what follows from them."""

    out_channels: int | None = whole(
        None,
        "How many output channels to make with random kernels.",
        (1, 8),
        ge=1,
        le=MOST_CHANNELS,
    )
    kernel_size: OptionalSizes = sizes(None, "Height and width of each kernel.", (1, 7))
    stride: Sizes = sizes(1, "How far apart the stamps are set in the output.", (1, 4))
    padding: Paddings = sizes(0, "Rows and columns cut off around the output.", (0, 4))
    output_padding: SizesFromZero = sizes(
        0, "Rows and columns added at the end of the output.", (0, 3)
    )
    dilation: Sizes = sizes(1, "Distance between the output cells that a kernel touches.", (1, 4))
    groups: int = groups_field()
    init: Init = Field("kaiming_uniform", description="How random kernels are drawn.")
    seed: int = seed_field("The same seed draws the same random kernels.")

    def resolve(self, shapes: Shapes) -> Self:
        weight = shapes.get("weight")
        lists = (self.kernel_size, self.stride, self.dilation)
        rank = len(weight) if weight is not None else None
        count = spatial_dims(self.spatial_dims, rank, lists, len(shapes["input"]))
        batched = with_batch(shapes["input"], count)
        kernel, outputs = self._kernel(weight, count)
        stride = spread(self.stride, count, "stride")
        dilation = spread(self.dilation, count, "dilation")
        if self.padding == "same":
            raise Invalid("'same' is not for a transposed convolution", loc=("padding",))
        resolved = self.model_copy(
            update={
                "kernel_size": kernel,
                "out_channels": outputs,
                "stride": stride,
                "dilation": dilation,
                "padding": spread_padding(self.padding, batched[2:], kernel, stride, dilation),
                "output_padding": spread(self.output_padding, count, "output_padding"),
                "spatial_dims": count,
            }
        )
        resolved._check(batched, weight, shapes.get("bias"))
        return resolved

    def _kernel(self, weight: Shape | None, count: int) -> tuple[Shape, int]:
        if weight is None:
            if self.out_channels is None:
                raise Invalid("one of weight or out_channels must be there", loc=("weight",))
            drawn = DRAWN_SIZE if self.kernel_size is None else self.kernel_size
            return spread(drawn, count, "kernel_size"), self.out_channels
        size, made = tuple(weight[2:]), weight[1] * self.groups
        return agree(size, made, "weight", self.kernel_size, self.out_channels, count)

    def _check(self, batched: Shape, weight: Shape | None, bias: Shape | None) -> None:
        check_channels(weight, bias, self.groups, batched[1], self.out_channels or 0)
        if weight is not None and weight[0] != batched[1]:
            raise Invalid(
                "weight {shape} takes {takes} input channels, but the input has {channels}",
                loc=("weight",),
                shape=list(weight),
                takes=weight[0],
                channels=batched[1],
            )
        for axis in self._axes(batched):
            axis.check()

    def _axes(self, batched: Shape) -> list[StampAxis]:
        begins, ends = split_pads(self.sized("padding"))
        first = (self.sized(n) for n in ("kernel_size", "stride"))
        last = (self.sized(n) for n in ("dilation", "output_padding"))
        columns = zip(batched[2:], *first, begins, ends, *last, strict=True)
        return [StampAxis(*column) for column in columns]

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        batched = shapes["input"]
        size = (axis.output for axis in self._axes(batched))
        return {"output": (batched[0], self.out_channels or 0, *size)}

    def rule(self, shapes: Shapes) -> list[str]:
        return [axis.rule() for axis in self._axes(shapes["input"])]

    def receptive_field(self, shapes: Shapes) -> ReceptiveField:
        sizes, strides, starts = zip(*(a.seen for a in self._axes(shapes["input"])), strict=True)
        return ReceptiveField(sizes, strides, starts)

    def macs(self, shapes: Shapes) -> int:
        return math.prod(shapes["input"]) * math.prod(shapes["weight"][1:])

    def terms_each(self, shapes: Shapes) -> int:
        return shapes["weight"][0] // self.groups * math.prod(self.sized("kernel_size"))

    def scratch_elements(self, shapes: Shapes) -> int:
        """Count the unrolled stamps and an output that is cut afterwards."""
        batched = shapes["input"]
        stamps = math.prod(batched[2:]) * math.prod(shapes["weight"][1:])
        uncut = (axis.output + axis.begin + axis.end for axis in self._axes(batched))
        return stamps + 2 * batched[0] * (self.out_channels or 0) * math.prod(uncut)

    def candidates(self, name: str, shapes: Shapes) -> Sequence[int] | None:
        if name == "out_channels":
            return range(self.groups, MOST_CHANNELS + 1, self.groups)
        return divisors(shapes["input"][1]) if name == "groups" else None

    def generated(self, shapes: Shapes) -> dict[str, Shape]:
        if "weight" in shapes:
            return {}
        each = (self.out_channels or 0) // self.groups
        return {"weight": (shapes["input"][1], each, *self.sized("kernel_size"))}

    def generate(self, shapes: Shapes) -> dict[str, Array]:
        return {n: draw(self.init, shape, self.seed) for n, shape in self.generated(shapes).items()}
