"""Which maps of a stage are made of which maps before it: what the lines of a graph stand for."""

from typing import NamedTuple

from app.graphs import Stage
from app.layers.base import Touched
from app.networks.operators import Operator

_CHANNELS = 1


class Links(NamedTuple):
    """Maps in groups: each map of a group is made of all maps of the same group before it.

    Attributes:
        groups: as many as there are maps where each is made of its own one alone.
        first: the map that the first group makes first.
        maps: how many maps all groups make together; further ones are made of other sources.
    """

    groups: int
    first: int
    maps: int


def links_of(stage: Stage, tensor: str) -> Links | None:
    """Return how the maps of a stage hang together with those of one of its sources.

    Args:
        stage: of a graph.
        tensor: what it takes that source as.

    Returns:
        None where neither is made of maps, or nobody can say.
    """
    before, made = stage.shapes[tensor], stage.output
    if len(before) <= _CHANNELS + 1 or len(made) <= _CHANNELS + 1 or 0 in (*before, *made):
        return None
    count, maps = before[_CHANNELS], made[_CHANNELS]
    first, last = (_fed(stage, tensor, channel) for channel in (0, count - 1))
    if isinstance(first, slice):
        return Links(max(1, maps // max(1, len(range(*first.indices(maps))))), 0, maps)
    if first is None or last != first + count - 1:
        return None
    return Links(1, 0, maps) if count == 1 else Links(count, first, count)


def _fed(stage: Stage, tensor: str, channel: int) -> int | slice | None:
    """Return which maps a channel of a source is needed for."""
    shape = stage.shapes[tensor]
    at = (0, channel, *(n // 2 for n in shape[_CHANNELS + 1 :]))
    layer = stage.layer
    fed: Touched
    if isinstance(layer, Operator):
        fed = layer.feeds_from(stage.shapes, tensor, at)
    else:
        fed = layer.feeds(stage.shapes, at)
    return fed[_CHANNELS] if len(fed) > _CHANNELS else None
