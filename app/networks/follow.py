"""One number followed through a network: where it comes from and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.graphs import Stage
from app.layers._explain import Explanation
from app.layers.base import INPUT, Array, Shape
from app.networks.graph import Graph
from app.networks.operators import Unexplained

Values = Mapping[str, Array]
"""The output of each stage by its name, and the prepared input as `input`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the path: the element, how it was made, the term that the path came by."""

    stage: int
    source: Shape
    explanation: Explanation
    followed: dict[str, Any] | None


def explain_stage(stage: Stage, values: Values, at: Shape) -> Explanation:
    """Return how an element of a stage's output was made."""
    return stage.layer.explain(_tensors(stage, values), at)


def follow(graph: Graph, values: Values, stage: int, at: Shape) -> list[Step]:
    """Return the path that the element `at` of a stage's output is on.

    Backwards it takes the term that adds most, forwards the element that is fed; it ends where a
    stage cannot be explained, and begins at an element that nothing of the input made.

    Args:
        graph: that was run.
        values: what it gave.
        stage: which output; −1 is the input itself.
        at: the index in it.

    Raises:
        Invalid: the stage is one that is not explained.
    """
    if stage >= 0 and not is_explained(graph.stages[stage]):
        explain_stage(graph.stages[stage], values, at)  # says why not
    return _backwards(graph, values, stage, at) + _forwards(graph, values, stage, at)


def _backwards(graph: Graph, values: Values, number: int, at: Shape) -> list[Step]:
    numbers = {stage.name: n for n, stage in enumerate(graph.stages)}
    path: list[Step] = []
    while number >= 0 and is_explained(stage := graph.stages[number]):
        found = explain_stage(stage, values, at)
        term = _best(stage, found)
        if term is None:
            path.insert(0, Step(number, at, found, None))
            break
        tensor = _tensor_of(term)
        shape = values[stage.sources[tensor]].shape
        source = as_was(tuple(term["input_index"]), stage.shapes[tensor], shape)
        path.insert(0, Step(number, source, found, term))
        number, at = numbers.get(stage.sources[tensor], -1), source
    return path


def _forwards(graph: Graph, values: Values, number: int, at: Shape) -> list[Step]:
    takers: dict[str, tuple[int, str]] = {}
    for n, stage in enumerate(graph.stages):
        for tensor, source in stage.sources.items():
            takers.setdefault(source, (n, tensor))
    path: list[Step] = []
    name = graph.stages[number].name if number >= 0 else INPUT.name
    while name in takers:
        number, tensor = takers[name]
        stage = graph.stages[number]
        if not is_explained(stage):
            break
        index = as_was(at, values[name].shape, stage.shapes[tensor])
        found = explain_stage(stage, values, _target(stage, tensor, values[stage.name], index))
        path.append(Step(number, at, found, _term_at(found, tensor, index)))
        name, at = stage.name, found.at
    return path


def is_explained(stage: Stage) -> bool:
    """Tell whether a stage is more than run and shown."""
    return not isinstance(stage.layer, Unexplained)


def _tensors(stage: Stage, values: Values) -> dict[str, Array]:
    made = {t: values[s].reshape(stage.shapes[t]) for t, s in stage.sources.items()}
    return made | dict(stage.weights)


def _best(stage: Stage, found: Explanation) -> dict[str, Any] | None:
    """Return the term that the path goes on by: the one that adds most, of a mean the middle.

    None where the graph's input has no part in an element: it is a constant.
    """
    terms = [
        t
        for t in found.terms
        if t.get("input_index") is not None and _tensor_of(t) in stage.sources
    ]
    if not terms:
        return None
    if found.window is not None and not any("winner" in t for t in terms):
        return terms[len(terms) // 2]
    return max(terms, key=lambda t: _weight_of(t, found.at))


def _tensor_of(term: Mapping[str, Any]) -> str:
    return str(term.get("tensor", INPUT.name))


def _weight_of(term: Mapping[str, Any], at: Shape) -> float:
    if "share" in term or "square" in term:
        return float(tuple(term["input_index"]) == at)
    return float(term.get("winner", False)) or float(term.get("product") or 0.0)


def as_was(index: Shape, arranged: Shape, shape: Shape) -> Shape:
    """Turn an index into an arranged tensor into one of the tensor as it was before."""
    flat = np.ravel_multi_index(index, arranged) if index else 0
    return tuple(int(i) for i in np.unravel_index(flat, shape))


def _target(stage: Stage, tensor: str, output: Array, index: Shape) -> Shape:
    """Return the output element that an element feeds; the largest where it feeds many."""
    touched = stage.layer.feeds_from(stage.shapes, tensor, index)
    line = output[touched]
    free = iter(np.unravel_index(int(np.argmax(line)), line.shape) if line.ndim else ())
    return tuple(i.start + int(next(free)) if isinstance(i, slice) else i for i in touched)


def _term_at(found: Explanation, tensor: str, index: Shape) -> dict[str, Any] | None:
    wanted = list(index)
    return next(
        (t for t in found.terms if t.get("input_index") == wanted and _tensor_of(t) == tensor), None
    )
