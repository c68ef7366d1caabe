"""What an output element of a graph sees of the graph's input: one rule, whatever the graph.

A node looks at its source through a window of its own, a `ReceptiveField` of one layer. Through the
source's field that window becomes one on the graph's input; a node of several sources sees all that
they see. Where that is no window, a `Reach` says what is known: everything stays it, and what
nobody knows stays unknown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, TypeAlias

from app.layers.base import ReceptiveField, Shape

GRAPH_INPUT = -1
"""The number of the source that is the graph's own input."""
# What float32 steps may be off.
_SLACK = 1e-6


class Reach(Enum):
    """What is known of what an element sees, where it is no window.

    Members:
        ALL: everything.
        CELLS: some cells, which another layout has moved apart; all elements together see all.
        UNKNOWN: nobody knows.
    """

    ALL = auto()
    CELLS = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a graph, the nodes before it numbered from 0.

    Attributes:
        sources: the numbers of those it looks at, one at least.
        own: its window on each of them, or what else is known; None is everything.
        size: of its output's spatial axes.
    """

    sources: tuple[int, ...]
    own: ReceptiveField | Reach | None
    size: Shape


class _Axis(NamedTuple):
    """A field along one axis.

    Attributes:
        size: cells of the input, at most.
        offset: where output 0 begins.
        steps: from cell to cell of each map on the way, the input's first. A fraction is rounded
            on its way, so their product does not say how far two outputs can be apart.
    """

    size: int
    offset: float
    steps: tuple[float, ...] = ()

    @property
    def stride(self) -> float:
        return math.prod(self.steps)

    def apart(self, cells: int) -> int:
        """Return how many input cells lie between the begins of outputs so far apart, at most."""
        for step in reversed(self.steps):
            cells = math.ceil(cells * step - _SLACK)
        return cells


Field: TypeAlias = tuple[_Axis, ...]


def receptive_fields(nodes: Sequence[Node], size: Shape) -> list[ReceptiveField | None]:
    """Return what an output element of each node sees of the graph's input; None is no window.

    Args:
        nodes: in order, each after its sources.
        size: of the input's spatial axes.
    """
    return [None if isinstance(seen, Reach) else seen for seen in reaches(nodes, size)]


def reaches(nodes: Sequence[Node], size: Shape) -> list[ReceptiveField | Reach]:
    """Return what an output element of each node sees of the graph's input.

    The size is the most that an element sees. It is exact where no window reaches into padding and
    no step is a fraction; a step that is one (of a layer that enlarges) puts the begin of a field
    within one cell of the coarser map. Cells that a border repeats are not followed.

    Args:
        nodes: in order, each after its sources.
        size: of the input's spatial axes.
    """
    found: list[Field | Reach] = []
    for node in nodes:
        seen = [_before(source, found, nodes, size) for source in node.sources]
        reach = _seen(node, seen)
        # The one place of a map that saw everything has done so wherever it is laid.
        is_all = reach is Reach.CELLS and all(_is_all(field, own, size) for field, own in seen)
        found.append(Reach.ALL if is_all else reach)
    return [field if isinstance(field, Reach) else _told(field) for field in found]


def _before(
    source: int, found: Sequence[Field | Reach], nodes: Sequence[Node], size: Shape
) -> tuple[Field | Reach, Shape]:
    """Return a source's field and the size of its map."""
    if source == GRAPH_INPUT:
        return tuple(_Axis(1, 0) for _ in size), size
    return found[source], nodes[source].size


def _seen(node: Node, sources: Sequence[tuple[Field | Reach, Shape]]) -> Field | Reach:
    own, through = Reach.ALL if node.own is None else node.own, list[Field]()
    known = {own, *(field for field, _ in sources)}
    for reach in (Reach.UNKNOWN, Reach.ALL, Reach.CELLS):
        if reach in known:
            return reach
    assert isinstance(own, ReceptiveField)
    for field, size in sources:
        assert not isinstance(field, Reach)
        if len(own.size) != len(field):
            # A layer that takes a channel axis for a spatial one, or the other way round.
            if any(axis != _Axis(1, 0, axis.steps) or axis.stride != 1 for axis in field):
                return Reach.CELLS
            field = tuple(_Axis(1, 0) for _ in own.size)
        elif len(sources) > 1:
            field = _spread(field, size, node.size)
        through.append(_through(field, own))
    return through[0] if len(through) == 1 else _union(through, node.size)


def _is_all(field: Field | Reach, own: Shape, size: Shape) -> bool:
    """Tell whether a map has one place, which sees all of an input."""
    if isinstance(field, Reach) or len(field) != len(size):
        return field is Reach.ALL
    covered = (a.offset <= 0 and a.offset + a.size >= n for a, n in zip(field, size, strict=True))
    return math.prod(own) == 1 and all(covered)


def _spread(field: Field, size: Shape, wanted: Shape) -> Field:
    """Return the field of a map that is broadcast: its one cell stands at every place."""
    pairs = zip(field, size, wanted, strict=True)
    return tuple(
        axis._replace(steps=(0,)) if n == 1 and many > 1 and axis.stride else axis
        for axis, n, many in pairs
    )


def _through(field: Field, own: ReceptiveField) -> Field:
    return tuple(
        _Axis(
            axis.size + axis.apart(size - 1),
            axis.offset + offset * axis.stride,
            _joined(axis.steps, stride),
        )
        for axis, size, stride, offset in zip(field, *own, strict=True)
    )


def _joined(steps: tuple[float, ...], stride: float) -> tuple[float, ...]:
    """Return the steps with one more; whole ones behind each other are one."""
    if steps and isinstance(steps[-1], int) and isinstance(stride, int):
        return (*steps[:-1], steps[-1] * stride)
    return steps if stride == 1 and isinstance(stride, int) else (*steps, stride)


def _union(fields: Sequence[Field], size: Shape) -> Field:
    return tuple(_together(axes, outputs) for *axes, outputs in zip(*fields, size, strict=True))


def _together(axes: Sequence[_Axis], outputs: int) -> _Axis:
    """Return what covers several fields, moved by the longest of their strides.

    Where their strides differ they drift apart, so it covers them at the first output and the last.
    """
    steps = max((axis.steps for axis in axes), key=lambda steps: (math.prod(steps), len(steps)))
    stride, last = math.prod(steps), max(outputs - 1, 0)
    ends = [(a, drift) for a in axes for drift in (0, last * (a.stride - stride))]
    begin = min(a.offset + drift for a, drift in ends)
    end = max(a.offset + a.size + drift for a, drift in ends)
    return _Axis(math.ceil(end - begin - _SLACK), begin, steps)


def _told(field: Field) -> ReceptiveField:
    return ReceptiveField(
        tuple(axis.size for axis in field),
        tuple(axis.stride for axis in field),
        tuple(axis.offset for axis in field),
    )
