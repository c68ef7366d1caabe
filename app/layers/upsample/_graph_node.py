"""A resize read back from a node of any graph, where it is one that PyTorch has too."""

from collections.abc import Sequence
from typing import Any

from app.layers._graph_node import GraphNode

_BLENDED = {1: "linear", 2: "bilinear", 3: "trilinear"}
_PLACED = ("half_pixel", "pytorch_half_pixel", "align_corners")
_CUBIC = -0.75
_OF_SCALES = 10
_WITH_REGIONS = 11


def upsample_fields(node: GraphNode) -> dict[str, Any] | None:
    """Return the fields of the layer that places and blends as the node does, None if none does."""
    scales = node.attributes.get("scales")
    if scales is None:
        value = node.constant(1 if node.opset <= _OF_SCALES else 2)
        scales = None if value is None else value.tolist()
    size = node.outputs[0][2:]
    given, shape = node.attributes, node.shapes[0] or ()
    if not _keeps_channels(node) or "axes" in given or given.get("antialias", 0):
        return None
    whole = not scales or all(
        n * s == m for n, s, m in zip(shape[2:], scales[2:], size, strict=True)
    )
    mode = _mode(node, len(size), scales or [])
    if mode is None:
        return None
    corners = _placed(node) == "align_corners"
    # Elsewhere the two put a corner, or the only cell, in different places.
    if (corners and not whole) or (mode != "nearest" and not corners and 1 in size):
        return None
    factors = tuple(map(float, scales[2:])) if scales else None
    sized: dict[str, Any] = {"scale_factor": factors} if factors else {"size": size}
    return {"mode": mode, "align_corners": corners, **sized}


def _keeps_channels(node: GraphNode) -> bool:
    shape = node.shapes[0] or ()
    return len(shape) >= 3 and tuple(shape[:2]) == tuple(node.outputs[0][:2])


def _placed(node: GraphNode) -> str:
    """Return where outputs lie; before opset 11 there was one way."""
    default = "asymmetric" if node.opset < _WITH_REGIONS else "half_pixel"
    return str(node.attributes.get("coordinate_transformation_mode", default))


def _mode(node: GraphNode, count: int, scales: Sequence[float]) -> str | None:
    mode, given = node.attributes.get("mode", "nearest"), node.attributes
    if mode == "nearest":
        whole = bool(scales) and all(float(s).is_integer() for s in scales)
        rounds = given.get("nearest_mode", "floor" if node.opset < _WITH_REGIONS else "")
        # Whole factors: every cell is repeated, whichever way half a cell is rounded down.
        floors = _placed(node) == "asymmetric" and rounds == "floor"
        centred = _placed(node) == "half_pixel" and rounds in ("", "round_prefer_floor")
        return "nearest" if floors or (whole and centred) else None
    if _placed(node) not in _PLACED:
        return None
    if mode == "linear":
        return _BLENDED.get(count)
    cubic = given.get("cubic_coeff_a", _CUBIC) == _CUBIC and not given.get("exclude_outside", 0)
    return "bicubic" if cubic and count == 2 else None
