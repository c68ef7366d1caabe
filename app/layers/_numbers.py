"""One output element as an equation: the formula with its symbols, and with its numbers."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from app.layers._cases import Cases
from app.layers._explain import Explanation
from app.layers._formula import (
    Bars,
    Call,
    Dots,
    E,
    Expr,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    call,
)
from app.layers._notation import PLAIN, Notation, both, written
from app.layers.base import Layer

_MOST = 32
_Y = Name("y")


@lru_cache(256)
def symbols(formula: Expr) -> dict[str, str]:
    """Return `y = formula` in both notations."""
    return both([_Y, formula])


def equation(layer: Layer, found: Explanation) -> dict[str, str]:
    """Return the formula of an element, with symbols and with its own numbers.

    A list of more than 32 terms has dots before its last one.
    """
    filled = both([_Y, in_numbers(layer, found), _number(found.value)])
    plain = symbols(found.formula or layer.used_formula)
    return plain | {f"{notation}_numbers": text for notation, text in filled.items()}


def in_numbers(layer: Layer, found: Explanation) -> Expr:
    """Return the right side of the equation of an element, its numbers put in."""
    return _WAYS[found.combine](layer, found)


def branch(layer: Layer, found: Explanation, to: Notation = PLAIN) -> str | None:
    """Return the condition of the case that made an element, None where there is but one."""
    formula = layer.used_formula
    values = _values(layer, found)
    if not isinstance(formula, Cases) or "x" not in values:
        return None
    return written(formula.conditions[formula.which(values)], to)


def _number(value: Any) -> Number:
    return Number(math.nan if value is None else float(value))


def _each(terms: Sequence[Any], make: Callable[[Any], Expr]) -> tuple[Expr, ...]:
    """Return a part for each term, with dots before the last of a long list."""
    if len(terms) <= _MOST:
        return tuple(make(term) for term in terms)
    return (*(make(term) for term in terms[: _MOST - 2]), Dots(), make(terms[-1]))


def _input(term: Mapping[str, Any]) -> Expr:
    return _number(term["input"])


def _product(term: Mapping[str, Any]) -> Expr:
    if term.get("weight") == 1.0 and "weight_index" not in term:
        return _input(term)
    return Product((_input(term), _number(term["weight"])))


def _sum(layer: Layer, found: Explanation) -> Expr:
    parts = _each(found.terms, _product)
    if found.bias is not None:
        parts = (*parts, _number(found.bias))
    return Sum(parts) if len(parts) > 1 else (*parts, Number(0.0))[0]


def _taking_part(found: Explanation) -> Sequence[Any]:
    """Return the terms that count, of a long list as many as are written, and its last.

    Of a window that sees nothing, which is made of zeros, all.
    """
    first = list(islice(_counting(found.terms), _MOST + 1))
    if len(first) <= _MOST:
        return first or found.terms
    return [*first, *islice(_counting(reversed(found.terms)), 1)]


def _counting(terms: Iterable[Any]) -> Iterator[Any]:
    return (term for term in terms if term.get("counts", True))


def _mean(layer: Layer, found: Explanation) -> Expr:
    return Quotient(Sum(_each(_taking_part(found), _input)), _number(found.facts["counted"]))


def _max(layer: Layer, found: Explanation) -> Expr:
    """Write a maximum of the cells that are there; of a window that sees none, of what it has."""
    seen = [term for term in found.terms if not term["padding"]]
    if not seen:
        return Call("max", _each(found.terms, lambda term: Number(-math.inf)))
    return Call("max", _each(seen, _input))


def _norm(layer: Layer, found: Explanation) -> Expr:
    p = _number(found.facts["p"])
    powers = _each(_taking_part(found), lambda term: Power(Bars(_input(term)), p))
    return Power(Sum(powers), Quotient(Number(1.0), p))


def _own(found: Explanation) -> Mapping[str, Any]:
    """Return the term of the number at the element's own place; else the first."""
    return next((t for t in found.terms if t.get("input_index") == list(found.at)), found.terms[0])


def _normalise(layer: Layer, found: Explanation) -> Expr:
    own = _own(found)
    below = Sum(_each(found.terms, lambda term: Power(E, _number(term["shifted"]))))
    share = Quotient(Power(E, _number(own["shifted"])), below)
    return call("ln", share) if layer.known().get("log") else share


def _function(layer: Layer, found: Explanation) -> Expr:
    return layer.used_formula.filled(_values(layer, found))


def _values(layer: Layer, found: Explanation) -> dict[str, float]:
    """Return the number of each name: the fields, the facts, the value that went in there."""
    named = layer.known() | found.facts
    if found.bias is not None:
        named |= {"bias": found.bias}
    if found.terms:
        own = _own(found)
        named |= {"x": own["input"], "weight": own.get("weight")}
    return {name: float(v) for name, v in named.items() if isinstance(v, int | float)}


_WAYS: Mapping[str, Callable[[Layer, Explanation], Expr]] = {
    "sum": _sum,
    "mean": _mean,
    "max": _max,
    "lp": _norm,
    "normalise": _normalise,
    "function": _function,
}
