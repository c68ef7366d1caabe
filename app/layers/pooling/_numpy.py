"""Pooling in NumPy: every window at once, one cell of each after the other."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from app.layers._strided import positions, window_count, with_padding
from app.layers.base import Array

Sizes = Sequence[int]


def pool_windows(
    x: Array,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
    value: float,
    beyond: float | None = None,
) -> Iterator[Array]:
    """Yield the first cell of every window, then the second, and so on.

    Args:
        x: (N, C, *size).
        kernel_size: one number an axis, as stride and dilation.
        stride: how far apart the windows are.
        padding: all begins, then all ends.
        dilation: how far apart the cells of a window are.
        ceil_mode: also take windows that reach past the end.
        value: what stands in the padding.
        beyond: what stands past it, where ceil_mode looks; the same if left out.
    """
    count = len(kernel_size)
    begins, ends, more, counts = padding[:count], padding[count:], [], []
    for size, k, s, d, begin, end in zip(
        x.shape[2:], kernel_size, stride, dilation, begins, ends, strict=True
    ):
        n = window_count(size, k, s, begin + end, d, begin, ceil_mode)
        reach = (n - 1) * s + d * (k - 1) + 1
        counts.append(n)
        more.append(max(reach - begin - size - end, 0))
    x = with_padding(x, begins, ends, value=value)
    if any(more):
        x = with_padding(x, [0] * count, more, value=value if beyond is None else beyond)
    for _, cells in positions(kernel_size, stride, dilation, counts):
        yield x[cells]


def max_pool(
    x: Array,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool = False,
) -> Array:
    """Return the largest number of every window; a NaN is the largest of all."""
    windows = pool_windows(x, kernel_size, stride, padding, dilation, ceil_mode, -np.inf)
    y = next(windows).copy()
    for cells in windows:
        np.maximum(y, cells, out=y)
    return y


def max_pool_with_indices(
    x: Array,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool = False,
) -> tuple[Array, Array]:
    """Return the largest number of every window, and where it stood, flat over its channel."""
    plane = np.arange(math.prod(x.shape[2:]), dtype=np.float64).reshape(1, 1, *x.shape[2:])
    sizes = (kernel_size, stride, padding, dilation, ceil_mode)
    windows = zip(pool_windows(x, *sizes, -np.inf), pool_windows(plane, *sizes, -1), strict=True)
    first, place = next(windows)
    y, indices = first.copy(), np.broadcast_to(place, first.shape).astype(np.int64)
    for cells, place in windows:
        larger = (cells > y) | np.isnan(cells)
        y = np.where(larger, cells, y)
        indices = np.where(larger, place, indices).astype(np.int64)
    return y, indices


def avg_pool(
    x: Array,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Array:
    """Return the mean of every window; cells past the padding never count."""
    total = sum(pool_windows(x, kernel_size, stride, padding, dilation, ceil_mode, 0.0))
    ones, inside = np.ones((1, 1, *x.shape[2:])), 1.0 if count_include_pad else 0.0
    counted = sum(
        pool_windows(ones, kernel_size, stride, padding, dilation, ceil_mode, inside, 0.0)
    )
    return total / np.maximum(counted, 1)


def lp_pool(
    x: Array,
    p: float,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool = False,
) -> Array:
    """Return the p-norm of every window."""
    powers = np.abs(x) ** p
    total = sum(pool_windows(powers, kernel_size, stride, padding, dilation, ceil_mode, 0.0))
    return total ** (1 / p)


def adaptive_max_pool(x: Array) -> Array:
    """Return the largest number of every channel; a NaN is the largest of all."""
    y: Array = np.max(x, axis=tuple(range(2, x.ndim)), keepdims=True)
    return y


def adaptive_avg_pool(x: Array) -> Array:
    """Return the mean of every channel."""
    y: Array = np.mean(x, axis=tuple(range(2, x.ndim)), keepdims=True)
    return y
