"""Batch normalisation read back from a node of any graph."""

from app.layers._graph_node import GraphNode
from app.layers.base import Array

_TENSORS = {"weight": 1, "bias": 2, "running_mean": 3, "running_var": 4}


def batch_norm_of(node: GraphNode) -> tuple[float, dict[str, Array]] | None:
    """Return eps and the four numbers a channel; None where a node is still in training."""
    found = {name: node.constant(place) for name, place in _TENSORS.items()}
    trains = len(node.outputs) > 1 or node.attributes.get("training_mode", 0)
    if trains or any(value is None for value in found.values()):
        return None
    return node.attributes.get("epsilon", 1e-5), found
