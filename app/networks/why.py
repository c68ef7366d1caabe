"""Why a network says what it says: parts of the picture covered, maps that its scores weigh."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from app.graphs import Stage
from app.layers._explain import Explanation
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
    tops, lefts = (_begins(size, side, step) for size in array.shape[2:])
    shares = np.zeros((len(tops), len(lefts)), np.float32)
    for row, top in enumerate(tops):
        for column, left in enumerate(lefts):
            covered = array.copy()
            covered[:, :, top : top + side, left : left + side] = grey
            shares[row, column] = run(covered).reshape(-1)[chosen]
    return Occlusion(tops, lefts, shares, float(run(array).reshape(-1)[chosen]))


def _begins(size: int, side: int, step: int) -> list[int]:
    """Return where squares begin, so that the last one reaches the end."""
    begins = list(range(0, max(size - side, 0) + 1, step))
    if begins[-1] + side < size:
        begins.append(size - side)
    return begins


class ClassMap(NamedTuple):
    """Where in the last maps a class was seen.

    Attributes:
        stage: whose maps they are.
        cells: (H, W): the maps, each times the weight that the class gives it, added up.
        bias: of the class.
    """

    stage: int
    cells: Array
    bias: float


def class_map(graph: Graph, values: Values, chosen: int) -> ClassMap:
    """Return the class activation map of a network that ends in the means of its maps.

    The mean of its cells and the bias make the score of the class.

    Raises:
        Invalid: the network does not end so.
    """
    stages = {stage.name: stage for stage in graph.stages}
    stage = _scores(graph, values, stages)
    found = explain_stage(stage, values, (0, chosen))
    weights: dict[int, float] = {}
    name = ""
    for term in found.terms:
        before = stage.sources[INPUT.name]
        at = _before(stage, values, tuple(term["input_index"]))
        source, index = _mean_of(stages, values, before, at)
        if source is None or (name and source != name):
            raise _no_map()
        name, weights[index[1]] = source, weights.get(index[1], 0.0) + float(term["weight"])
    maps = values[name]
    factors = np.array([weights.get(channel, 0.0) for channel in range(maps.shape[1])])
    cells = np.tensordot(factors, maps[0].astype(np.float64), 1).astype(np.float32)
    number = next((n for n, one in enumerate(graph.stages) if one.name == name), -1)
    return ClassMap(number, cells, found.bias or 0.0)


def _no_map() -> Invalid:
    return Invalid(
        "there is no class activation map: this network does not end in the means of its maps",
        loc=("class",),
    )


def _scores(graph: Graph, values: Values, stages: Mapping[str, Stage]) -> Stage:
    """Return the stage that weighs features: the output itself, or what its shares are made of."""
    stage = stages[graph.output]
    for _ in graph.stages:
        if not is_explained(stage) or len(stage.sources) != 1:
            break
        first = tuple(0 for _ in stage.output)
        found = explain_stage(stage, values, first)
        if found.combine == "sum" and len(found.terms) > 1 and len(stage.output) == 2:
            return stage
        source = stage.sources[INPUT.name]
        if source not in stages:
            break
        stage = stages[source]
    raise _no_map()


def _mean_of(
    stages: Mapping[str, Stage], values: Values, name: str, at: Shape
) -> tuple[str | None, Shape]:
    """Follow a feature back, through what only passes it on, to the map that it is the mean of."""
    for stage, found in _back(stages, values, name, at):
        source = stage.sources[INPUT.name]
        if found.combine == "mean":
            whole = len(found.terms) == np.prod(values[source].shape[2:])
            index = _before(stage, values, tuple(found.terms[0]["input_index"]))
            return (source, index) if whole else (None, at)
    return None, at


def _back(
    stages: Mapping[str, Stage], values: Values, name: str, at: Shape
) -> Iterator[tuple[Stage, Explanation]]:
    while name in stages:
        stage = stages[name]
        if not is_explained(stage) or set(stage.sources) != {INPUT.name}:
            return
        found = explain_stage(stage, values, at)
        yield stage, found
        if len(found.terms) != 1:
            return
        at = _before(stage, values, tuple(found.terms[0]["input_index"]))
        name = stage.sources[INPUT.name]


def _before(stage: Stage, values: Values, index: Shape) -> Shape:
    """Turn an index into a stage's arranged input into one of its source's value."""
    return as_was(index, stage.shapes[INPUT.name], values[stage.sources[INPUT.name]].shape)
