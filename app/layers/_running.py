"""Running numbers of each channel, as normalisations keep them for later, written into a graph."""

from collections.abc import Mapping

from app.layers._nodes import Nodes

STATISTICS = ("running_mean", "running_var")


def running(
    nodes: Nodes, x: Mapping[str, str], batch: tuple[str, str], values: int, momentum: float
) -> dict[str, str]:
    """Write the running numbers after a batch; their variance is the unbiased one.

    Args:
        nodes: where to write.
        x: the names of the old ones.
        batch: the names of its mean and variance.
        values: how many numbers of a channel the batch has.
        momentum: the share of the batch.
    """
    middle, var = batch
    unbiased = nodes.add("Mul", var, nodes.constant(values / (values - 1)))
    old, new = nodes.constant(1.0 - momentum), nodes.constant(momentum)
    made = {}
    for name, value in zip(STATISTICS, (middle, unbiased), strict=True):
        parts = (nodes.add("Mul", x[name], old), nodes.add("Mul", value, new))
        made[f"new_{name}"] = nodes.add("Add", *parts)
    return made
