"""Padding read back from a node of any graph."""

from typing import Any

from app.layers._graph_node import GraphNode

_MODES = {"constant": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}


def pad_fields(node: GraphNode) -> dict[str, Any] | None:
    """Return the fields of the layer, its sides in PyTorch's order, the last axis first."""
    rank = len(node.shapes[0] or ())
    pads, mode = node.integers("pads", 1), node.attributes.get("mode", "constant")
    if pads is None or node.varies(2) or node.varies(3) or mode not in _MODES:
        return None
    axes, half = node.integers("axes", 3) or list(range(rank)), len(pads) // 2
    sides = dict.fromkeys(range(rank), (0, 0))
    for axis, begin, end in zip(axes, pads[:half], pads[half:], strict=True):
        sides[axis % rank] = (begin, end)
    padding = tuple(n for axis in reversed(range(rank)) for n in sides[axis])
    if mode == "constant":
        return {"padding": padding, "value": node.number("value", 2, 0.0)}
    while len(padding) > 2 and padding[-2:] == (0, 0):
        padding = padding[:-2]  # The other modes fill the spatial axes alone.
    return {"padding": padding, "mode": _MODES[mode]}
