"""Instance normalisation as lines of Keras."""

from app.layers.base import Shapes

_AFFINE = {"offset": "bias", "scale": "weight"}


def with_running(shapes: Shapes, eps: float) -> list[str]:
    """Return the line that takes the running numbers."""
    given = "".join(f", {k}={name}" for k, name in _AFFINE.items() if name in shapes)
    return [f"ops.batch_normalization(x, running_mean, running_var, 1{given}, epsilon={eps})"]


def kept_after(values: int, momentum: float) -> str:
    """Return what follows the output: the running numbers after groups with a mean and a var.

    Args:
        values: how many numbers a channel has in each sample.
        momentum: the share of the new ones.
    """
    old, unbiased = 1 - momentum, values / (values - 1)
    of_all = "ops.reshape(ops.mean({}, axis=0), (-1,))"
    mean, var = of_all.format("mean"), of_all.format("var")
    kept = f"{old} * running_mean + {momentum} * {mean}"
    return f", {kept}, {old} * running_var + {momentum} * {unbiased} * {var}"
