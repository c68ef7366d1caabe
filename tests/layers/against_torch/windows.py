"""Pooling as a plain loop over windows, for what PyTorch itself does not offer."""

import itertools
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from app.layers.base import Array

Fold: TypeAlias = Callable[[Array, int], float]
"""Makes one number of the cells that exist in a window and the number of places that count."""


class Window(NamedTuple):
    """The window along one axis, and the padding on both sides of it."""

    kernel: int
    stride: int
    begin: int
    end: int
    dilation: int
    ceil: bool

    def places(self, size: int) -> list[list[int]]:
        """Return the places that each window touches, those past the input too.

        Rounding up adds a window that reaches past the end, if it begins before the end padding.
        """
        found: list[list[int]] = []
        start, last = -self.begin, size + self.end - 1
        while True:
            touched = [start + i * self.dilation for i in range(self.kernel)]
            fits = touched[-1] <= last
            partly = self.ceil and start < size and self._before(start) < last
            if not fits and not partly:
                return found
            found.append(touched)
            start += self.stride

    def _before(self, start: int) -> int:
        """Return where the window before this one ended."""
        return start - self.stride + self.dilation * (self.kernel - 1)


def pool(x: Array, windows: list[Window], fold: Fold) -> Array | None:
    """Fold every window of (N, C, *size); None when no window fits."""
    sizes = x.shape[2:]
    places = [w.places(n) for w, n in zip(windows, sizes, strict=True)]
    if not all(places):
        return None
    out = np.empty((*x.shape[:2], *map(len, places)), np.float32)
    for at in np.ndindex(*out.shape):
        touched = [axis[i] for axis, i in zip(places, at[2:], strict=True)]
        real = [[p for p in t if 0 <= p < n] for t, n in zip(touched, sizes, strict=True)]
        cells = [x[(*at[:2], *p)] for p in itertools.product(*real)]
        out[at] = fold(np.array(cells, np.float64), _counted(touched, windows, sizes))
    return out


def _counted(touched: list[list[int]], windows: list[Window], sizes: tuple[int, ...]) -> int:
    """Return how many places lie in the padded input; those past it never count."""
    return int(
        np.prod(
            [
                sum(-w.begin <= p < n + w.end for p in t)
                for t, w, n in zip(touched, windows, sizes, strict=True)
            ]
        )
    )
