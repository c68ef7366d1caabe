"""Where an output place of a resized axis takes its value from: source cells and their weights."""

from typing import NamedTuple

import numpy as np

from app.layers.base import Array

_CUBIC = -0.75  # PyTorch's coefficient


class Taps(NamedTuple):
    """For each output place the source cells and how much each counts; both (outputs, taps)."""

    cells: Array
    weights: Array


def one_cell(size: int, places: Array) -> Taps:
    """Return the one cell at or before each place."""
    cells = np.floor(places).astype(np.int64)
    return Taps(np.minimum(cells, size - 1)[:, None], np.ones((len(places), 1), np.float32))


def two_cells(size: int, places: Array) -> Taps:
    """Return the two cells on either side of each place."""
    places = np.maximum(places, np.float32(0))
    first = np.minimum(places.astype(np.int64), size - 1)
    after = (places - first).clip(0, 1).astype(np.float32)
    cells = np.stack([first, np.minimum(first + 1, size - 1)], 1)
    return Taps(cells, np.stack([np.float32(1) - after, after], 1))


def four_cells(size: int, places: Array) -> Taps:
    """Return the four cells around each place."""
    first = np.floor(places)
    t = (places - first).astype(np.float32)
    cells = np.clip(first.astype(np.int64)[:, None] + np.arange(-1, 3), 0, size - 1)
    weights = [_far(t + 1), _near(t), _near(1 - t), _far(2 - t)]
    return Taps(cells, np.stack(weights, 1).astype(np.float32))


def step(size: int, outputs: int, ratio: np.float32, *, corners: bool) -> tuple[float, float]:
    """Return how far apart the places of a blend lie in the input, and where the first one lies."""
    if corners:
        return ((size - 1) / (outputs - 1) if outputs > 1 else 0.0), 0.0
    return float(ratio), (float(ratio) - 1) / 2


def centred(steps: Array, ratio: np.float32) -> Array:
    """Return where the middles of outputs lie in the input, in its cells."""
    return ratio * (steps + np.float32(0.5)) - np.float32(0.5)


def ratio(n: int, outputs: int, factor: float | None, count: int, mode: str) -> np.float32:
    """Return how many input cells there are for each output of an axis, one of `count`.

    It is worked out in float32, as PyTorch does, and from the factor where it does so.
    """
    copied = mode != "bicubic" and outputs == n
    if mode == "nearest":
        copied = count == 2 and outputs in (n, 2 * n)
    if factor is None or copied:
        return np.float32(n) / np.float32(outputs)
    return np.float32(1 / factor)


def taps(
    steps: Array, n: int, outputs: int, ratio: np.float32, mode: str, align_corners: bool
) -> Taps:
    """Return the source cells of some outputs of an axis of `n` cells."""
    if mode == "nearest":
        return one_cell(n, steps * ratio)
    places = centred(steps, ratio)
    if align_corners:
        places = steps * np.float32(step(n, outputs, ratio, corners=True)[0])
    return four_cells(n, places) if mode == "bicubic" else two_cells(n, places)


def _near(d: Array) -> Array:
    return ((_CUBIC + 2) * d - (_CUBIC + 3)) * d * d + 1


def _far(d: Array) -> Array:
    return ((_CUBIC * d - 5 * _CUBIC) * d + 8 * _CUBIC) * d - 4 * _CUBIC
