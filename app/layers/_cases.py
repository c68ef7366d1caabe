"""Formulas that have another form in one place than in the next, and their conditions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.layers._formula import Expr, Values, lift

_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    "≤": lambda a, b: not a > b,
    "<": lambda a, b: a < b,
    "≥": lambda a, b: not a < b,
}


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """A condition: left and right, and the sign between them."""

    left: Expr
    sign: str
    right: Expr

    def holds(self, values: Values) -> bool:
        """Tell whether it is true; what is not a number fails every `>` and `<`."""
        return _HOLDS[self.sign](self.left.value(values), self.right.value(values))


@dataclass(frozen=True, slots=True)
class Between(Expr):
    """A condition: low < inner < high."""

    low: Expr
    inner: Expr
    high: Expr

    def holds(self, values: Values) -> bool:
        """Tell whether it is true."""
        return self.low.value(values) < self.inner.value(values) < self.high.value(values)


@dataclass(frozen=True, slots=True)
class Cases(Expr):
    """One of several formulas, each with the condition under which it holds; the first counts."""

    parts: tuple[Expr, ...]
    conditions: tuple[Compare | Between, ...]

    def which(self, values: Values) -> int:
        """Return the place of the case that holds."""
        held = (i for i, one in enumerate(self.conditions) if one.holds(values))
        return next(held, len(self.conditions) - 1)

    def value(self, values: Values) -> float:
        return self.parts[self.which(values)].value(values)

    def filled(self, values: Values) -> Expr:
        return self.parts[self.which(values)].filled(values)


def cases(*pairs: tuple[Expr | float, Compare | Between]) -> Cases:
    """Return formulas with their conditions."""
    return Cases(tuple(lift(one) for one, _ in pairs), tuple(condition for _, condition in pairs))


def above(left: Expr, right: Expr | float) -> Compare:
    """Return left > right."""
    return Compare(left, ">", lift(right))


def up_to(left: Expr, right: Expr | float) -> Compare:
    """Return left ≤ right."""
    return Compare(left, "≤", lift(right))


def from_(left: Expr, right: Expr | float) -> Compare:
    """Return left ≥ right."""
    return Compare(left, "≥", lift(right))


def between(low: Expr | float, inner: Expr, high: Expr | float) -> Between:
    """Return low < inner < high."""
    return Between(lift(low), inner, lift(high))
