"""Figures of many: percentiles, and how they are told."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all do not exceed."""
    ranked = sorted(values)
    return ranked[max(math.ceil(share * len(ranked)) - 1, 0)] if ranked else math.nan


def ms(seconds: float) -> str:
    """Return a time as it is told."""
    return f"{seconds * 1e3:.1f} ms" if seconds < 0.1 else f"{seconds * 1e3:.0f} ms"


def slope(values: Sequence[float]) -> float:
    """Return how much the values rise at each step, by least squares."""
    middle = (len(values) - 1) / 2
    above = sum((place - middle) * value for place, value in enumerate(values))
    return above / sum((place - middle) ** 2 for place in range(len(values)))
