"""Batch normalisation in training, written into a graph: the batch's own numbers, those kept."""

from collections.abc import Mapping

from app.layers._means import mean
from app.layers._nodes import Nodes
from app.layers.base import Shape

STATISTICS = ("running_mean", "running_var")


def of_batch(nodes: Nodes, source: str, shape: Shape) -> tuple[str, str]:
    """Write mean and (biased) variance over all axes but the channels'."""
    axes = (0, *range(2, len(shape)))
    middle = mean(nodes, source, shape, axes)
    apart = nodes.add("Sub", source, middle)
    var = mean(nodes, nodes.add("Mul", apart, apart), shape, axes)
    flat = nodes.integers([-1])
    return nodes.add("Reshape", middle, flat), nodes.add("Reshape", var, flat)


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
