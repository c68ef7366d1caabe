"""What an element touches: strided slices of another tensor, in exact integers."""

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

import numpy as np

from app.layers._stamps import StampAxis
from app.layers._window import Axis, Places
from app.problems import TooLarge

_MOST = 4096


class Span(NamedTuple):
    """The indices start, start + step, ... below stop, of one axis."""

    start: int
    stop: int
    step: int = 1


Box: TypeAlias = tuple[Span, ...]


class Touch(NamedTuple):
    """Elements of the input and of the output, each as boxes that may overlap."""

    inputs: list[Box]
    outputs: list[Box]


def one(index: int) -> Span:
    """Return a single index."""
    return Span(index, index + 1)


def whole(size: int) -> Span:
    """Return a whole axis."""
    return Span(0, size)


def cell(at: Sequence[int]) -> Box:
    """Return a single element."""
    return tuple(map(one, at))


def everything(shape: Sequence[int]) -> Box:
    """Return all elements."""
    return tuple(map(whole, shape))


def boxes(axes: Iterable[Sequence[Span]]) -> list[Box]:
    """Return every combination of one span of each axis.

    Raises:
        TooLarge: there are too many.
    """
    listed = [tuple(dict.fromkeys(spans_of_axis)) for spans_of_axis in axes]
    hold(math.prod(map(len, listed)))
    return list(product(*listed))


def spans(indices: Places | Sequence[int]) -> list[Span]:
    """Return indices as runs of equal steps, as few as reading from the left gives.

    Raises:
        TooLarge: they are too irregular.
    """
    places = np.unique(np.asarray(indices, np.int64))
    steps = np.diff(places)
    turns = np.flatnonzero(steps[1:] != steps[:-1]) + 1
    found: list[Span] = []
    i, last = 0, len(places) - 1
    while i <= last:
        turn = int(np.searchsorted(turns, i, "right"))
        end = min(int(turns[turn]) if turn < len(turns) else last, last)
        step = int(steps[i]) if i < last else 1
        found.append(Span(int(places[i]), int(places[end]) + 1, step))
        i = end + 1
        hold(len(found))
    return found


def hold(made: int) -> None:
    """Refuse more parts than an answer can have.

    Raises:
        TooLarge: with the most that it can.
    """
    if made > _MOST:
        raise TooLarge("what it touches has more than {most} parts", most=_MOST)


def _within(first: int, step: int, count: int, stop: int, start: int = 0) -> list[Span]:
    """Return the members of first + i·step, i < count, from `start` on and below `stop`."""
    low = max(0, -((first - start) // step))
    high = min(count - 1, (stop - 1 - first) // step)
    return [Span(first + low * step, first + high * step + 1, step)] if low <= high else []


def _solve(factor: int, wanted: int, modulus: int) -> tuple[int, int] | None:
    """Return (k, period) of the k ≥ 0 with factor·k ≡ wanted, or None if there is none."""
    common = math.gcd(factor, modulus)
    if wanted % common:
        return None
    period = modulus // common
    return wanted // common * pow(factor // common, -1, period) % period, period


def fed_by(axis: Axis, place: int, outputs: int) -> list[Span]:
    """Return the outputs whose window has a cell at `place`, which may lie in the padding."""
    wanted = place + axis.begin
    found = _solve(axis.dilation, wanted, axis.stride)
    if found is None or found[0] >= axis.kernel:
        return []
    first, period = found
    count = (axis.kernel - 1 - first) // period + 1
    farthest = first + (count - 1) * period
    step = axis.dilation * period // axis.stride
    return _within((wanted - farthest * axis.dilation) // axis.stride, step, count, outputs)


def met_by(axis: Axis, k: int, outputs: int) -> Span:
    """Return the places that position `k` of the kernel meets; the first may lie before 0."""
    first = k * axis.dilation - axis.begin
    return Span(first, first + (outputs - 1) * axis.stride + 1, axis.stride)


def between(span: Span, start: int, stop: int) -> list[Span]:
    """Return the part of a span that lies from `start` on and below `stop`."""
    count = (span.stop - 1 - span.start) // span.step + 1
    return _within(span.start, span.step, count, stop, start)


def mirrored(span: Span, about: int) -> Span:
    """Return the indices about − i of a span's i."""
    last = span.start + (span.stop - 1 - span.start) // span.step * span.step
    return Span(about - last, about - span.start + 1, span.step)


def stamped(axis: StampAxis, place: int) -> list[Span]:
    """Return the outputs that the stamp of an input place reaches."""
    return _within(place * axis.stride - axis.begin, axis.dilation, axis.kernel, axis.output)


def stamped_with(axis: StampAxis, k: int) -> tuple[list[Span], list[Span]]:
    """Return the inputs that lay position `k` of the kernel onto the output, and where."""
    first = k * axis.dilation - axis.begin
    reached = _within(first, axis.stride, axis.size, axis.output)
    sources = [
        Span((r.start - first) // axis.stride, (r.stop - 1 - first) // axis.stride + 1)
        for r in reached
    ]
    return sources, reached
