"""What a network's scores are made of: the stage that weighs features, and what each feature is."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.graphs import Stage
from app.layers._explain import Explanation
from app.layers._formula import X
from app.layers.base import INPUT, Array, Shape
from app.networks.follow import Values, as_was, explain_stage, is_explained
from app.networks.graph import Graph
from app.networks.operators import Operator
from app.runs import count

PROBABILITIES, SCORES, MAPS = "probabilities", "scores", "maps"


def is_row(shape: Sequence[int]) -> bool:
    """Tell whether numbers stand in one row, whatever axes of one there are beside it."""
    return count(tuple(shape)) == max(shape, default=1)


def outcome(every: Sequence[Stage], output: str) -> str:
    """Return what comes out of a stage: shares of one whole, a row of other scores, or maps.

    Args:
        every: stages of a graph.
        output: the name of the one that gives its output.
    """
    stages = {stage.name: stage for stage in every}
    stage = stages.get(output)
    if stage is None or not is_row(stage.output):
        return MAPS
    while stage is not None and is_explained(stage):
        if stage.layer.makes_shares(stage.shapes):
            return PROBABILITIES
        if isinstance(stage.layer, Operator) and not stage.layer.only_moves:
            break
        if stage.layer.used_formula is not X or not _keeps_count(stage):
            break
        stage = stages.get(stage.sources[INPUT.name])
    return SCORES


def _keeps_count(stage: Stage) -> bool:
    same = count(stage.output) == count(stage.shapes[INPUT.name])
    return same and set(stage.sources) == {INPUT.name}


class Feature(NamedTuple):
    """A number that scores weigh.

    Attributes:
        name: of the stage whose number it is, `input` for the picture itself.
        at: the number; of a mean any one of its map.
        is_mean: it is the mean of a whole map of that stage.
    """

    name: str
    at: Shape
    is_mean: bool


class Weighed(NamedTuple):
    """A score, and what it is the sum of.

    Attributes:
        stage: that weighs.
        made: how it made the score.
        features: one for each term.
        added: to it by the stages after.
    """

    stage: Stage
    made: Explanation
    features: list[Feature]
    added: float

    @property
    def bias(self) -> float:
        """Return what is added whatever is seen."""
        return (self.made.bias or 0.0) + self.added

    @property
    def score(self) -> float:
        """Return the sum of all."""
        return self.made.value + self.added


def weighed(graph: Graph, values: Values, chosen: int) -> Weighed | None:
    """Return how a score was made of features; None where no stage weighs some for every class."""
    stages = {stage.name: stage for stage in graph.stages}
    stage, added = stages.get(graph.output), 0.0
    if stage is None or not is_row(stage.output):
        return None
    while stage is not None and is_explained(stage) and set(stage.sources) == {INPUT.name}:
        at = tuple(int(i) for i in np.unravel_index(chosen, stage.output))
        made, before = explain_stage(stage, values, at), stage.sources[INPUT.name]
        if _is_mean_of_map(made, values[before]):
            index = _before(stage, values, _place(made))
            return Weighed(stage, made, [Feature(before, index, is_mean=True)], added)
        is_operator = isinstance(stage.layer, Operator)
        if made.combine == "sum" and len(made.terms) > 1 and not is_operator:
            return Weighed(stage, made, _features(stages, values, stage, made), added)
        if not _keeps_count(stage):
            break
        adds = _adds(stage, made)
        stage, added = stages.get(before), 0.0 if adds is None else added + adds
    return None


def _adds(stage: Stage, made: Explanation) -> float | None:
    """Return what a stage adds to a number that it passes on; None where it makes another of it."""
    kept = [t for t in made.terms if t.get("tensor", INPUT.name) in stage.sources]
    if made.combine != "sum" or len(kept) != 1 or kept[0].get("weight") != 1:
        return None
    return sum(t.get("product") or 0.0 for t in made.terms if t not in kept) + (made.bias or 0.0)


def _features(
    stages: Mapping[str, Stage], values: Values, stage: Stage, made: Explanation
) -> list[Feature]:
    before = stage.sources[INPUT.name]
    places = (_before(stage, values, tuple(term["input_index"])) for term in made.terms)
    return [_followed(stages, values, before, at) for at in places]


def is_map(value: Array) -> bool:
    """Tell whether numbers have places in a picture."""
    return value.ndim == 4 and max(value.shape[2:]) > 1


def _is_mean_of_map(found: Explanation, source: Array) -> bool:
    """Tell whether a number is the mean of all of a map, whatever padding was left out of it."""
    if found.combine != "mean" or not is_map(source):
        return False
    real = sum(term["input_index"] is not None for term in found.terms)
    return bool(real == found.facts.get("counted", real) == count(source.shape[2:]))


def _place(found: Explanation) -> Shape:
    """Return the first cell that a number is made of."""
    listed = (term["input_index"] for term in found.terms)
    return tuple(next((index for index in listed if index is not None), ()))


def _followed(stages: Mapping[str, Stage], values: Values, name: str, at: Shape) -> Feature:
    """Follow a feature back through what only passes it on, to a map or the mean of one."""
    while not is_map(values[name]):
        stage = stages.get(name)
        if stage is None or not is_explained(stage) or set(stage.sources) != {INPUT.name}:
            break
        found, source = explain_stage(stage, values, at), stage.sources[INPUT.name]
        index = _before(stage, values, _place(found))
        if _is_mean_of_map(found, values[source]):
            return Feature(source, index, is_mean=True)
        if len(found.terms) != 1 or not _is_unchanged(stage, found, found.terms[0]):
            break
        name, at = source, index
    return Feature(name, at, is_mean=False)


def _is_unchanged(stage: Stage, found: Explanation, term: Mapping[str, Any]) -> bool:
    if found.combine == "sum":
        return term.get("weight") == 1 and not found.bias
    return not isinstance(stage.layer, Operator) and stage.layer.used_formula is X


def _before(stage: Stage, values: Values, index: Shape) -> Shape:
    """Turn an index into a stage's arranged input into one of its source's value."""
    return as_was(index, stage.shapes[INPUT.name], values[stage.sources[INPUT.name]].shape)
