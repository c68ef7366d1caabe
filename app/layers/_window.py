"""The arithmetic of a window that slides over spatial axes, in exact integers."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from app.layers._explain import Index, Window
from app.problems import Invalid

Places: TypeAlias = npt.NDArray[Any]


class Axis(NamedTuple):
    """One spatial axis: the input's size and how the window moves along it."""

    size: int
    kernel: int
    stride: int
    begin: int
    end: int
    dilation: int

    @property
    def reach(self) -> int:
        """Cells from the first to the last that the window touches."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def padded(self) -> int:
        return self.size + self.begin + self.end


def output_size(axis: Axis, *, ceil: bool = False) -> int:
    """Return ⌊(size + begin + end − dilation·(kernel − 1) − 1) / stride⌋ + 1.

    With `ceil` the division rounds up, but no window may start past the input and its begin.
    """
    room = axis.padded - axis.reach
    if not ceil:
        return room // axis.stride + 1
    size = -(-room // axis.stride) + 1
    return size - 1 if (size - 1) * axis.stride >= axis.size + axis.begin else size


def check_fits(axis: Axis, output: int) -> None:
    """Refuse a window larger than the padded input.

    Raises:
        Invalid: with the rule and its numbers.
    """
    if output >= 1:
        return
    pads = _pads(axis)
    if axis.dilation == 1:
        raise Invalid(
            "kernel_size {kernel} is larger than the padded input {size}{pads} = {padded}",
            loc=("kernel_size",),
            kernel=axis.kernel,
            size=axis.size,
            pads=pads,
            padded=axis.padded,
        )
    raise Invalid(
        "kernel_size {kernel} with dilation {dilation} spans "
        "{dilation}·({kernel} − 1) + 1 = {reach}, "
        "which is larger than the padded input {size}{pads} = {padded}",
        loc=("dilation",),
        kernel=axis.kernel,
        dilation=axis.dilation,
        reach=axis.reach,
        size=axis.size,
        pads=pads,
        padded=axis.padded,
    )


def _pads(axis: Axis) -> str:
    return f" + 2·{axis.begin}" if axis.begin == axis.end else f" + {axis.begin} + {axis.end}"


def rule(axis: Axis, *, ceil: bool = False) -> str:
    """Return the output-size rule with this axis' numbers in it."""
    left, right = "⌈⌉" if ceil else "⌊⌋"
    room = f"{axis.size}{_pads(axis)} − {axis.dilation}·({axis.kernel} − 1) − 1"
    whole = f"{left}({room}) / {axis.stride}{right} + 1"
    plain = output_size(axis, ceil=ceil)
    unclipped = -(-(axis.padded - axis.reach) // axis.stride) + 1 if ceil else plain
    return f"{whole} = {plain}" if plain == unclipped else f"{whole} = {unclipped} → {plain}"


def window_at(over: Sequence[Axis], at: Sequence[int]) -> Window:
    """Return the part of the input that output position `at` looks at."""
    start = tuple(i * a.stride - a.begin for a, i in zip(over, at, strict=True))
    return Window(start, tuple(s + a.reach for s, a in zip(start, over, strict=True)))


def cells(over: Sequence[Axis], at: Sequence[int]) -> tuple[Places, Places]:
    """Return places in the kernel and in the input, each (cells, axes), in the kernel's order."""
    kernel = np.indices([a.kernel for a in over]).reshape(len(over), -1).T
    start = np.array(window_at(over, at).start)
    return kernel, start + kernel * np.array([a.dilation for a in over])


def inside(over: Sequence[Axis], positions: Places) -> Places:
    """Return which positions are in the input itself, not in its padding: (cells)."""
    size = np.array([a.size for a in over])
    return np.asarray(((positions >= 0) & (positions < size)).all(1))


def nearest_output(
    over: Sequence[Axis], places: Sequence[Sequence[int]], outputs: Sequence[int]
) -> Index:
    """Return the output whose window has a cell nearest to its middle.

    Args:
        over: the axes.
        places: where the cell stands along each: its own, then those where a border repeats it.
        outputs: how many there are along each axis.
    """
    return tuple(_nearest(p, a, n) for p, a, n in zip(places, over, outputs, strict=True))


def _nearest(places: Sequence[int], axis: Axis, outputs: int) -> int:
    """Return it along one axis, among the outputs that touch a place if there are any."""
    for place in places:
        if near := _touching(place, axis, outputs):
            return min(near, key=lambda i: _off_middle(i, axis, place))
    return min(range(outputs), key=lambda i: _off_middle(i, axis, places[0]))


def _touching(place: int, axis: Axis, outputs: int) -> list[int]:
    starts = [place + axis.begin - k * axis.dilation for k in range(axis.kernel)]
    found = [start // axis.stride for start in starts if start % axis.stride == 0]
    return [i for i in found if 0 <= i < outputs]


def _off_middle(output: int, axis: Axis, place: int) -> float:
    return abs(output * axis.stride + (axis.reach - 1) / 2 - axis.begin - place)


def split_pads(pads: Sequence[int]) -> tuple[Index, Index]:
    """Return all begins and all ends."""
    half = len(pads) // 2
    return tuple(pads[:half]), tuple(pads[half:])


def torch_pads(pads: Sequence[int]) -> Index:
    """Return pads as F.pad wants them: the last axis first, its begin and end together."""
    pairs = list(zip(*split_pads(pads), strict=True))
    return tuple(p for pair in reversed(pairs) for p in pair)
