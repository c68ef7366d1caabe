"""Resize and the Upsample before it, where they take the same cells as PyTorch's."""

import math
from typing import Any

import numpy as np

from tests.corpus import left_out
from tests.corpus.nodes import Array, Node
from tests.corpus.request import LeftOut, Request, plain

_BLENDS = {"linear": ["linear", "bilinear", "trilinear"], "cubic": ["", "bicubic", ""]}


def resize(node: Node) -> Request:
    for name, (neutral, reason) in _UNKNOWN.items():
        if node.attributes.get(name, neutral) != neutral:
            raise LeftOut(reason)
    mode, x, y = node.text("mode", "nearest"), node.input(0), node.outputs[0]
    scales = scales_of(node)
    assert scales[:2] == [1, 1], "only spatial axes are resized"
    if mode == "nearest":
        return plain("upsample", _same_cells(node, scales), x, y)
    by_size = node.optional(3) is not None
    target = {"size": list(y.shape[2:])} if by_size else {"scale_factor": scales[2:]}
    corners = _align_corners(node, scales)
    asked = {"mode": _BLENDS[mode][x.ndim - 3], "align_corners": corners, **target}
    return plain("upsample", asked, x, y)


def upsample(node: Node) -> Request:
    """The older operator: the cell at or before each place, as PyTorch's nearest."""
    scales = [float(s) for s in node.input(1)]
    parameters = {"mode": node.text("mode", "nearest"), "scale_factor": scales[2:]}
    return plain("upsample", parameters, node.input(0), node.outputs[0])


_UNKNOWN: dict[str, tuple[Any, str]] = {
    "antialias": (0, left_out.ANTIALIAS),
    "cubic_coeff_a": (-0.75, left_out.OTHER_CUBIC),
    "exclude_outside": (0, left_out.OTHER_CUBIC),
}


def scales_of(node: Node) -> list[float]:
    """Return the factor of every axis, by which ONNX works out where an output lies."""
    x = node.input(0)
    axes = node.attributes.get("axes", range(x.ndim))
    given, sizes = node.optional(2), node.optional(3)
    if sizes is not None:
        given = sizes / np.array([x.shape[axis] for axis in axes])
        policy = node.text("keep_aspect_ratio_policy", "stretch")
        if policy != "stretch":
            given = np.full(len(given), min(given) if policy == "not_larger" else max(given))
    assert given is not None
    scales = [1.0] * x.ndim
    for axis, scale in zip(axes, given, strict=True):
        scales[axis] = float(scale)
    return scales


def _align_corners(node: Node, scales: list[float]) -> bool:
    """Return how PyTorch calls the rule that says where an output lies."""
    rule, x, y = node.text(_RULE, "half_pixel"), node.input(0), node.outputs[0]
    if rule == "align_corners":
        if any(n * s != math.floor(n * s) for n, s in zip(x.shape, scales, strict=True)):
            raise LeftOut(left_out.FRACTION_OF_A_CELL)
        return True
    if rule == "pytorch_half_pixel" and 1 in y.shape[2:]:
        raise LeftOut(left_out.ONE_PLACE)
    if rule not in ("half_pixel", "pytorch_half_pixel"):
        raise LeftOut(left_out.OTHER_COORDINATES)
    return False


_RULE = "coordinate_transformation_mode"


def _same_cells(node: Node, scales: list[float]) -> dict[str, Any]:
    """Return the factors or the size by which PyTorch's nearest takes the cells of the case."""
    before, after = node.input(0).shape, node.outputs[0].shape
    ratios = [outputs / n for n, outputs in zip(before, after, strict=True)]
    whole = all(int(n * s) == outputs for n, s, outputs in zip(before, scales, after, strict=True))
    if whole and _agree(node, scales, scales):
        return {"scale_factor": scales[2:]}
    if _agree(node, scales, ratios):
        return {"size": list(after[2:])}
    raise LeftOut(left_out.OTHER_CELLS)


def _agree(node: Node, scales: list[float], told: list[float]) -> bool:
    """Tell whether the case's rule takes the cells at or before each place, on every axis."""
    rule, rounding = node.text(_RULE, "half_pixel"), node.text("nearest_mode", "round_prefer_floor")
    columns = zip(node.input(0).shape, node.outputs[0].shape, scales, told, strict=True)
    for n, outputs, scale, factor in columns:
        steps = np.arange(outputs)
        theirs = _rounded(rounding, _places(rule, steps, n, scale)).clip(0, n - 1)
        if (theirs != np.floor(steps / factor)).any():
            return False
    return True


def _places(rule: str, steps: Array, n: int, scale: float) -> Array:
    found: dict[str, Array] = {
        "half_pixel": (steps + 0.5) / scale - 0.5,
        "asymmetric": steps / scale,
        "align_corners": steps * (n - 1) / max(scale * n - 1, 1),
    }
    return found[rule]


def _rounded(rule: str, places: Array) -> Array:
    found: dict[str, Array] = {
        "floor": np.floor(places),
        "ceil": np.ceil(places),
        "round_prefer_floor": np.ceil(places - 0.5),
        "round_prefer_ceil": np.floor(places + 0.5),
    }
    return found[rule]
