"""Windows as strided slices of an array: what the NumPy forms of layers are made of.

A NumPy form is a plain function that says the layer once more. It is run for the cross-check and
shown to people, together with what it calls, as a program of its own.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np

from app.layers.base import Array

Where: TypeAlias = tuple[Any, ...]


def window_count(
    size: int, kernel: int, stride: int, around: int, dilation: int, begin: int, ceil_mode: bool
) -> int:
    """Return how many windows there are along an axis; `around` is the padding of both sides."""
    room = size + around - dilation * (kernel - 1) - 1
    if not ceil_mode:
        return room // stride + 1
    count = -(-room // stride) + 1
    # No window may start past the input.
    return count - 1 if (count - 1) * stride >= begin + size else count


def positions(
    kernel_size: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
    counts: Sequence[int],
) -> Iterator[tuple[Where, Where]]:
    """Yield an index of each position in the kernel, and one of the cells that it meets."""
    for at in itertools.product(*map(range, kernel_size)):
        axes = zip(at, stride, dilation, counts, strict=True)
        cells = [slice(i * d, i * d + (n - 1) * s + 1, s) for i, s, d, n in axes]
        yield (..., *at), (..., *cells)


def with_padding(
    x: Array, begins: Sequence[int], ends: Sequence[int], mode: str = "zeros", value: float = 0.0
) -> Array:
    """Return `x` with cells around its last axes."""
    sides = [(0, 0)] * (x.ndim - len(begins)) + list(zip(begins, ends, strict=True))
    if mode == "zeros":
        return np.pad(x, sides, constant_values=value)
    if mode == "reflect":
        return np.pad(x, sides, mode="reflect")
    return np.pad(x, sides, mode="edge" if mode == "replicate" else "wrap")
