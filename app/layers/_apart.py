"""Values of parameters as keys of what is kept: short, and none equal to another."""

import math
from collections.abc import Hashable

_MOST = 16


def is_hard(value: object) -> bool:
    """Tell whether it is a list of more than 16, or -0.0, which Python takes for 0.0."""
    return len(value) > _MOST if isinstance(value, tuple) else _is_minus_zero(value)


def told_apart(value: Hashable) -> Hashable:
    """Return the value, or for -0.0 what differs from 0.0."""
    return "-0.0" if _is_minus_zero(value) else value


def _is_minus_zero(value: object) -> bool:
    return type(value) is float and value == 0 and math.copysign(1, value) < 0
