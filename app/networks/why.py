"""Why a network says what it says: parts of the picture covered, features that scores weigh."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.layers._explain import number
from app.layers.base import Array
from app.networks.features import Weighed, is_map, weighed
from app.networks.follow import Values
from app.networks.graph import Graph
from app.networks.layout import channel_axis
from app.problems import Invalid


def occlude(
    run: Callable[[Array], Array],
    array: Array,
    chosen: int,
    side: int,
    places: tuple[Sequence[int], Sequence[int]],
    grey: float,
) -> list[list[float]]:
    """Cover one square after the other; return (rows, columns) of what a class is given then.

    Args:
        run: gives what all classes are given for a prepared picture.
        array: the picture, (1, C, H, W).
        chosen: which class is watched.
        side: of a square, in cells.
        places: where rows and columns of squares begin.
        grey: what a square is filled with.
    """

    def given(top: int, left: int) -> float:
        output = run(covered(array, (top, left, top + side, left + side), grey))
        if chosen >= output.size:
            raise Invalid(
                "this network gives another number of scores where a part is covered: {size}",
                size=output.size,
            )
        return float(output.flat[chosen])

    return [[given(top, left) for left in places[1]] for top in places[0]]


def covered(array: Array, box: tuple[int, int, int, int], grey: float) -> Array:
    """Return a picture with the rows and columns of a box filled: top, left, bottom, right."""
    top, left, bottom, right = box
    made = array.copy()
    made[:, :, top:bottom, left:right] = grey
    return made


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


def class_map(graph: Graph, values: Values, chosen: int) -> ClassMap:
    """Return what each place of the last maps adds to a score, the class activation map.

    The scores weigh the maps themselves, laid out in a row, or their means, or are such means.

    Raises:
        Invalid: they weigh something else.
    """
    found = weighed(graph, values, chosen)
    name = _mapped(found, values)
    if found is None or name is None:
        raise Invalid(
            "there is no map of a class: this network's scores weigh neither maps nor their means",
            loc=("class",),
        )
    cells = _added(values[name], found, is_last=name in graph.channels_last)
    return ClassMap(_number(graph, name), cells.astype(np.float32), found.bias)


def _mapped(found: Weighed | None, values: Values) -> str | None:
    """Return the stage whose maps all features come from, if there is one."""
    names = {feature.name for feature in found.features} if found else set()
    return next((n for n in names if is_map(values[n])), None) if len(names) == 1 else None


def _added(maps: Array, found: Weighed, *, is_last: bool) -> Array:
    """Return what each place adds, over all maps."""
    weights, places = np.zeros(maps.shape, np.float64), np.prod(maps.shape[2:])
    is_one = found.made.combine == "mean"
    for feature, term in zip(found.features, found.made.terms, strict=False):
        # What is no finite number is told as none.
        told = 1.0 if is_one else term["weight"]
        weight = np.nan if told is None else float(told)
        if feature.is_mean:
            weights[feature.at[:2]] += weight / places
        else:
            weights[feature.at] += weight
    return np.asarray((weights * maps).sum((0, channel_axis(is_last=is_last))))


def _number(graph: Graph, name: str) -> int:
    return next((n for n, stage in enumerate(graph.stages) if stage.name == name), -1)


class Contributions(NamedTuple):
    """What a score is the sum of.

    Attributes:
        stage: that weighs the features; None where none does.
        score: the sum of all products and the bias.
        bias: what is added whatever is seen.
        maps: the stage that a class map is laid over, −1 the picture; None where there is no such.
        features: each with what it is: `input`, `weight`, `product`, and `stage`, `at`, `mean`, the
            number of a stage that it is or whose map it is the mean of. The largest come first.
    """

    stage: int | None
    score: float | None
    bias: float
    maps: int | None
    features: list[dict[str, Any]]


def contributions(graph: Graph, values: Values, chosen: int) -> Contributions:
    """Return what each feature that the scores weigh adds to one of them."""
    found = weighed(graph, values, chosen)
    if found is None:
        return Contributions(None, None, 0.0, None, [])
    name = _mapped(found, values)
    maps = None if name is None else _number(graph, name)
    stage, score = _number(graph, found.stage.name), number(found.score)
    if found.made.combine == "mean":
        return Contributions(None, score, 0.0, maps, [])
    features = [
        {
            "index": term["input_index"][-1],
            **{key: term[key] for key in ("input", "weight", "product")},
            "stage": _number(graph, feature.name),
            "at": feature.at,
            "mean": feature.is_mean,
        }
        for feature, term in zip(found.features, found.made.terms, strict=True)
    ]
    features.sort(key=lambda one: -abs(one["product"] or 0.0))
    return Contributions(stage, score, found.bias, maps, features)
