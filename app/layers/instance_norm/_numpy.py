"""Instance normalisation in NumPy."""

import numpy as np

from app.layers.base import Array


def instance_norm(
    x: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None,
    bias: Array | None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array | tuple[Array, Array, Array]:
    """Return (x − mean) / √(var + eps) · weight + bias, of each channel of each sample.

    With statistics of the input, running ones that were sent are kept on and come after the output.
    """
    line = (1, -1, *[1] * (x.ndim - 2))
    axes = tuple(range(2, x.ndim))
    if use_input_stats or running_mean is None or running_var is None:
        mean, var = np.mean(x, axes, keepdims=True), np.var(x, axes, keepdims=True)
    else:
        mean, var = running_mean.reshape(line), running_var.reshape(line)
    y: Array = (x - mean) / np.sqrt(var + eps)
    if weight is not None:
        y = y * weight.reshape(line)
    if bias is not None:
        y = y + bias.reshape(line)
    if not use_input_stats or running_mean is None or running_var is None:
        return y
    # What is kept is the mean over the samples; its variance is the unbiased one.
    values = x[0, 0].size
    unbiased = var * values / (values - 1)
    share = momentum * np.mean(mean, 0).reshape(-1), momentum * np.mean(unbiased, 0).reshape(-1)
    return y, (1 - momentum) * running_mean + share[0], (1 - momentum) * running_var + share[1]
