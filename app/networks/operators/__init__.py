"""Operators of other people's graphs that are no layer here: branches that meet, numbers moved.

They have a layer's facets, but no route and no form. What is in none of these files is run and
shown, and said to be unexplained.
"""

from collections.abc import Callable, Mapping

from app.layers import ReadLayer, read_node
from app.layers._graph_node import GraphNode
from app.layers.base import INPUT, Array
from app.networks.operators._base import Operator, each_alone, tensor_name
from app.networks.operators._costs import learned_places
from app.networks.operators.concat import Concat
from app.networks.operators.elementwise import Elementwise
from app.networks.operators.moved import Moved
from app.networks.operators.unexplained import Unexplained

__all__ = [
    "Moved",
    "Operator",
    "Unexplained",
    "each_alone",
    "learned_places",
    "read_any",
    "tensor_name",
]

_READERS: Mapping[str, Callable[[GraphNode], Operator | None]] = {
    name: kind.of_node for kind in (Elementwise, Concat, Moved) for name in kind.operators
}


def read_any(node: GraphNode, *, first: bool = True) -> ReadLayer:
    """Read a node as a layer, else as one of these operators, else as what is only shown.

    Args:
        node: what is known of it.
        first: it is read for its first output; further ones are only shown.
    """
    alone = node.varies(0) and not any(node.varies(n) for n in range(1, len(node.shapes)))
    found = read_node(node) if alone and first and not node.is_whole else None
    return found or _read_operator(node, first=first)


def _read_operator(node: GraphNode, *, first: bool) -> ReadLayer:
    reader = _READERS.get(node.operator) if first else None
    operator = (reader(node) if reader else None) or Unexplained.of_node(node, first=first)
    places = [n for n in range(len(node.shapes)) if node.sent(n)]
    shapes = {tensor_name(n): tuple(node.shapes[n] or ()) for n in places}
    held: dict[str, Array] = {
        tensor_name(n): node.constant(n) for n in places if not node.varies(n)
    }
    shapes.setdefault(INPUT.name, ())
    return ReadLayer(operator, shapes, held)
