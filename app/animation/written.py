"""Numbers as an animation writes them: all cells of a plane alike, sums that fit into a line."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from app.animation.canvas import width_of
from app.layers._notation import shown

_LARGEST, _SMALLEST = 22, 12
_LEAST_AIR, _AIR = 5, 0.17  # of a cell's width
_WHOLE_END = 1e6
# Where a long line can be cut: before a plus or a minus between terms, after a comma.
_JOINTS = re.compile(r" (?=[+−] )|(?<=,) ")


def fixed(value: float, digits: int) -> str:
    """Return a number with so many decimals; what rounds to zero has no sign."""
    if not math.isfinite(value):
        return shown(value)
    text = f"{value:.{digits}f}"
    return text.replace("-", "−" if re.search("[1-9]", text) else "")


def _ways(values: Sequence[float], *, in_full: bool) -> Iterator[Callable[[float], str]]:
    finite = [value for value in values if math.isfinite(value)]
    if all(value == int(value) and abs(value) < _WHOLE_END for value in finite):
        yield lambda value: fixed(value, 0)
        return
    # In full where that is short, as 0.0625; else so that no number becomes a zero.
    if all(_is(value, 2) for value in finite):
        yield partial(fixed, digits=2)
    elif in_full and all(_is(value, 4) for value in finite):
        yield lambda value: fixed(value, 4).rstrip("0").rstrip(".")
    yield from (partial(fixed, digits=d) for d in (2, 1) if not any(_is_lost(v, d) for v in finite))
    yield from (partial(fixed, digits=digits) for digits in (2, 1))


def _is(value: float, digits: int) -> bool:
    """Tell whether so many decimals are all that a float32 has."""
    return abs(value - round(value, digits)) <= 1e-6 * max(1.0, abs(value))


def _is_lost(value: float, digits: int) -> bool:
    return value != 0 and not re.search("[1-9]", fixed(value, digits))


def in_cells(
    values: Sequence[float], width: float, *, in_full: bool = False
) -> tuple[Callable[[float], str], int] | None:
    """Return how the numbers of cells of a width are written, and how large; None: no room.

    Args:
        values: that stand in the cells.
        width: of a cell.
        in_full: write all decimals of numbers that have few.
    """
    room = width - max(_LEAST_AIR, _AIR * width)
    if room < _SMALLEST:
        return None
    largest = min(_LARGEST, int(width * 0.46))
    for way in _ways(values, in_full=in_full):
        texts = {way(value) for value in values}
        for size in range(largest, _SMALLEST - 1, -1):
            if all(width_of(text, size) <= room for text in texts):
                return way, size
    return None


def shortened(text: str, room: int, size: int) -> str:
    """Return a sum in a line of so many pixels; of a long one the middle is left out."""
    if width_of(text, size) <= room:
        return text
    parts = _JOINTS.split(text)
    for kept in range(len(parts) - 2, 0, -1):
        before = " ".join(parts[:kept])
        if _depth(before) != _depth(" ".join(parts[:-1])):
            continue  # a bracket would be left open, or closed that never was opened
        short = before + (" …, " if before.endswith(",") else " + … ") + parts[-1]
        if width_of(short, size) <= room:
            return short
    short = f"… = {text.rpartition(' = ')[2]}"
    return short if width_of(short, size) <= room else "…"


def _depth(text: str) -> int:
    """Return how many brackets are open."""
    return text.count("(") - text.count(")")
