"""Batch normalisation in NumPy."""

import numpy as np

from app.layers.base import Array


def batch_norm(
    x: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None,
    bias: Array | None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array | tuple[Array, Array, Array]:
    """Return (x − mean) / √(var + eps) · weight + bias, of each channel of (N, C, ...).

    In training mean and variance are the batch's own, and the running ones come after the output.
    """
    axes, mean, var = (0, *range(2, x.ndim)), running_mean, running_var
    if training or mean is None or var is None:
        mean, var = np.mean(x, axes), np.var(x, axes)
    line = (-1, *[1] * (x.ndim - 2))
    y = (x - mean.reshape(line)) / np.sqrt(var.reshape(line) + eps)
    if weight is not None:
        y = y * weight.reshape(line)
    if bias is not None:
        y = y + bias.reshape(line)
    if not training or running_mean is None or running_var is None:
        return y
    values = x.size // x.shape[1]
    unbiased = var * values / (values - 1)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    return y, new_mean, (1 - momentum) * running_var + momentum * unbiased
