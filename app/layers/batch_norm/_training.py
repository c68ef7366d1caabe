"""Batch normalisation in training, written into a graph: the batch's own numbers."""

from app.layers._means import mean
from app.layers._nodes import Nodes
from app.layers.base import Shape


def of_batch(nodes: Nodes, source: str, shape: Shape) -> tuple[str, str]:
    """Write mean and (biased) variance over all axes but the channels'."""
    axes = (0, *range(2, len(shape)))
    middle = mean(nodes, source, shape, axes)
    apart = nodes.add("Sub", source, middle)
    var = mean(nodes, nodes.add("Mul", apart, apart), shape, axes)
    flat = nodes.integers([-1])
    return nodes.add("Reshape", middle, flat), nodes.add("Reshape", var, flat)
