"""Means of many numbers, written into a graph so that they keep their digits.

ONNX Runtime adds up in float32, one number after another: of 16 million in a row the sum has hardly
a right digit left. So one axis is taken after another, and a long one in pieces.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from app.layers._nodes import LAST, Nodes
from app.layers.base import Shape

# So many are added up in a row, with an error of some parts in 100,000 at most.
MOST_IN_A_ROW = 4096


def mean(nodes: Nodes, source: str, shape: Shape, axes: Iterable[int]) -> str:
    """Add what takes the mean over some axes, which stay as ones, and return its name.

    Args:
        nodes: where to write.
        source: the name of what is taken the mean of.
        shape: its own; axes before those that are taken may have another size when it runs.
        axes: to take, in any order.
    """
    for axis in sorted(axes, reverse=True):
        source = _along(nodes, source, shape, axis)
        shape = (*shape[:axis], 1, *shape[axis + 1 :])
    return source


def _along(nodes: Nodes, source: str, shape: Shape, axis: int) -> str:
    length = shape[axis]
    if length <= MOST_IN_A_ROW:
        return _reduced(nodes, source, axis)
    each = math.isqrt(length)
    whole = length // each * each
    head = source if whole == length else nodes.slice(source, [0], [whole], [axis])
    # Zeros stand for the sizes that are there.
    before, behind = (0 for _ in shape[:axis]), shape[axis + 1 :]
    pieces = nodes.integers([*before, whole // each, each, *behind])
    of_each = _reduced(nodes, nodes.add("Reshape", head, pieces), axis + 1, keepdims=0)
    middle = _reduced(nodes, of_each, axis)
    if whole == length:
        return middle
    rest = _reduced(nodes, nodes.slice(source, [whole], [LAST], [axis]), axis)
    share = nodes.constant(whole / length), nodes.constant(1 - whole / length)
    return nodes.add("Add", nodes.add("Mul", middle, share[0]), nodes.add("Mul", rest, share[1]))


def _reduced(nodes: Nodes, source: str, axis: int, keepdims: int = 1) -> str:
    return nodes.add("ReduceMean", source, nodes.integers([axis]), keepdims=keepdims)


def single(total: Any) -> Any:
    """Return a sum in float64, infinite where float32 has no number for it."""
    return total if not np.isinf(np.float32(total)) else np.float64(np.float32(total))
