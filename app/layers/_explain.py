"""One output element taken apart: plain values, ready to be sent or drawn."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from app.layers._formula import Expr

Index: TypeAlias = tuple[int, ...]


class Window(NamedTuple):
    """What an element sees, in the input's own indices; it may begin before 0."""

    start: Index
    stop: Index


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one output element was made.

    Attributes:
        at: index of the element in the output.
        value: the element itself, in float32 as the terms give it.
        combine: how the terms make the value: `sum`, `mean`, `max`, `lp`, `normalise`, `function`.
        terms: in the order of the weight, or of the window.
        bias: added to a `sum`, or in a `function`, if there is one.
        window: the part of the input that was looked at, if it is a window.
        facts: further numbers that the combination needs (a count, a total, a slope).
        formula: what made this element, where that is not what makes the others.
    """

    at: Index
    value: float
    combine: str
    terms: list[dict[str, Any]]
    bias: float | None = None
    window: Window | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    formula: Expr | None = None


def number(value: npt.ArrayLike) -> float | None:
    """Return a JSON number, or None for what JSON has no number for."""
    as_float = float(np.asarray(value))
    return as_float if np.isfinite(as_float) else None
