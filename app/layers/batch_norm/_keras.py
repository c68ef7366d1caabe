"""Batch normalisation as lines of Keras."""

import math

from app.layers.base import Shapes

_AFFINE = {"offset": "bias", "scale": "weight"}


def keras_lines(shapes: Shapes, *, training: bool, momentum: float, eps: float) -> list[str]:
    """Return the lines, the last one an expression.

    In training the running numbers come after the output, with the unbiased variance.
    """
    source = shapes["input"]
    given = "".join(f", {k}={name}" for k, name in _AFFINE.items() if name in shapes)
    mean, var = ("mean", "var") if training else ("running_mean", "running_var")
    made = f"ops.batch_normalization(x, {mean}, {var}, 1{given}, epsilon={eps})"
    if not training:
        return [made]
    axes = (0, *range(2, len(source)))
    if "running_mean" in shapes:
        values = math.prod(source) // source[1]
        old, unbiased = 1 - momentum, values / (values - 1)
        made += f", {old} * running_mean + {momentum} * mean"
        made += f", {old} * running_var + {momentum} * {unbiased} * var"
    return [f"mean, var = ops.moments(x, {axes})", made]
