"""Layers on spatial axes, and those whose window slides along them."""

from collections.abc import Sequence
from typing import Any

from app.layers._explain import Index, Window
from app.layers._fields import whole
from app.layers._sizes import with_batch
from app.layers._touch import Span, fed_by, hold, spans
from app.layers._window import Axis, Places, cells, nearest_output, output_size, rule, window_at
from app.layers.base import INPUT, Layer, ReceptiveField, Shape, Shapes

# Which place of the input the place k of the kernel meets, as formulas have it.
MET = "i·stride + k·dilation − padding"

# Of a cell that a border repeats, the outputs are listed before they become runs.
_INDICES_A_PART = 256


class Spatial(Layer):
    """A layer on (N, C, *size) with 1, 2 or 3 spatial axes."""

    spatial_dims: int | None = whole(
        None, "How many axes the window slides over.", (1, 3), ge=1, le=3
    )

    def sized(self, name: str) -> Index:
        """Return one of the window's sizes, which a resolved layer has for every axis."""
        return tuple(getattr(self, name))

    def attributes(self) -> dict[str, Any]:
        """Return the window as ONNX attributes, every one written out."""
        names = {
            "kernel_shape": "kernel_size",
            "strides": "stride",
            "pads": "padding",
            "dilations": "dilation",
        }
        return {k: list(self.sized(name)) for k, name in names.items()} | {"auto_pad": "NOTSET"}

    def arrange(self, shapes: Shapes) -> dict[str, Shape]:
        return dict(shapes) | {INPUT.name: with_batch(shapes[INPUT.name], self.spatial_dims or 2)}


class Sliding(Spatial):
    """A layer with kernel_size, stride, padding and dilation; resolved, each is a tuple."""

    def window_arguments(self, *without: str) -> dict[str, Any]:
        """Return kernel_size, stride, padding and dilation as NumPy forms take them."""
        names = ("kernel_size", "stride", "padding", "dilation")
        return {name: self.sized(name) for name in names if name not in without}

    @property
    def rounds_up(self) -> bool:
        """Tell whether the output size is rounded up."""
        return False

    def axes(self, batched: Shape) -> list[Axis]:
        """Return the spatial axes of a resolved layer; padding is all begins, then all ends."""
        kernel, stride, dilation = map(self.sized, ("kernel_size", "stride", "dilation"))
        pads, sizes = self.sized("padding"), batched[2:]
        return [
            Axis(size, kernel[i], stride[i], pads[i], pads[len(sizes) + i], dilation[i])
            for i, size in enumerate(sizes)
        ]

    def output_size(self, batched: Shape) -> Index:
        """Return the spatial part of the output's shape."""
        return tuple(output_size(axis, ceil=self.rounds_up) for axis in self.axes(batched))

    def rule(self, shapes: Shapes) -> list[str]:
        return [rule(axis, ceil=self.rounds_up) for axis in self.axes(shapes[INPUT.name])]

    def dropped(self, shapes: Shapes) -> Shape:
        over = self.axes(shapes[INPUT.name])
        outputs = self.output_size(shapes[INPUT.name])
        reached = ((n - 1) * a.stride + a.reach for n, a in zip(outputs, over, strict=True))
        return tuple(max(a.padded - r - a.end, 0) for a, r in zip(over, reached, strict=True))

    def receptive_field(self, shapes: Shapes) -> ReceptiveField:
        over = self.axes(shapes[INPUT.name])
        return ReceptiveField(
            tuple(a.reach for a in over),
            tuple(a.stride for a in over),
            tuple(-a.begin for a in over),
        )

    def window(self, batched: Shape, place: Sequence[int]) -> Window:
        """Return the part of the input that a position of the output looks at."""
        return window_at(self.axes(batched), place)

    def looked_at(self, batched: Shape, place: Sequence[int]) -> Places:
        """Return the cells that a position of the output looks at, in the order of its terms.

        Those in the padding lie outside the input; each channel's terms are of the same cells.
        """
        return cells(self.axes(batched), place)[1]

    def channels_of(self, shapes: Shapes, at: Shape) -> range:
        """Return the channels of the input that an output is made of: its own."""
        return range(at[1], at[1] + 1)

    def nearest(self, batched: Shape, position: Sequence[int]) -> Index:
        """Return the output position whose window has `position` nearest to its middle."""
        over = self.axes(batched)
        places = [self.places(axis, p) for axis, p in zip(over, position, strict=True)]
        return nearest_output(over, places, self.output_size(batched))

    def fed_places(self, batched: Shape, position: Sequence[int]) -> list[list[Span]]:
        """Return, an axis each, the outputs whose window has a cell at `position`."""
        over = zip(self.axes(batched), position, self.output_size(batched), strict=True)
        return [self._fed(axis, p, outputs) for axis, p, outputs in over]

    def _fed(self, axis: Axis, position: int, outputs: int) -> list[Span]:
        places = self.places(axis, position)
        hold(len(places))
        hold(len(places) * axis.kernel // _INDICES_A_PART)
        found = [span for place in places for span in fed_by(axis, place, outputs)]
        # Where a border repeats the cell, the runs of its places overlap.
        return found if len(places) == 1 else spans([i for span in found for i in range(*span)])

    def places(self, axis: Axis, position: int) -> list[int]:
        """Return where a cell stands along an axis: its own place first, then in the padding."""
        return [position]
