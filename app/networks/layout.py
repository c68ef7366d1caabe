"""Where pictures and maps have their channels: (N, C, H, W) as PyTorch, or last as Keras has it.

The standard's windows slide over the last axes, so a file of the second kind turns its input first,
and may turn its values back and forth on the way.
"""

from collections.abc import Sequence

import numpy as np

from app.graphs import Stage
from app.layers.base import INPUT, Array, Shape
from app.networks.operators import Moved, Operator

_PICTURE = 4
TO_FIRST, TO_LAST = (0, 3, 1, 2), (0, 2, 3, 1)
"""What turns (N, H, W, C) to (N, C, H, W), and back."""


def channel_axis(*, is_last: bool) -> int:
    """Return the axis of a picture's channels."""
    return _PICTURE - 1 if is_last else 1


def spatial(shape: Sequence[int], *, is_last: bool) -> Shape:
    """Return the sizes along the axes that have places: of a picture its rows and columns."""
    return tuple(shape[1:-1] if is_last else shape[2:])


def as_first(array: Array) -> Array:
    """Return (N, H, W, C) as (N, C, H, W), a view of the same numbers."""
    return array.transpose(TO_FIRST)


def as_last(array: Array) -> Array:
    """Return (N, C, H, W) as (N, H, W, C)."""
    return np.ascontiguousarray(array.transpose(TO_LAST))


def with_channels_last(stages: Sequence[Stage], *, starts: bool) -> frozenset[str]:
    """Return the names of the stages, `input` too, that make (N, H, W, C).

    Args:
        stages: of a graph, each after those that it takes from.
        starts: the graph's input is such a picture.
    """
    found = {INPUT.name} if starts else set[str]()
    for stage in stages:
        before = [source in found for source in stage.sources.values()]
        is_kept = _goes_alone(stage) and len(stage.output) == _PICTURE and all(before)
        if (turns(stage, TO_LAST) and not any(before)) or is_kept:
            found.add(stage.name)
    return frozenset(found)


def turns(stage: Stage, order: Shape) -> bool:
    """Tell whether a stage lays a picture's axes out in another order, this one.

    Where there is one channel, it may as well be written as a change of the shape.
    """
    layer, shape = stage.layer, stage.shapes[INPUT.name]
    if not isinstance(layer, Moved) or len(shape) != _PICTURE:
        return False
    if layer.perm is not None:
        return layer.perm == order
    has_one = shape[channel_axis(is_last=order == TO_FIRST)] == 1
    return has_one and stage.output == tuple(shape[axis] for axis in order)


def _goes_alone(stage: Stage) -> bool:
    """Tell whether each number is made of those that stand at its own index, along every axis."""
    layer, shape = stage.layer, stage.shapes[INPUT.name]
    if isinstance(layer, Operator):
        return layer.goes_alone(stage.shapes)
    middle = tuple(n // 2 for n in shape)
    return shape == stage.output and layer.feeds(stage.shapes, middle) == middle
