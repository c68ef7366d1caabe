"""Functions of one number."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.corpus import left_out
from tests.corpus.nodes import Node
from tests.corpus.request import LeftOut, Request, plain

_LARGEST = float(np.finfo(np.float32).max)


def function(name: str, **renamed: tuple[str, float]) -> Callable[[Node], Request]:
    """Return the translation to a function; `renamed`: our parameter, ONNX's name and default."""

    def translate(node: Node) -> Request:
        own = {ours: node.attributes.get(*theirs) for ours, theirs in renamed.items()}
        return _asked(node, name, own)

    return translate


def fixed(name: str, **values: float) -> Callable[[Node], Request]:
    """Return the translation to a function without parameters, at these attributes only."""

    def translate(node: Node) -> Request:
        if any(node.attributes.get(n, v) != v for n, v in values.items()):
            raise LeftOut(left_out.FIXED_NUMBERS)
        return _asked(node, name, {})

    return translate


def hardsigmoid(node: Node) -> Request:
    slope, shift = node.attributes.get("alpha", 0.2), node.attributes.get("beta", 0.5)
    if (np.float32(slope), shift) != (np.float32(1 / 6), 0.5):
        raise LeftOut(left_out.FIXED_NUMBERS)
    return _asked(node, "hardsigmoid", {})


def gelu(node: Node) -> Request:
    return _asked(node, "gelu", {"approximate": node.text("approximate", "none")})


def clip(node: Node) -> Request:
    low, high = (
        default if bound is None else float(bound)
        for bound, default in ((node.optional(1), -_LARGEST), (node.optional(2), _LARGEST))
    )
    if low > high:
        raise LeftOut(left_out.CROSSED_BOUNDS)
    return _asked(node, "hardtanh", {"min_val": low, "max_val": high})


def prelu(node: Node) -> Request:
    """ONNX lines the slopes up with the last axes; here they belong to axis 1."""
    x, slopes, y = node.input(0), node.input(1), node.outputs[0]
    long = [axis - slopes.ndim for axis, size in enumerate(slopes.shape) if size > 1]
    if len(long) > 1:
        # A slope for every element: each is a channel of its own.
        slopes = np.broadcast_to(slopes, x.shape)
        x, y = x.reshape(1, -1), y.reshape(1, -1)
    elif long:
        x, y = (np.moveaxis(value, long[0], 1) for value in (x, y))
    tensors = {"input": x, "weight": slopes.reshape(-1)}
    return Request("activation", {"function": "prelu"}, tensors, {"output": y})


def _asked(node: Node, name: str, own: dict[str, Any]) -> Request:
    x = node.input(0)
    if x.dtype.name == "bfloat16":
        raise LeftOut(left_out.BFLOAT16)
    return plain("activation", {"function": name, **own}, x, node.outputs[0])
