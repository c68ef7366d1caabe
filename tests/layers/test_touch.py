"""What an element touches: as the terms of every output say, and as a NaN spreads."""

from collections.abc import Iterable
from itertools import product

import numpy as np
import pytest

from app.graphs import layer_model
from app.layers._touch import Box, Span, spans
from app.layers.base import INPUT, Shape
from app.runtime.sessions import load
from tests.layers.cases import CASES, Case, every_case, run, run_of

Index = tuple[int, ...]

# Settings in which strides, dilations and borders meet: parameters and shapes of a windowed layer.
HARD = [
    ({"stride": 2, "dilation": 3, "padding": 4}, {"input": (1, 1, 13), "weight": (1, 1, 5)}),
    ({"stride": 4, "dilation": 6, "padding": 9}, {"input": (1, 1, 30), "weight": (1, 1, 4)}),
    ({"stride": 3, "dilation": 2, "padding": [2, 1]}, {"input": (1, 1, 11), "weight": (1, 1, 3)}),
]
BORDERS = ["reflect", "replicate", "circular"]


def cells(found: Iterable[Box]) -> set[Index]:
    return {i for box in found for i in product(*(range(*span) for span in box))}


def poisoned(number: int, name: str, at: Index) -> set[Index]:
    """Return the outputs that turn into NaN when one element of a tensor is NaN."""
    done = run_of(number)
    tensors = {n: np.array(v) for n, v in done.tensors.items()}
    tensors[name][at] = np.nan
    session = load(layer_model(done.plan.layer, done.plan.shapes, finite=False), "cpu")
    made = session.run(tensors)["output"]
    return {tuple(int(i) for i in found) for found in np.argwhere(np.isnan(made))}


def by_terms(number: int, key: str) -> dict[Index, set[tuple[Index | None, Index]]]:
    """Return (input cell, output) for each element that stands among the terms of an output."""
    done = run_of(number)
    found: dict[Index, set[tuple[Index | None, Index]]] = {}
    for at in np.ndindex(*done.outputs["output"].shape):
        for term in done.plan.layer.explain(done.tensors, at).terms:
            if term.get("tensor", INPUT.name) != INPUT.name:
                continue
            source = term["input_index"]
            cell = None if source is None else tuple(source)
            if term.get(key) is not None:
                found.setdefault(tuple(term[key]), set()).add((cell, at))
    return found


@every_case
def test_an_input_touches_the_outputs_that_have_it_among_their_terms(number: int) -> None:
    done = run_of(number)
    terms = by_terms(number, "input_index")
    for at in np.ndindex(*done.plan.shapes[INPUT.name]):
        expected = {output for _, output in terms.get(at, set())}
        expected |= poisoned(number, INPUT.name, at)
        assert cells(done.plan.layer.fed(done.plan.shapes, at)) == expected, at


WITH_WEIGHT = [n for n, c in enumerate(CASES) if "weight" in {s.name for s in c.kind.inputs}]


@pytest.mark.parametrize("number", WITH_WEIGHT)
def test_a_weight_touches_what_it_meets_and_what_it_makes(number: int) -> None:
    done = run_of(number)
    if "weight" not in done.tensors:
        return
    terms = by_terms(number, "weight_index")
    for at in np.ndindex(*done.plan.shapes["weight"]):
        found = done.plan.layer.weighed(done.plan.shapes, at)
        outputs = poisoned(number, "weight", at)
        if terms:
            outputs = {output for _, output in terms.get(at, set())}
            met = {cell for cell, _ in terms.get(at, set()) if cell is not None}
            assert cells(found.inputs) == met, at
        assert cells(found.outputs) == outputs, at


@pytest.mark.parametrize("mode", ["zeros", *BORDERS])
@pytest.mark.parametrize(("parameters", "shapes"), HARD)
def test_strides_and_dilations_that_share_a_factor(
    parameters: dict[str, object], shapes: dict[str, Shape], mode: str
) -> None:
    kind = next(c.kind for c in CASES if "padding_mode" in c.kind.model_fields)
    case = Case(kind, parameters | {"padding_mode": mode, "spatial_dims": 1}, shapes)
    done = run(case.layer(), case.tensors())
    layer, plan = done.plan.layer, done.plan
    met: dict[Index, set[Index]] = {}
    for at in np.ndindex(*plan.outputs["output"]):
        for term in layer.explain(done.tensors, at).terms:
            if term["input_index"] is not None:
                met.setdefault(tuple(term["input_index"]), set()).add(at)
    for at in np.ndindex(*plan.shapes[INPUT.name]):
        assert cells(layer.fed(plan.shapes, at)) == met.get(at, set()), at


@pytest.mark.parametrize("mode", BORDERS)
def test_a_weight_meets_the_cells_that_stand_in_the_padding(mode: str) -> None:
    kind = next(c.kind for c in CASES if "padding_mode" in c.kind.model_fields)
    parameters = {"stride": 2, "padding": [3, 1, 2, 3], "padding_mode": mode}
    case = Case(kind, parameters, {"input": (1, 1, 7, 6), "weight": (1, 1, 3, 2)})
    done = run(case.layer(), case.tensors())
    for at in np.ndindex(1, 1, 3, 2):
        met = {
            tuple(term["input_index"])
            for place in np.ndindex(*done.plan.outputs["output"])
            for term in done.plan.layer.explain(done.tensors, place).terms
            if tuple(term["weight_index"]) == at
        }
        assert cells(done.plan.layer.weighed(done.plan.shapes, at).inputs) == met


def test_indices_become_runs_of_equal_steps() -> None:
    assert spans([]) == []
    assert spans([4, 4]) == [Span(4, 5)]
    assert spans([6, 0, 3]) == [Span(0, 7, 3)]
    assert spans([0, 1, 2, 7]) == [Span(0, 3), Span(7, 8)]
    for found in ([0, 2, 3, 4], [1, 2, 4, 8, 9, 10]):
        assert sorted(i for span in spans(found) for i in range(*span)) == found
