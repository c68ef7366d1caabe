"""One number followed through a network: where it comes from and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.graphs import Stage
from app.layers._explain import Explanation
from app.layers.base import INPUT, Array, Shape
from app.networks.network import Network


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the path: the element, how it was made, the term that the path came by."""

    stage: int
    source: Shape
    explanation: Explanation
    followed: dict[str, Any] | None


def follow(
    network: Network, array: Array, outputs: Mapping[str, Array], stage: int, at: Shape
) -> list[Step]:
    """Return the path through every stage of the element `at` of a stage's output.

    Args:
        network: that was run.
        array: its prepared input.
        outputs: of every stage, by name.
        stage: which output; −1 is the input itself.
        at: the index in it.
    """
    stages = network.stages
    values = [array, *(outputs[s.name] for s in stages)]
    places: dict[int, Shape] = {stage: at}
    for number in range(stage, -1, -1):
        places[number - 1] = _source(stages[number], values[number], places[number])
    for number in range(stage + 1, len(stages)):
        places[number] = _target(
            stages[number], values[number], values[number + 1], places[number - 1]
        )
    return [_step(n, s, values[n], places[n], places[n - 1]) for n, s in enumerate(stages)]


def _tensors(stage: Stage, source: Array) -> dict[str, Array]:
    return {INPUT.name: source.reshape(stage.shapes[INPUT.name]), **stage.weights}


def _source(stage: Stage, source: Array, at: Shape) -> Shape:
    """Return the input element that adds most to an output element."""
    found = stage.layer.explain(_tensors(stage, source), at)
    terms = [t for t in found.terms if t.get("input_index") is not None]
    best = max(terms, key=lambda t: _weight_of(t, at))
    if found.window is not None and not any("winner" in t for t in terms):
        best = terms[len(terms) // 2]
    return _back(tuple(best["input_index"]), stage, source)


def _weight_of(term: dict[str, Any], at: Shape) -> float:
    if "share" in term:
        return float(tuple(term["input_index"]) == at)
    return float(term.get("winner", False)) or float(term.get("product") or 0.0)


def _back(index: Shape, stage: Stage, source: Array) -> Shape:
    """Turn an index into the arranged input into one of the tensor as it was before."""
    flat = np.ravel_multi_index(index, stage.shapes[INPUT.name])
    return tuple(int(i) for i in np.unravel_index(flat, source.shape))


def _target(stage: Stage, source: Array, output: Array, at: Shape) -> Shape:
    """Return the output element that an input element feeds; the largest where it feeds many."""
    flat = np.ravel_multi_index(at, source.shape)
    index = tuple(int(i) for i in np.unravel_index(flat, stage.shapes[INPUT.name]))
    touched = stage.layer.feeds(stage.shapes, index)
    line = output[touched]
    free = iter(np.unravel_index(int(np.argmax(line)), line.shape) if line.ndim else ())
    return tuple(i.start + int(next(free)) if isinstance(i, slice) else i for i in touched)


def _step(number: int, stage: Stage, source: Array, at: Shape, before: Shape) -> Step:
    found = stage.layer.explain(_tensors(stage, source), at)
    flat = np.ravel_multi_index(before, source.shape)
    index = [int(i) for i in np.unravel_index(flat, stage.shapes[INPUT.name])]
    followed = next((t for t in found.terms if t.get("input_index") == index), None)
    return Step(number, before, found, followed)
