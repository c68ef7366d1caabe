"""Convolution (cross-correlation, as every framework calls it)."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, WithJsonSchema

from app.layers._explain import Explanation, number
from app.layers._fields import OptionalSizes, Paddings, Sizes, refuse, sizes, whole
from app.layers._filters import FILTERS, choices, filter_shape, filter_weight
from app.layers._init import Init, draw
from app.layers._nodes import Nodes
from app.layers._window import (
    Axis,
    axes,
    cells,
    check_fits,
    inside,
    nearest_output,
    output_size,
    rule,
    spatial_dims,
    spread,
    spread_padding,
    window_at,
    with_batch,
)
from app.layers.base import INPUT, Array, Layer, Shape, Shapes, Tensors, TensorSpec
from app.problems import Invalid

WEIGHT = TensorSpec(
    "weight", "The kernels, (out_channels, in_channels / groups, *kernel_size).", required=False
)
BIAS = TensorSpec("bias", "One number added to each output channel.", required=False)


def _names(value: object) -> object:
    names = [value] if isinstance(value, str) else value
    if names is None:
        return None
    if not isinstance(names, list | tuple) or not names:
        raise refuse("must be the name of a filter or a list of names")
    for name in names:
        if name not in FILTERS:
            raise refuse("no filter is called {name!r}; there are {names}", name=str(name)[:40],
                         names=", ".join(FILTERS))
    return tuple(names)


KernelNames = Annotated[
    tuple[str, ...] | None,
    BeforeValidator(_names),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(FILTERS)},
                {"type": "array", "items": {"enum": list(FILTERS)}, "minItems": 1},
            ],
            "kind": "choices",
            "choices": choices(),
        }
    ),
]


class Conv(Layer):
    """Weighted sums of a sliding window: `y[n, o, p] = bias[o] + Σ x[n, c, p·stride + k] · w[o, c, k]`.

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
    summary = "Every output pixel is a weighted sum of the window beneath it: one kernel, the same everywhere."
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
        ({"out_channels": 2, "seed": 7, "padding": 2, "padding_mode": "reflect"}, {"input": (5, 6)}),
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
    groups: int = whole(
        1, "Into how many groups the channels are split, each with its own kernels.", (1, 4),
        ge=1, le=65536,
    )
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = Field(
        "zeros", description="What stands in the padding."
    )
    init: Init = Field("kaiming_uniform", description="How random kernels are drawn.")
    seed: int = whole(
        0, "The same seed draws the same random kernels.", (0, 99), ge=0, le=2**63 - 1
    )
    spatial_dims: int | None = whole(
        None, "How many axes the window slides over.", (1, 3), ge=1, le=3
    )

    # --- sizes -------------------------------------------------------------------------------

    def resolve(self, shapes: Shapes) -> Self:
        weight = shapes.get("weight")
        lists = (self.kernel_size, self.stride, self.dilation)
        rank = len(weight) if weight is not None else None
        count = spatial_dims(self.spatial_dims, rank, lists, len(shapes["input"]))
        batched = with_batch(shapes["input"], count)
        kernel, out_channels = self._kernel(weight, batched[1], count)
        stride = spread(self.stride, count, "stride")
        dilation = spread(self.dilation, count, "dilation")
        padding = spread_padding(self.padding, batched[2:], kernel, stride, dilation)
        resolved = self.model_copy(
            update={
                "kernel_size": kernel, "out_channels": out_channels, "stride": stride,
                "dilation": dilation, "padding": padding, "spatial_dims": count,
            }
        )
        resolved._check(batched, weight, shapes.get("bias"))
        return resolved

    def _kernel(self, weight: Shape | None, channels: int, count: int) -> tuple[Shape, int]:
        """Return (kernel_size, out_channels) from the one of the three that was given."""
        if weight is not None:
            if self.kernel is not None:
                raise Invalid("give either weight or kernel, not both", loc=("kernel",))
            return self._agree(tuple(weight[2:]), weight[0], "weight", count)
        if self.kernel is not None:
            if count != 2:
                raise Invalid("named filters have two spatial axes, not {count}", loc=("kernel",), count=count)
            return self._agree(
                filter_shape(self.kernel), len(self.kernel) * self.groups, "kernel", count
            )
        if self.out_channels is None:
            raise Invalid(
                "one of weight, kernel or out_channels must be there, so that there is something to convolve with",
                loc=("weight",),
            )
        given = 3 if self.kernel_size is None else self.kernel_size
        return spread(given, count, "kernel_size"), self.out_channels

    def _agree(self, size: Shape, outputs: int, by: str, count: int) -> tuple[Shape, int]:
        if self.kernel_size is not None and spread(self.kernel_size, count, "kernel_size") != size:
            raise Invalid(
                "kernel_size {given} contradicts the {by}, which has {size}; leave it out",
                loc=("kernel_size",), given=self.kernel_size, by=by, size=list(size),
            )
        if self.out_channels not in (None, outputs):
            raise Invalid(
                "out_channels {given} contradicts the {by}, which makes {outputs}; leave it out",
                loc=("out_channels",), given=self.out_channels, by=by, outputs=outputs,
            )
        return size, outputs

    def _check(self, batched: Shape, weight: Shape | None, bias: Shape | None) -> None:
        channels, outputs = batched[1], self.out_channels or 0
        if 0 in (weight or (1,)):
            raise Invalid("weight {shape} has an empty axis", loc=("weight",), shape=list(weight or ()))
        if channels % self.groups or outputs % self.groups:
            raise Invalid(
                "groups {groups} must divide both the {channels} input channels and the {outputs} output channels",
                loc=("groups",), groups=self.groups, channels=channels, outputs=outputs,
            )
        if weight is not None and weight[1] * self.groups != channels:
            raise Invalid(
                "weight {shape} takes {each}·{groups} = {takes} input channels, but the input has {channels}",
                loc=("weight",), shape=list(weight), each=weight[1], groups=self.groups,
                takes=weight[1] * self.groups, channels=channels,
            )
        if bias is not None and bias != (outputs,):
            raise Invalid(
                "bias {shape} must have one number for each of the {outputs} output channels",
                loc=("bias",), shape=list(bias), outputs=outputs,
            )
        over = self._axes(batched)
        for axis in over:
            check_fits(axis, output_size(axis))
            self._check_border(axis)

    def _check_border(self, axis: Axis) -> None:
        most = {"reflect": axis.size - 1, "circular": axis.size}.get(self.padding_mode)
        if most is not None and max(axis.begin, axis.end) > most:
            raise Invalid(
                "padding {padding} is too large for padding_mode '{mode}', which can take at most {most} "
                "from an axis of {size}",
                loc=("padding",), padding=max(axis.begin, axis.end), mode=self.padding_mode,
                most=most, size=axis.size,
            )

    def _axes(self, batched: Shape) -> list[Axis]:
        return axes(batched[2:], *map(_tuple, (self.kernel_size, self.stride, self.padding, self.dilation)))

    def arrange(self, shapes: Shapes) -> dict[str, Shape]:
        return dict(shapes) | {"input": with_batch(shapes["input"], self.spatial_dims or 2)}

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        size = tuple(output_size(axis) for axis in self._axes(shapes["input"]))
        return {"output": (shapes["input"][0], self.out_channels or 0, *size)}

    def macs(self, shapes: Shapes) -> int:
        return math.prod(self.output_shapes(shapes)["output"]) * math.prod(shapes["weight"][1:])

    def scratch_elements(self, shapes: Shapes) -> int:
        """Count the padded copy of the input and ONNX Runtime's unrolled windows."""
        over = self._axes(shapes["input"])
        padded = math.prod(shapes["input"][:2]) * math.prod(a.padded for a in over)
        outputs = math.prod(self.output_shapes(shapes)["output"][2:])
        windows = math.prod(shapes["weight"][1:]) * (outputs if len(over) == 3 else min(outputs, 4096))
        return windows + (padded if self.padding_mode != "zeros" else 0)

    def rule(self, shapes: Shapes) -> list[str]:
        return [rule(axis) for axis in self._axes(shapes["input"])]

    # --- tensors ------------------------------------------------------------------------------

    def generated(self, shapes: Shapes) -> dict[str, Shape]:
        if "weight" in shapes:
            return {}
        channels = shapes["input"][1] // self.groups
        return {"weight": (self.out_channels or 0, channels, *_tuple(self.kernel_size))}

    def generate(self, shapes: Shapes) -> dict[str, Array]:
        if "weight" in shapes:
            return {}
        if self.kernel is not None:
            return {"weight": filter_weight(self.kernel, shapes["input"][1], self.groups)}
        return {"weight": draw(self.init, self.generated(shapes)["weight"], self.seed)}

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        source, pads = x["input"], _tuple(self.padding)
        if self.padding_mode != "zeros":
            mode = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}[self.padding_mode]
            count = len(pads) // 2
            ends = (0, 0, *pads[:count], 0, 0, *pads[count:])
            source, pads = nodes.add("Pad", source, nodes.integers(ends), mode=mode), (0,) * len(pads)
        given = [source, x["weight"], *([x["bias"]] if "bias" in x else [])]
        return {
            "output": nodes.add(
                "Conv", *given, kernel_shape=list(_tuple(self.kernel_size)), pads=list(pads),
                strides=list(_tuple(self.stride)), dilations=list(_tuple(self.dilation)),
                group=self.groups, auto_pad="NOTSET",
            )
        }

    # --- explanations -------------------------------------------------------------------------

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x, weight = tensors["input"], tensors["weight"]
        n, o, *place = at
        over = self._axes(x.shape)
        first = o // (weight.shape[0] // self.groups) * weight.shape[1]
        window = cells(over, place)
        terms = [
            self._term(x, weight, over, (n, first + c), (o, c), k, p)
            for c in range(weight.shape[1])
            for k, p in window
        ]
        bias = float(tensors["bias"][o]) if "bias" in tensors else None
        products = np.array([np.nan if t["product"] is None else t["product"] for t in terms])
        value = float(np.float32(products.sum() + (bias or 0.0)))
        return Explanation(at, value, "sum", terms, bias, window_at(over, place))

    def _term(
        self, x: Array, weight: Array, over: list[Axis], channel: Shape, kernel: Shape, k: Shape, p: Shape
    ) -> dict[str, Any]:
        real = inside(over, p)
        source = p if real else self._border(over, p)
        value = np.float32(0.0) if source is None else x[(*channel, *source)]
        factor = weight[(*kernel, *k)]
        return {
            "input_index": None if source is None else [*channel, *source],
            "input": number(value),
            "weight_index": [*kernel, *k],
            "weight": number(factor),
            "product": number(np.float64(value) * np.float64(factor)),
            "padding": not real,
        }

    def _border(self, over: list[Axis], position: Shape) -> Shape | None:
        """Return the input cell that the padding repeats, or None where it is zero."""
        if self.padding_mode == "zeros":
            return None
        return tuple(_BORDERS[self.padding_mode](p, a.size) for p, a in zip(position, over, strict=True))

    def feeds(self, shapes: Shapes, at: Shape) -> tuple[int | None, ...]:
        outputs = self.output_shapes(shapes)["output"]
        return (at[0], None, *nearest_output(self._axes(shapes["input"]), at[2:], outputs[2:]))

    def torch(self) -> str:
        count, pads = self.spatial_dims or 2, _tuple(self.padding)
        symmetric = pads[:count] == pads[count:] and self.padding_mode == "zeros"
        source = "x" if symmetric else f"F.pad(x, {_torch_pads(pads)}{_TORCH_MODES[self.padding_mode]})"
        return (
            f"F.conv{count}d({source}, weight, bias, stride={self.stride}, "
            f"padding={pads[:count] if symmetric else 0}, dilation={self.dilation}, groups={self.groups})"
        )


def _tuple(value: Any) -> tuple[int, ...]:
    """Return a resolved size, which is always a tuple."""
    return tuple(value)


def _mirror(p: int, size: int) -> int:
    return -p if p < 0 else 2 * (size - 1) - p if p >= size else p


_BORDERS: Mapping[str, Any] = {
    "reflect": _mirror,
    "replicate": lambda p, size: min(max(p, 0), size - 1),
    "circular": lambda p, size: p % size,
}
_TORCH_MODES = {
    "zeros": "", "reflect": ", mode='reflect'", "replicate": ", mode='replicate'",
    "circular": ", mode='circular'",
}


def _torch_pads(pads: tuple[int, ...]) -> tuple[int, ...]:
    """Return begins-then-ends as F.pad wants them: the last axis first, begin and end together."""
    count = len(pads) // 2
    return tuple(p for i in reversed(range(count)) for p in (pads[i], pads[count + i]))
