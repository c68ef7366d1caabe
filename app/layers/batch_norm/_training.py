"""Batch normalisation in training, written into a graph: the batch's own numbers, those kept."""

from collections.abc import Mapping

from app.layers._nodes import Nodes

STATISTICS = ("running_mean", "running_var")


def of_batch(nodes: Nodes, source: str, rank: int) -> tuple[str, str]:
    """Write mean and (biased) variance over all axes but the channels'."""
    axes = nodes.integers([0, *range(2, rank)])
    mean = nodes.add("ReduceMean", source, axes, keepdims=1)
    apart = nodes.add("Sub", source, mean)
    var = nodes.add("ReduceMean", nodes.add("Mul", apart, apart), axes, keepdims=0)
    return nodes.add("Reshape", mean, nodes.integers([-1])), var


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
    mean, var = batch
    unbiased = nodes.add("Mul", var, nodes.constant(values / (values - 1)))
    old, new = nodes.constant(1.0 - momentum), nodes.constant(momentum)
    made = {}
    for name, value in zip(STATISTICS, (mean, unbiased), strict=True):
        parts = (nodes.add("Mul", x[name], old), nodes.add("Mul", value, new))
        made[f"new_{name}"] = nodes.add("Add", *parts)
    return made
