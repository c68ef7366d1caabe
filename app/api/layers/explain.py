"""The explanation of output elements, as data."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import orjson

from app.api.answer.answers import json_bytes
from app.api.request.parse import LayerRequest
from app.layers._explain import Explanation
from app.layers._numbers import branch, equation
from app.layers.base import Array, Layer, Shape
from app.problems import Invalid, Listed, TooLarge
from app.runs import Plan, complete, count, kept_plan
from app.settings import Limits

_ORDERS = ("index", "contribution")
# Of an element of a random weight, which is drawn in float64 first.
_DRAWN_BYTES = 12


class Question(NamedTuple):
    """Which elements to take apart, understood; `terms` is how many terms they have together."""

    plan: Plan
    sent: dict[str, Array]
    places: list[Shape]
    most: int
    order: str
    terms: int


def ask(asked: LayerRequest, limits: Limits) -> Question:
    """Return what is to be explained, before anything is.

    Raises:
        Invalid: `at` is no index into the output, or too many are asked for.
        TooLarge: they have too many terms.
    """
    plan = kept_plan(asked.layer, asked.shapes, limits)
    found = places(asked.options.get("at"), plan.outputs["output"], limits)
    most, order = check_order(asked.options, limits)
    terms = len(found) * plan.layer.terms_each(plan.shapes)
    if terms > limits.explained_terms:
        raise TooLarge(
            "these elements have {terms} terms; at most {most} can be",
            terms=terms,
            most=limits.explained_terms,
        )
    return Question(plan, asked.arrays, found, most, order, terms)


def check_order(options: Mapping[str, Any], limits: Limits) -> tuple[int, str]:
    """Return how many terms to give, and which come first.

    Raises:
        Invalid: one of the two cannot be.
    """
    most, order = limit(options.get("limit"), limits), options.get("order", "index")
    if order not in _ORDERS:
        raise Invalid("order must be one of {orders}", loc=("order",), orders=Listed(_ORDERS))
    return most, order


def looked_through(plan: Plan) -> int:
    """Return how many bytes are read or made besides the terms: an element's window is little."""
    if plan.layer.receptive_field(plan.shapes) is None:
        return plan.working_bytes
    return _DRAWN_BYTES * sum(count(plan.shapes[name]) for name in plan.to_make)


def explain(question: Question) -> dict[str, Any]:
    """Return the terms of each element that was asked for."""
    plan, most, order = question.plan, question.most, question.order
    tensors = complete(plan, question.sent)
    # A sum past float32 is an infinity, as it is in the layer's own answer.
    with np.errstate(over="ignore", invalid="ignore"):
        made = (
            element(one, most, order) | _worded(plan.layer, one)
            for one in plan.layer.explain_all(tensors, question.places)
        )
        # Each of many is written as soon as it is made: a million terms at once would hold up the
        # process. One alone is written with the rest, which spares a copy.
        is_one = len(question.places) == 1
        found = list(made) if is_one else [orjson.Fragment(json_bytes(one)) for one in made]
    return {"layer": plan.layer.family, "params": plan.layer.known(), "elements": found}


def _worded(layer: Layer, found: Explanation) -> dict[str, Any]:
    """Return the formula of an element, and the case of it that was taken."""
    taken = branch(layer, found)
    return {"formula": equation(layer, found)} | ({"branch": taken} if taken else {})


def element(found: Explanation, most: int, order: str = "index") -> dict[str, Any]:
    """Return one explanation, its list of terms shortened to `most`."""
    terms = found.terms
    if order == "contribution":
        terms = sorted(terms, key=_contribution, reverse=True)
    answer: dict[str, Any] = {
        "at": found.at,
        "value": found.value,
        "combine": found.combine,
        "terms": terms[:most],
        "terms_total": len(found.terms),
        "bias": found.bias,
    }
    if found.window:
        answer["window"] = found.window._asdict()
    if len(terms) > most and "winner" in terms[0]:
        answer["winner_index"] = next((t["input_index"] for t in terms if t["winner"]), None)
    return answer | found.facts


def _contribution(term: dict[str, Any]) -> float:
    value = next((term[k] for k in ("product", "exp", "input") if term.get(k) is not None), 0.0)
    return float(abs(value))


def places(at: object, shape: Shape, limits: Limits, tensor: str = "output") -> list[Shape]:
    """Return the indices that are asked for, one or a list of them.

    Raises:
        Invalid: they do not lie within the tensor, or are too many.
    """
    if not isinstance(at, list):
        if isinstance(at, int) and not isinstance(at, bool) and len(shape) == 1:
            return places([at], shape, limits, tensor)
        raise Invalid(
            "at must be an index into the {tensor}, as [n, c, y, x], or a list of them",
            loc=("at",),
            tensor=tensor,
        )
    many = at if at and isinstance(at[0], list) else [at]
    if len(many) > limits.explained:
        raise Invalid(
            "at names {count} elements; at most {most} can be",
            loc=("at",),
            count=len(many),
            most=limits.explained,
        )
    return [place(one, shape, tensor) for one in many]


def place(at: object, shape: Shape, tensor: str = "output") -> Shape:
    """Return an index that lies within a shape.

    Raises:
        Invalid: it does not.
    """
    whole = isinstance(at, list) and all(type(i) is int for i in at)
    if not whole or not isinstance(at, list) or len(at) != len(shape):
        raise Invalid(
            "at must have {rank} whole numbers, one for each axis of the {tensor} {shape}",
            loc=("at",),
            tensor=tensor,
            rank=len(shape),
            shape=list(shape),
        )
    for index, size in zip(at, shape, strict=True):
        if not 0 <= index < size:
            raise Invalid(
                "at {at} lies outside the {tensor} {shape}",
                loc=("at",),
                tensor=tensor,
                at=[min(max(i, -(10**9)), 10**9) for i in at],
                shape=list(shape),
            )
    return tuple(at)


def limit(wanted: object, limits: Limits) -> int:
    """Return how many terms to give, as many as there can be if nothing is said.

    Raises:
        Invalid: not a whole number within the limits.
    """
    if wanted is None:
        return limits.terms
    if type(wanted) is not int or not 1 <= wanted <= limits.terms:
        raise Invalid("limit must be from 1 to {most}", loc=("limit",), most=limits.terms)
    return wanted
