"""A sum of products taken apart: each value, the weight it met, what they made.

Terms are made column by column, then laid out as the records that are sent: thousands of them cost
little more than the numbers themselves.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.layers._explain import Explanation, Index, Window, number
from app.layers.base import Array

Term = dict[str, Any]


def numbers(values: Array) -> list[float | None]:
    """Return JSON numbers, None for what JSON has no number for."""
    found: list[float | None] = values.tolist()
    if np.isfinite(values).all():
        return found
    return [v if v is not None and math.isfinite(v) else None for v in found]


def taken(x: Array, places: Array, real: Array | None = None) -> tuple[list[Any], Array]:
    """Return the index of each place, None where it is not real, and the values there.

    Args:
        x: the input.
        places: (terms, axes of x), anything where not real.
        real: (terms), True where the input has a cell; the others are zeros of the padding.
    """
    indices: list[Any] = places.tolist()
    if real is None or real.all():
        return indices, x[tuple(places.T)]
    values = np.zeros(len(places), x.dtype)
    values[real] = x[tuple(places[real].T)]
    return [i if r else None for i, r in zip(indices, real.tolist(), strict=True)], values


def products(
    x: Array,
    places: Array,
    weight: Array,
    met: Array,
    real: Array | None = None,
    padded: Array | None = None,
) -> tuple[list[Term], float]:
    """Return a product for each place and the weight that it met, and what they add up to.

    Args:
        x: the input.
        places: as in `taken`, as is `real`.
        weight: the factors.
        met: (terms, axes of weight).
        real: which places have a cell.
        padded: which lie in the padding, where there is one.
    """
    indices, values = taken(x, places, real)
    factors = weight[tuple(met.T)]
    made = values.astype(np.float64) * factors
    total = float(made.sum()) if np.isfinite(made).all() else math.nan
    columns = (indices, numbers(values), met.tolist(), numbers(factors), numbers(made))
    return _laid_out(columns, None if padded is None else padded.tolist()), total


def _laid_out(columns: Sequence[list[Any]], padded: list[bool] | None) -> list[Term]:
    """Return columns as records, each written out: a literal takes half the time of a `dict`."""
    rows = zip(*columns, strict=True)
    if padded is None:
        return [
            {"input_index": i, "input": value, "weight_index": k, "weight": factor, "product": y}
            for i, value, k, factor, y in rows
        ]
    return [
        {
            "input_index": i,
            "input": value,
            "weight_index": k,
            "weight": factor,
            "product": y,
            "padding": out,
        }
        for (i, value, k, factor, y), out in zip(rows, padded, strict=True)
    ]


def copied(x: Array, source: Index) -> Term:
    """Return the only term of a value that is passed on as it is."""
    value = number(x[source])
    return {"input_index": list(source), "input": value, "weight": 1.0, "product": value}


def blended(x: Array, channel: Index, pairs: Sequence[tuple[int, float]]) -> Term:
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
    at: Index,
    terms: list[Term],
    bias: float | None,
    window: Window | None = None,
    total: float | None = None,
) -> Explanation:
    """Return the explanation of Σ products + bias; `total` is their sum where it is known."""
    if total is None:
        # None becomes NaN.
        total = float(np.array([t["product"] for t in terms], np.float64).sum())
    value = float(np.float32(total + (bias or 0.0)))
    return Explanation(at, value, "sum", terms, bias, window)
