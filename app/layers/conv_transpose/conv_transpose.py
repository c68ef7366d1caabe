"""Transposed convolution: every input value stamps the kernel onto a larger output."""

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import ClassVar, Self

from pydantic import Field

from app.layers._explain import Explanation
from app.layers._fields import (
    OptionalSizes,
    Paddings,
    Sizes,
    SizesFromZero,
    compact,
    seed_field,
    sizes,
    whole,
)
from app.layers._init import Init, draw
from app.layers._kernels import (
    BIAS,
    DRAWN_SIZE,
    agree,
    check_channels,
    divisors,
    groups_field,
)
from app.layers._nodes import LAST, Nodes
from app.layers._products import product_term, summed
from app.layers._sizes import spatial_dims, spread, spread_padding, with_batch
from app.layers._sliding import Spatial
from app.layers._stamps import StampAxis, met
from app.layers._window import split_pads
from app.layers.base import (
    INPUT,
    Array,
    ReceptiveField,
    Shape,
    Shapes,
    Tensors,
    TensorSpec,
    Touched,
)
from app.problems import Invalid

WEIGHT = TensorSpec(
    "weight", "The kernels, (in_channels, out_channels / groups, *kernel_size).", required=False
)


class ConvTranspose(Spatial):
    """Computes `y[n, o, p·stride + k·dilation − padding] += x[n, c, p] · weight[c, o, k]`.

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
    title = "Transposed convolution"
    summary = (
        "Every input value stamps the kernel, scaled by itself, onto a larger output; "
        "where stamps overlap they add up."
    )
    inputs = (INPUT, WEIGHT, BIAS)
    recipe = frozenset({"init", "seed", "out_channels", "spatial_dims"})
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

    out_channels: int | None = whole(
        None, "How many output channels to make with random kernels.", (1, 8), ge=1, le=65536
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
        return divisors(shapes["input"][1]) if name == "groups" else None

    def generated(self, shapes: Shapes) -> dict[str, Shape]:
        if "weight" in shapes:
            return {}
        each = (self.out_channels or 0) // self.groups
        return {"weight": (shapes["input"][1], each, *self.sized("kernel_size"))}

    def generate(self, shapes: Shapes) -> dict[str, Array]:
        return {n: draw(self.init, shape, self.seed) for n, shape in self.generated(shapes).items()}

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
        each, inputs = weight.shape[1], weight.shape[0] // self.groups
        first = o // each * inputs
        terms = [
            product_term(x, (n, c, *source), weight, (c, o % each, *k))
            for c, (k, source) in product(
                range(first, first + inputs), met(self._axes(x.shape), place)
            )
        ]
        bias = float(tensors["bias"][o]) if "bias" in tensors else None
        return summed(at, terms, bias)

    def feeds(self, shapes: Shapes, at: Shape) -> Touched:
        inputs, each = shapes["weight"][0] // self.groups, shapes["weight"][1]
        first = at[1] // inputs * each
        places = zip(at[2:], self._axes(shapes["input"]), strict=True)
        return (at[0], slice(first, first + each), *(axis.middle(p) for p, axis in places))

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
