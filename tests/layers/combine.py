"""The arithmetic of an explanation, done again from nothing but its terms."""

import math
from typing import Any

import numpy as np

from app.layers._explain import Explanation, Index
from app.layers.base import INPUT, Layer, Tensors


def cells_of(found: Explanation) -> set[Index]:
    """Return the input cells among the terms."""
    own = [t for t in found.terms if t.get("tensor", INPUT.name) == INPUT.name]
    return {tuple(t["input_index"]) for t in own if t["input_index"] is not None}


def combined(found: Explanation, tensors: Tensors, layer: Layer) -> float:
    """Return the value that the terms make, each term checked against the tensors on the way."""
    for term in found.terms:
        _check_term(term, tensors)
    return _WAYS[found.combine](found, layer)


def _check_term(term: dict[str, Any], tensors: Tensors) -> None:
    """A term names its cells, and the numbers beside them are what stands there."""
    source, weight = term["input_index"], term.get("weight_index")
    values = tensors[term.get("tensor", INPUT.name)]
    there = 0.0 if source is None else values[tuple(source)]
    assert term["input"] == float(there)
    assert source is not None or term["padding"]
    if weight is not None:
        factors = tensors[term.get("weight_tensor", "weight")]
        assert term["weight"] == float(np.atleast_1d(factors)[tuple(weight)])
    if "product" in term:
        assert term["product"] == term["input"] * term["weight"]


def _sum(found: Explanation, layer: Layer) -> float:
    return math.fsum(t["product"] for t in found.terms) + (found.bias or 0.0)


def _mean(found: Explanation, layer: Layer) -> float:
    return math.fsum(t["input"] for t in found.terms) / float(found.facts["counted"])


def _max(found: Explanation, layer: Layer) -> float:
    real = [t["input"] for t in found.terms if not t["padding"]]
    winners = [t["input"] for t in found.terms if t["winner"]]
    assert winners == [max(real)]
    assert found.facts["ties"] == real.count(max(real))
    return float(max(real))


def _lp(found: Explanation, layer: Layer) -> float:
    p = float(found.facts["p"])
    return float(sum(abs(t["input"]) ** p for t in found.terms) ** (1 / p))


def _normalise(found: Explanation, layer: Layer) -> float:
    total = math.fsum(t["exp"] for t in found.terms)
    assert math.isclose(total, found.facts["total"])
    assert math.isclose(math.fsum(t["share"] for t in found.terms), 1.0)
    for term in found.terms:
        shifted = term["input"] / found.facts["temperature"] - found.facts["max"]
        assert math.isclose(shifted, term["shifted"], abs_tol=1e-12)
        assert math.isclose(math.exp(term["shifted"]), term["exp"])
        _check_steps(term, found.facts["temperature"], is_log=bool(layer.known().get("log")))
    own = next(t["share"] for t in found.terms if tuple(t["input_index"]) == found.at)
    return math.log(own) if layer.known().get("log") else float(own)


def _check_steps(term: dict[str, Any], temperature: float, *, is_log: bool) -> None:
    """What only some settings take is told with them alone."""
    assert ("divided" in term, "log" in term) == (temperature != 1, is_log)
    if temperature != 1:
        assert math.isclose(term["divided"], term["input"] / temperature)
    if is_log:
        assert math.isclose(term["log"], math.log(term["share"]), abs_tol=1e-12)


def _function(found: Explanation, layer: Layer) -> float:
    """A curve has one term, the number that went in; what comes out is the curve's own affair.

    What is normalised tells by what, and its neighbours are terms too if their squares count.
    """
    facts = found.facts
    assert found.at in cells_of(found)
    if "normalised" in facts:
        return float(facts["normalised"] * facts["scale"] + facts["shift"])
    if "total" not in facts:
        assert len(found.terms) == 1
        return found.value
    assert [t["square"] for t in found.terms] == [t["input"] ** 2 for t in found.terms]
    assert math.isclose(math.fsum(t["square"] for t in found.terms), facts["total"])
    own = next(t["input"] for t in found.terms if tuple(t["input_index"]) == found.at)
    return float(own / facts["scale"])


_WAYS = {
    "sum": _sum,
    "mean": _mean,
    "max": _max,
    "lp": _lp,
    "normalise": _normalise,
    "function": _function,
}
