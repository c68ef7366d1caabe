"""Why a network says what it says: parts of the picture covered, maps that its scores weigh."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from app.graphs import Stage
from app.layers._formula import X
from app.layers.base import INPUT, Array, Shape
from app.networks.follow import Values, as_was, explain_stage, is_explained
from app.networks.graph import Graph
from app.problems import Invalid


class Occlusion(NamedTuple):
    """What covering a part of the picture does to one class.

    Attributes:
        tops: the first row of each row of squares.
        lefts: the first column of each column of squares.
        shares: (rows, columns): what the network gives the class with that square covered.
        before: what it gives with nothing covered.
    """

    tops: list[int]
    lefts: list[int]
    shares: Array
    before: float


def occlude(
    run: Callable[[Array], Array], array: Array, chosen: int, side: int, step: int, grey: float
) -> Occlusion:
    """Cover one square after the other and run the network for each.

    Args:
        run: gives the shares of all classes for a prepared picture.
        array: the picture, (1, C, H, W).
        chosen: which class is watched.
        side: of a square, in cells.
        step: from one square to the next.
        grey: what the square is filled with.
    """
    tops, lefts = (begins(size, side, step) for size in array.shape[2:])
    shares = np.zeros((len(tops), len(lefts)), np.float32)
    for row, top in enumerate(tops):
        for column, left in enumerate(lefts):
            covered = array.copy()
            covered[:, :, top : top + side, left : left + side] = grey
            shares[row, column] = run(covered).reshape(-1)[chosen]
    return Occlusion(tops, lefts, shares, float(run(array).reshape(-1)[chosen]))


def begins(size: int, side: int, step: int) -> list[int]:
    """Return where squares begin, so that the last one reaches the end."""
    found = list(range(0, max(size - side, 0) + 1, step))
    if found[-1] + side < size:
        found.append(size - side)
    return found


class ClassMap(NamedTuple):
    """Where in the last maps a class was seen.

    Attributes:
        stage: whose maps they are; −1 is the picture itself.
        cells: (H, W): what each place of all maps adds to the score of the class.
        bias: what is added whatever is seen; with the sum of the cells it is the score.
    """

    stage: int
    cells: Array
    bias: float


class _Seen(NamedTuple):
    """What a feature looks at: one cell of a stage's maps, or the mean of one map."""

    name: str
    at: Shape
    is_mean: bool


def class_map(graph: Graph, values: Values, chosen: int) -> ClassMap:
    """Return what each place of the last maps adds to a score, the class activation map.

    The scores weigh the maps themselves, laid out in a row, or their means.

    Raises:
        Invalid: they weigh something else.
    """
    stages = {stage.name: stage for stage in graph.stages}
    stage = _scores(graph, stages, values)
    found = explain_stage(stage, values, (0, chosen))
    before, seen = stage.sources[INPUT.name], list[tuple[_Seen, float]]()
    for term in found.terms:
        at = _before(stage, values, tuple(term["input_index"]))
        seen.append((_seen(stages, values, before, at), float(term["weight"])))
    names = {one.name for one, _ in seen}
    if len(names) != 1:
        raise _no_map()
    [name] = names
    cells = _added(values[name], seen)
    number = next((n for n, one in enumerate(graph.stages) if one.name == name), -1)
    return ClassMap(number, cells.astype(np.float32), found.bias or 0.0)


def _added(maps: Array, seen: list[tuple[_Seen, float]]) -> Array:
    """Return what each place adds, over all maps."""
    places = np.prod(maps.shape[2:])
    weights = np.zeros(maps.shape, np.float64)
    for one, weight in seen:
        if one.is_mean:
            weights[one.at[:2]] += weight / places
        else:
            weights[one.at] += weight
    return np.asarray((weights * maps).sum((0, 1)))


def _no_map() -> Invalid:
    return Invalid(
        "there is no map of a class: this network's scores weigh neither maps nor their means",
        loc=("class",),
    )


def _scores(graph: Graph, stages: Mapping[str, Stage], values: Values) -> Stage:
    """Return the stage that weighs features: the output itself, or what its shares are made of."""
    name = graph.output
    while name in stages:
        stage = stages[name]
        if not is_explained(stage) or set(stage.sources) != {INPUT.name}:
            break
        found = explain_stage(stage, values, tuple(0 for _ in stage.output))
        if found.combine == "sum" and len(found.terms) > 1 and len(stage.output) == 2:
            return stage
        name = stage.sources[INPUT.name]
    raise _no_map()


def _seen(stages: Mapping[str, Stage], values: Values, name: str, at: Shape) -> _Seen:
    """Follow a feature back through what only passes it on, to a map or the mean of one."""
    while not _is_map(values[name]):
        stage = stages.get(name)
        if stage is None or not is_explained(stage) or set(stage.sources) != {INPUT.name}:
            break
        found, source = explain_stage(stage, values, at), stage.sources[INPUT.name]
        index = _before(stage, values, tuple(found.terms[0]["input_index"] or ()))
        if found.combine == "mean" and len(found.terms) == np.prod(values[source].shape[2:]):
            return _Seen(source, index, is_mean=True)
        unchanged = found.combine == "sum" or stage.layer.used_formula is X
        if len(found.terms) != 1 or not unchanged:
            break
        name, at = source, index
    if not _is_map(values[name]):
        raise _no_map()
    return _Seen(name, at, is_mean=False)


def _is_map(value: Array) -> bool:
    return value.ndim == 4 and max(value.shape[2:]) > 1


def _before(stage: Stage, values: Values, index: Shape) -> Shape:
    """Turn an index into a stage's arranged input into one of its source's value."""
    return as_was(index, stage.shapes[INPUT.name], values[stage.sources[INPUT.name]].shape)
