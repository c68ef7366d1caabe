"""What moves numbers and changes none: flatten, pad."""

from collections.abc import Iterable
from typing import Any

from tests.corpus import left_out
from tests.corpus.nodes import Node
from tests.corpus.request import LeftOut, Request, plain


def flatten(node: Node) -> Request:
    """ONNX makes two axes of all, split before `axis`; PyTorch joins one run of axes."""
    x, y = node.input(0), node.outputs[0]
    axis = node.attributes.get("axis", 1) % x.ndim
    if axis == 0:
        x, axis = x[None], 1
    if axis == 1:
        return plain("flatten", {"start_dim": 1}, x, y)
    if axis < x.ndim - 1:
        raise LeftOut(left_out.TWO_RUNS)
    return plain("flatten", {"start_dim": 0, "end_dim": axis - 1}, x, y)


_MODES = {"constant": "constant", "edge": "replicate", "reflect": "reflect", "wrap": "circular"}


def pad(node: Node) -> Request:
    """ONNX names all begins, then all ends."""
    x, value = node.input(0), node.optional(2)
    pairs = _by_axis(node.input(1).reshape(2, -1).T.tolist(), node.optional(3), x.ndim)
    mode = _MODES[node.text("mode", "constant")]
    parameters: dict[str, Any] = {"padding": _torch_order(pairs), "mode": mode}
    if mode == "constant" and value is not None:
        parameters["value"] = float(value)
    return plain("pad", parameters, x, node.outputs[0])


def center_crop_pad(node: Node) -> Request:
    """Cut off, or filled with zeros, on both sides alike; the odd cell is at the end."""
    x, wanted, axes = node.input(0), node.input(1).tolist(), node.attributes.get("axes")
    sizes = [x.shape[axis] for axis in (range(x.ndim) if axes is None else axes)]
    grown = [new - old for old, new in zip(sizes, wanted, strict=True)]
    begins = [abs(n) // 2 * (1 if n > 0 else -1) for n in grown]
    pairs = _by_axis([[b, n - b] for b, n in zip(begins, grown, strict=True)], axes, x.ndim)
    return plain("pad", {"padding": _torch_order(pairs)}, x, node.outputs[0])


def _by_axis(sides: list[list[int]], axes: Iterable[int] | None, rank: int) -> list[list[int]]:
    """Return begin and end of every axis, where `axes` may name only some."""
    pairs = [[0, 0] for _ in range(rank)]
    for axis, pair in zip(range(rank) if axes is None else axes, sides, strict=True):
        pairs[axis] = pair
    return pairs


def _torch_order(pairs: list[list[int]]) -> list[int]:
    """Return begin and end of each axis, the last one first, as far as there is anything to do."""
    touched = [axis for axis, pair in enumerate(pairs) if any(pair)]
    return [n for pair in reversed(pairs[touched[0] :]) for n in pair]
