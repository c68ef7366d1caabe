"""Pooling: each window of each channel becomes one number. A file here is a mode."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from app.layers._explain import Explanation
from app.layers._fields import OptionalSizes, Paddings, Sizes, compact, sizes
from app.layers._graph_node import GraphNode, window_of
from app.layers._keras import grown, pooled
from app.layers._numpy import Effort
from app.layers._products import Term, numbers, taken
from app.layers._sizes import spatial_dims, spread, spread_padding, with_batch
from app.layers._sliding import Sliding, Spatial
from app.layers._touch import Box, boxes, one
from app.layers._window import Axis, cells, check_fits, inside, output_size, split_pads, torch_pads
from app.layers.base import Array, Reading, Shape, Shapes, Tensors, Touched
from app.problems import Invalid


class Pooling(Spatial):
    """What every mode has in common: the channels stay apart."""

    selector = "mode"
    order = 3
    family_title = "Pooling"
    family_summary = (
        "Of each small window one number goes on: the map shrinks, and what follows sees further."
    )


class Windowed(Sliding, Pooling):
    """A mode with a window that slides.

    Shapes:
        input (N, C, *size); output (N, C, *output_size) for 1, 2 or 3 spatial axes.

    Raises:
        Invalid: a window larger than the padded input, or padding that a window could miss.
    """

    onnx_more: ClassVar[Mapping[str, Callable[[GraphNode], Any]]] = {}
    """How the mode's own fields are read from a node."""

    kernel_size: Sizes = sizes(2, "Height and width of the window.", (1, 8))
    stride: OptionalSizes = sizes(
        None, "How far the window moves at each step; as far as it is wide if left out.", (1, 8)
    )
    padding: Paddings = sizes(0, "Rows and columns added around the input.", (0, 4))
    dilation: Sizes = sizes(1, "Distance between the input cells that the window touches.", (1, 4))
    ceil_mode: bool = Field(
        False, strict=True, description="Round the output size up, so that the border counts too."
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        kernel = tuple(node.attributes["kernel_shape"])
        more = {name: read(node) for name, read in cls.onnx_more.items()}
        rounds_up = bool(node.attributes.get("ceil_mode", 0))
        return cls(kernel_size=kernel, ceil_mode=rounds_up, **window_of(node, kernel), **more), {}

    def resolve(self, shapes: Shapes) -> Self:
        lists = (self.kernel_size, self.stride, self.dilation)
        count = spatial_dims(self.spatial_dims, None, lists, len(shapes["input"]))
        batched = with_batch(shapes["input"], count)
        kernel = spread(self.kernel_size, count, "kernel_size")
        stride = kernel if self.stride is None else spread(self.stride, count, "stride")
        dilation = spread(self.dilation, count, "dilation")
        padding = spread_padding(self.padding, batched[2:], kernel, stride, dilation)
        resolved = self.model_copy(
            update={
                "kernel_size": kernel,
                "stride": stride,
                "padding": padding,
                "dilation": dilation,
                "spatial_dims": count,
            }
        )
        for axis in resolved.axes(batched):
            if self.padding != "same":
                _check_padding(axis)
            check_fits(axis, output_size(axis, ceil=self.ceil_mode))
        return resolved

    @property
    def rounds_up(self) -> bool:
        return self.ceil_mode

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        batched = shapes["input"]
        return {"output": (*batched[:2], *self.output_size(batched))}

    def pads_past_kernel(self) -> bool:
        """Tell whether the padding is one that ONNX Runtime refuses; `same` can ask for it."""
        kernel = self.sized("kernel_size") * 2
        return any(p >= k for p, k in zip(self.sized("padding"), kernel, strict=True))

    def overhang(self, batched: Shape) -> list[int]:
        """Return how far the last window reaches past the padded input, an axis each."""
        return [
            max((output_size(a, ceil=self.ceil_mode) - 1) * a.stride + a.reach - a.padded, 0)
            for a in self.axes(batched)
        ]

    def full_pads(self, batched: Shape) -> list[int]:
        """Return pads for `Pad` over (N, C, *size) that let every window fit without ceil."""
        over = self.axes(batched)
        ends = [a.end + extra for a, extra in zip(over, self.overhang(batched), strict=True)]
        return [0, 0, *(a.begin for a in over), 0, 0, *ends]

    def scratch_elements(self, shapes: Shapes) -> int:
        pads = self.full_pads(shapes["input"])
        half = len(pads) // 2
        grown = zip(shapes["input"], pads[:half], pads[half:], strict=True)
        return 2 * math.prod(size + begin + end for size, begin, end in grown)

    def reads(self, shapes: Shapes) -> int:
        """Count what a window can hold of the padded input, for every output."""
        held = (min(a.kernel, -(-a.padded // a.dilation)) for a in self.axes(shapes["input"]))
        return math.prod(self.output_shapes(shapes)["output"]) * math.prod(held)

    def terms_each(self, shapes: Shapes) -> int:
        return math.prod(self.sized("kernel_size"))

    def terms(self, tensors: Tensors, at: Shape) -> list[dict[str, Any]]:
        """Return the cells of one window, in order, those in the padding marked."""
        x = tensors["input"]
        over = self.axes(x.shape)
        _, places = cells(over, at[2:])
        real = inside(over, places)
        return pool_terms(x, at[:2], places, real, real | self.counts(over, places))

    def counts(self, over: Sequence[Axis], places: Array) -> Array:
        """Tell which cells around the input take part all the same: here none."""
        return np.zeros(len(places), bool)

    def feeds(self, shapes: Shapes, at: Shape) -> Touched:
        return (*at[:2], *self.nearest(shapes["input"], at[2:]))

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        own = [[one(i)] for i in at[:2]]
        return boxes([*own, *self.fed_places(shapes["input"], at[2:])])

    def numpy_arguments(self, *more: str) -> dict[str, Any]:
        """Return the window, ceil_mode and further fields as NumPy forms take them."""
        names = ("ceil_mode", *more)
        return self.window_arguments() | {name: getattr(self, name) for name in names}

    def numpy_effort(self, shapes: Shapes) -> Effort:
        """Count the padded input, what counts in it or where it stood, and outputs."""
        outputs = 6 * math.prod(self.output_shapes(shapes)["output"])
        kernel = math.prod(self.sized("kernel_size"))
        return Effort(2 * self.scratch_elements(shapes) + outputs, 2 * kernel)

    def keras_call(self, name: str, source: str, batched: Shape, value: str = "0.0") -> str:
        """Return a pooling of Keras over a source with all the cells around it."""
        window = self.window_arguments("padding")
        return pooled(name, grown(source, *self.keras_pads(batched), value), **window)

    def keras_pads(self, batched: Shape) -> tuple[Shape, Shape]:
        """Return the begins and ends of the spatial axes that let every window fit."""
        begins, ends = split_pads(self.full_pads(batched))
        return begins[2:], ends[2:]

    def torch_padding(self) -> Any:
        """Return the padding argument if PyTorch's pooling takes it, else None."""
        begins, ends = split_pads(self.sized("padding"))
        halves = [k // 2 for k in self.sized("kernel_size")]
        fits = begins == ends and all(p <= half for p, half in zip(begins, halves, strict=True))
        return compact(begins) if fits else None

    def torch_full(self, source: str, batched: Shape, value: str = "0.0") -> str:
        """Return `source` padded so far that every window lies within it."""
        begins, ends = split_pads(self.full_pads(batched))
        return torch_padded(source, (*begins[2:], *ends[2:]), value)

    def torch_means(self, source: str, channels: int) -> str:
        """Return the mean of every window of a padded source."""
        kernel, dilation = self.sized("kernel_size"), self.sized("dilation")
        stride, dims = compact(self.stride), self.spatial_dims
        if max(dilation) == 1:
            return f"F.avg_pool{dims}d({source}, {compact(kernel)}, stride={stride})"
        ones = f"torch.full({(channels, 1, *kernel)}, 1 / {math.prod(kernel)})"
        return (
            f"F.conv{dims}d({source}, {ones}, stride={stride}, "
            f"dilation={compact(dilation)}, groups={channels})"
        )

    def torch_arguments(self) -> str:
        """Return the arguments that every windowed mode of PyTorch shares."""
        kernel, stride = compact(self.kernel_size), compact(self.stride)
        return f"{kernel}, stride={stride}, ceil_mode={self.ceil_mode}"


def pool_terms(
    x: Array, channel: Shape, places: Array, real: Array, counts: Array | None = None
) -> list[Term]:
    """Return the cells of a window; those that take no part in its number are marked."""
    head = (np.full(len(places), i) for i in channel)
    indices, values = taken(x, np.column_stack([*head, places]), real)
    rows = zip(indices, numbers(values), (~real).tolist(), strict=True)
    found: list[Term] = [{"input_index": i, "input": v, "padding": out} for i, v, out in rows]
    for place in np.flatnonzero(~counts) if counts is not None else ():
        found[place]["counts"] = False
    return found


def highest(x: Array, at: Shape, terms: list[dict[str, Any]], **more: Any) -> Explanation:
    """Explain a maximum: the first cell that holds it wins, the others tie; NaN is no winner."""
    real = [t for t in terms if not t["padding"]]
    places = tuple(np.array([t["input_index"] for t in real], int).reshape(-1, x.ndim).T)
    values = x[places].astype(np.float64)
    best = float(values.max(initial=-math.inf))
    ties = np.flatnonzero(values == best)
    for term in terms:
        term["winner"] = bool(ties.size) and term is real[ties[0]]
    facts = {"ties": ties.size, "counted": len(real)}
    return Explanation(at, best, "max", terms, facts=facts, **more)


def torch_padded(source: str, pads: Shape, value: str = "0.0") -> str:
    """Return `source` with cells around it; `pads` is all begins, then all ends."""
    return f"F.pad({source}, {torch_pads(pads)}, value={value})" if any(pads) else source


def _check_padding(axis: Axis) -> None:
    """Refuse padding that would let a window miss the input."""
    if max(axis.begin, axis.end) >= axis.kernel:
        raise Invalid(
            "padding {padding} is too large for a window of {kernel}: at most {most} on each side",
            loc=("padding",),
            padding=max(axis.begin, axis.end),
            kernel=axis.kernel,
            most=axis.kernel - 1,
        )
