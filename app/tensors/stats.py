"""What can be said of a tensor in six numbers."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.layers.base import Array

# A piece that fits the cache, so that no temporary as large as the tensor is made.
_PIECE = 131_072
# float32 may be added up in rows of so many, whose sums are added up in float64.
_ROW = 1024
_ONES = np.ones(_ROW, np.float32)
_SMALL, _LARGE = 1e-9, 1e9


@dataclass(frozen=True, slots=True)
class Stats:
    """Over the finite elements; `zeros` and `nonfinite` count."""

    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    zeros: int
    nonfinite: int


class _Piece(NamedTuple):
    """Of one piece: counts, extremes, mean, sum of squares about the mean."""

    zeros: int
    nonfinite: int
    finite: int
    low: float
    high: float
    mean: float
    square: float


def describe(array: Array) -> Stats:
    """Return the statistics of a tensor; the spread is the population's."""
    flat = array.reshape(-1)
    if 0 < flat.size <= _PIECE:
        one = _measure(flat)
        if one.finite:
            std = math.sqrt(one.square / one.finite)
            return Stats(one.low, one.high, one.mean, std, one.zeros, one.nonfinite)
    zeros = nonfinite = count = 0
    pieces = list[_Piece]()
    for start in range(0, flat.size, _PIECE):
        piece = _measure(flat[start : start + _PIECE])
        zeros, nonfinite = zeros + piece.zeros, nonfinite + piece.nonfinite
        if piece.finite:
            count += piece.finite
            pieces.append(piece)
    return _together(pieces, count, zeros, nonfinite)


def _together(pieces: list[_Piece], count: int, zeros: int, nonfinite: int) -> Stats:
    if not pieces:
        return Stats(None, None, None, None, zeros, nonfinite)
    low, high, total, square = math.inf, -math.inf, 0.0, 0.0
    for piece in pieces:
        low, high = min(low, piece.low), max(high, piece.high)
        total += piece.finite * piece.mean
    mean = total / count
    for piece in pieces:
        square += piece.square + piece.finite * (piece.mean - mean) ** 2
    return Stats(low, high, mean, math.sqrt(square / count), zeros, nonfinite)


def _measure(piece: Array) -> _Piece:
    low, high = _ends(piece)
    nonfinite, zeros = 0, 0
    if not (math.isfinite(low) and math.isfinite(high)):
        finite = piece[np.isfinite(piece)]
        nonfinite, piece = piece.size - finite.size, finite
        if not piece.size:
            return _Piece(0, nonfinite, 0, 0.0, 0.0, 0.0, 0.0)
        low, high = _ends(piece)
    if low <= 0 <= high:
        zeros = int(np.count_nonzero(piece == 0))
    # The squares of what is very small or large leave float32.
    size = max(-low, high)
    is_plain = piece.dtype == np.float32 and (size == 0 or _SMALL < size < _LARGE)
    mean, square = _by_rows(piece) if is_plain and piece.size >= _ROW else _exactly(piece)
    return _Piece(zeros, nonfinite, piece.size, low, high, mean, square)


def _ends(piece: Array) -> tuple[float, float]:
    # Without the ways around these that `min` and `max` take, which cost more than a short row.
    return float(np.minimum.reduce(piece)), float(np.maximum.reduce(piece))


def _exactly(piece: Array) -> tuple[float, float]:
    """Return the mean and the sum of the squares about it, in float64."""
    values = piece.astype(np.float64)
    mean = float(np.add.reduce(values)) / values.size
    values -= mean
    if piece.dtype == np.float32:
        return mean, float(values.dot(values))
    with np.errstate(over="ignore"):
        return mean, float(values.dot(values))


def _by_rows(piece: Array) -> tuple[float, float]:
    """Return the same in a quarter of the time."""
    mean, square = _about_zero(piece)
    # Far from zero, or close to one number, most digits of the sum of squares are the mean's.
    if square < piece.size * mean**2:
        middle = np.float32(mean)
        off, square = _about_zero(piece - middle)
        mean = float(middle) + off
    return mean, max(square, 0.0)


def _about_zero(piece: Array) -> tuple[float, float]:
    whole = piece.size - piece.size % _ROW
    rows = piece[:whole].reshape(-1, _ROW)
    total = float(np.add.reduce(np.vecdot(rows, _ONES), dtype=np.float64))
    squares = float(np.add.reduce(np.vecdot(rows, rows), dtype=np.float64))
    if whole < piece.size:
        rest = piece[whole:].astype(np.float64)
        total, squares = total + float(np.add.reduce(rest)), squares + float(rest.dot(rest))
    mean = total / piece.size
    return mean, squares - piece.size * mean**2
