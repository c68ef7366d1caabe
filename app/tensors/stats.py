"""What can be said of a tensor in six numbers."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.layers.base import Array

# A piece that fits the cache, so that no temporary as large as the tensor is made.
_PIECE = 131_072
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
    pieces = [_measure(flat[i : i + _PIECE]) for i in range(0, flat.size, _PIECE)]
    zeros, nonfinite = sum(p.zeros for p in pieces), sum(p.nonfinite for p in pieces)
    found = [p for p in pieces if p.finite]
    if not found:
        return Stats(None, None, None, None, zeros, nonfinite)
    count = sum(p.finite for p in found)
    mean = sum(p.finite * p.mean for p in found) / count
    square = sum(p.square + p.finite * (p.mean - mean) ** 2 for p in found) / count
    low, high = min(p.low for p in found), max(p.high for p in found)
    return Stats(low, high, mean, math.sqrt(square), zeros, nonfinite)


def _measure(piece: Array) -> _Piece:
    zeros, nonfinite = int(np.count_nonzero(piece == 0)), 0
    low, high = float(piece.min()), float(piece.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        finite = piece[np.isfinite(piece)]
        nonfinite, piece = piece.size - finite.size, finite
        if not piece.size:
            return _Piece(zeros, nonfinite, 0, 0.0, 0.0, 0.0, 0.0)
        low, high = float(piece.min()), float(piece.max())
    # float32 sums are pairwise, so exact enough, and four times as fast; but its squares end early.
    size = max(-low, high)
    plain = piece.dtype == np.float32 and (size == 0 or _SMALL < size < _LARGE)
    exact = np.float32 if plain else np.float64
    mean = float(piece.sum(dtype=exact)) / piece.size
    apart = piece - exact(mean)
    off = float(apart.sum(dtype=exact)) / piece.size
    square = float(np.einsum("i,i->", apart, apart)) - piece.size * off**2
    return _Piece(zeros, nonfinite, piece.size, low, high, mean + off, max(square, 0.0))
