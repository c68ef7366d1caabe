"""What can be said of a tensor in six numbers."""

from dataclasses import dataclass

import numpy as np

from app.layers.base import Array


@dataclass(frozen=True, slots=True)
class Stats:
    """Over the finite elements; `zeros` and `nonfinite` count."""

    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    zeros: int
    nonfinite: int


def describe(array: Array) -> Stats:
    """Return the statistics of a tensor; the spread is the population's."""
    flat = array.reshape(-1)
    zeros = flat.size - int(np.count_nonzero(flat))
    if not flat.size:
        return Stats(None, None, None, None, 0, 0)
    low, high = float(flat.min()), float(flat.max())
    nonfinite = 0
    if not (np.isfinite(low) and np.isfinite(high)):
        finite = flat[np.isfinite(flat)]
        nonfinite, flat = flat.size - finite.size, finite
        if not flat.size:
            return Stats(None, None, None, None, zeros, nonfinite)
        low, high = float(flat.min()), float(flat.max())
    mean = float(flat.mean(dtype=np.float64))
    apart = flat - np.float32(mean)
    square = float(np.einsum("i,i->", apart, apart, dtype=np.float64)) / flat.size
    return Stats(low, high, mean, float(np.sqrt(square)), zeros, nonfinite)
