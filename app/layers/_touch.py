"""What an element touches: strided slices of another tensor, in exact integers."""

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

from app.layers._stamps import StampAxis
from app.layers._window import Axis


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
    """Return every combination of one span of each axis."""
    return list(dict.fromkeys(product(*axes)))


def spans(indices: Iterable[int]) -> list[Span]:
    """Return sorted indices as runs of equal steps, as few as reading from the left gives."""
    found: list[Span] = []
    for i in sorted(set(indices)):
        last = found[-1] if found else None
        if last and (last.stop == last.start + 1 or i - last.stop + 1 == last.step):
            step = i - last.start if last.stop == last.start + 1 else last.step
            found[-1] = Span(last.start, i + 1, step)
        else:
            found.append(one(i))
    return found


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
