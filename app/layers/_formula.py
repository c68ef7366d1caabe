"""Formulas as trees: one is evaluated, filled with numbers, written in two notations.

`X * 2 + 1` builds a tree, as numbers would be computed. Names are a layer's own: `x`, its fields,
the facts of an explanation.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self, TypeAlias

Values: TypeAlias = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Expr:
    """A formula or a part of one."""

    def __add__(self, other: "Expr | float") -> "Expr":
        return Sum((self, lift(other)))

    def __sub__(self, other: "Expr | float") -> "Expr":
        return Sum((self, Negative(lift(other))))

    def __mul__(self, other: "Expr | float") -> "Expr":
        return Product((self, lift(other)))

    def __truediv__(self, other: "Expr | float") -> "Expr":
        return Quotient(self, lift(other))

    def __neg__(self) -> "Expr":
        return Negative(self)

    def value(self, values: Values) -> float:
        """Return the number that it is; NaN where a name has none."""
        return math.nan

    def filled(self, values: Values) -> "Expr":
        """Return it with numbers in place of the names that have one, and the case that holds."""
        return self.mapped(lambda part: part.filled(values))

    def mapped(self, change: "Callable[[Expr], Expr]") -> Self:
        """Return it with each part changed."""
        update: dict[str, Any] = {}
        for one in fields(self):
            old = getattr(self, one.name)
            if isinstance(old, Expr):
                update[one.name] = change(old)
            elif isinstance(old, tuple):
                update[one.name] = tuple(change(p) if isinstance(p, Expr) else p for p in old)
        return replace(self, **update)


def lift(value: Expr | float) -> Expr:
    """Return a number as a formula."""
    return value if isinstance(value, Expr) else Number(float(value))


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A number."""

    number: float

    def value(self, values: Values) -> float:
        return self.number


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A variable; `index` is only shown."""

    name: str
    index: str = ""

    def value(self, values: Values) -> float:
        return values.get(self.name, math.nan)

    def filled(self, values: Values) -> Expr:
        return Number(values[self.name]) if self.name in values else self


@dataclass(frozen=True, slots=True)
class Negative(Expr):
    """−a."""

    inner: Expr

    def value(self, values: Values) -> float:
        return -self.inner.value(values)


@dataclass(frozen=True, slots=True)
class Sum(Expr):
    """a + b + ..."""

    parts: tuple[Expr, ...]

    def value(self, values: Values) -> float:
        return math.fsum(part.value(values) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Product(Expr):
    """a · b · ..."""

    parts: tuple[Expr, ...]

    def value(self, values: Values) -> float:
        return math.prod(part.value(values) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Quotient(Expr):
    """a over b."""

    top: Expr
    bottom: Expr

    def value(self, values: Values) -> float:
        return self.top.value(values) / self.bottom.value(values)


@dataclass(frozen=True, slots=True)
class Power(Expr):
    """a to the power of b."""

    base: Expr
    exponent: Expr

    def value(self, values: Values) -> float:
        return float(self.base.value(values) ** self.exponent.value(values))


@dataclass(frozen=True, slots=True)
class Root(Expr):
    """√a."""

    inner: Expr

    def value(self, values: Values) -> float:
        return math.sqrt(self.inner.value(values))


@dataclass(frozen=True, slots=True)
class Bars(Expr):
    """|a|."""

    inner: Expr

    def value(self, values: Values) -> float:
        return abs(self.inner.value(values))


_CALLED: Mapping[str, Callable[..., float]] = {
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "ln": math.log,
    "tanh": math.tanh,
    "Φ": lambda x: 0.5 * (1.0 + math.erf(x / math.sqrt(2.0))),
}


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function by its name, of arguments; `under` is what it runs over, only shown."""

    name: str
    parts: tuple[Expr, ...]
    under: str = ""

    def value(self, values: Values) -> float:
        return float(_CALLED[self.name](*(part.value(values) for part in self.parts)))


@dataclass(frozen=True, slots=True)
class Total(Expr):
    """Σ of something over an index; `name` is what its number goes by, if it has one."""

    under: str
    inner: Expr
    name: str = ""

    def value(self, values: Values) -> float:
        return values.get(self.name, math.nan)

    def filled(self, values: Values) -> Expr:
        return Number(values[self.name]) if self.name in values else self


@dataclass(frozen=True, slots=True)
class Dots(Expr):
    """What is left out of a long list."""


def exp(exponent: Expr) -> Power:
    """Return e to a power."""
    return Power(E, exponent)


def call(name: str, *arguments: Expr | float) -> Call:
    """Return a function of arguments."""
    return Call(name, tuple(lift(one) for one in arguments))


@dataclass(frozen=True, slots=True)
class Constant(Expr):
    """A number that is known by a name."""

    name: str
    number: float

    def value(self, values: Values) -> float:
        return self.number


E = Constant("e", math.e)
PI = Constant("π", math.pi)
X = Name("x")
Y = Name("y")
