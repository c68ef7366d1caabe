"""Which maps of a stage are made of which maps before it: what the lines of a graph stand for."""

from typing import NamedTuple

from app.graphs import Stage
from app.networks.layout import channel_axis

_FEWEST = 3  # axes of what has maps


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


class _Axes(NamedTuple):
    """Which axis has the channels of a source, and which those of what is made of it."""

    before: int
    made: int


def links_of(stage: Stage, tensor: str, last: frozenset[str] = frozenset()) -> Links | None:
    """Return how the maps of a stage hang together with those of one of its sources.

    Args:
        stage: of a graph.
        tensor: what it takes that source as.
        last: the names of what has its channels last.

    Returns:
        None where neither is made of maps, or nobody can say.
    """
    before, made = stage.shapes[tensor], stage.output
    if len(before) < _FEWEST or len(made) < _FEWEST or 0 in (*before, *made):
        return None
    places = (stage.sources[tensor] in last, stage.name in last)
    axes = _Axes(*(channel_axis(is_last=is_last) for is_last in places))
    count, maps = before[axes.before], made[axes.made]
    first, end = (_fed(stage, tensor, channel, axes) for channel in (0, count - 1))
    if isinstance(first, slice):
        return Links(max(1, maps // max(1, len(range(*first.indices(maps))))), 0, maps)
    if first is None or end != first + count - 1:
        return None
    return Links(1, 0, maps) if count == 1 else Links(count, first, count)


def _fed(stage: Stage, tensor: str, channel: int, axes: _Axes) -> int | slice | None:
    """Return which maps a channel of a source is needed for."""
    middle = [0, *(n // 2 for n in stage.shapes[tensor][1:])]
    at = (*middle[: axes.before], channel, *middle[axes.before + 1 :])
    fed = stage.layer.feeds_from(stage.shapes, tensor, at)
    return fed[axes.made] if len(fed) > axes.made else None
