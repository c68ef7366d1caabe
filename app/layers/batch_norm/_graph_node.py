"""Batch normalisation read back from a node of any graph."""

from typing import Any

from app.layers._graph_node import GraphNode
from app.layers.base import Array

_LEARNED = {"weight": 1, "bias": 2}
_KEPT = {"running_mean": 3, "running_var": 4}
_SAYS_SO = 14


def batch_norm_of(node: GraphNode) -> tuple[dict[str, Any], dict[str, Array]] | None:
    """Return the fields and the numbers of each channel; None where the run makes some of those.

    A node that is still in training takes mean and variance of the batch, not those it keeps.
    """
    trains = _trains(node)
    places = _LEARNED if trains else _LEARNED | _KEPT
    found = {name: node.constant(place) for name, place in places.items()}
    if any(value is None for value in found.values()):
        return None
    return {"eps": node.attributes.get("epsilon", 1e-5), "training": trains}, found


def _trains(node: GraphNode) -> bool:
    """Tell whether a node is in training: before an attribute said so, its further outputs did."""
    if node.opset >= _SAYS_SO:
        return bool(node.attributes.get("training_mode", 0))
    return node.makes > 1
