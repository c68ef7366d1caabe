"""A sum of products taken apart: each value, the weight it met, what they made."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from app.layers._explain import Explanation, Index, Window, number
from app.layers.base import Array


def product_term(x: Array, source: Index | None, weight: Array, at: Index) -> dict[str, Any]:
    """Return one product; a source of None is a zero of the padding."""
    value = np.float32(0.0) if source is None else x[source]
    factor = weight[at]
    return {
        "input_index": None if source is None else list(source),
        "input": number(value),
        "weight_index": list(at),
        "weight": number(factor),
        "product": number(np.float64(value) * np.float64(factor)),
    }


def copied(x: Array, source: Index) -> dict[str, Any]:
    """Return the only term of a value that is passed on as it is."""
    value = number(x[source])
    return {"input_index": list(source), "input": value, "weight": 1.0, "product": value}


def blended(x: Array, channel: Index, pairs: Sequence[tuple[int, float]]) -> dict[str, Any]:
    """Return one product of an interpolation; `pairs` is a (cell, weight) for each axis."""
    source = (*channel, *(cell for cell, _ in pairs))
    weight = math.prod(w for _, w in pairs)
    with np.errstate(all="ignore"):
        made = number(np.float64(x[source]) * weight)
    return {
        "input_index": list(source),
        "input": number(x[source]),
        "weight": weight,
        "product": made,
    }


def summed(
    at: Index, terms: Iterable[dict[str, Any]], bias: float | None, window: Window | None = None
) -> Explanation:
    """Return the explanation of Σ products + bias."""
    listed = list(terms)
    products = np.array([np.nan if t["product"] is None else t["product"] for t in listed])
    value = float(np.float32(products.sum() + (bias or 0.0)))
    return Explanation(at, value, "sum", listed, bias, window)
