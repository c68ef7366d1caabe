"""A formula written down: in LaTeX, and in MathML, by one walk over its tree."""

import math
from collections.abc import Sequence
from typing import Protocol

from app.layers import _cases as c
from app.layers import _formula as f
from app.layers._latex import Latex, Plain
from app.layers._line import Line
from app.layers._mathml import MathML

_RELATION, _SUM, _PRODUCT, _POWER, _ATOM = range(5)


class Notation(Protocol):
    """How the parts of a formula are put on paper."""

    def number(self, text: str) -> str: ...
    def name(self, name: str, index: str) -> str: ...
    def sign(self, sign: str) -> str: ...
    def row(self, parts: Sequence[str]) -> str: ...
    def brackets(self, inner: str, sign: str) -> str: ...
    def quotient(self, top: str, bottom: str) -> str: ...
    def power(self, base: str, exponent: str) -> str: ...
    def root(self, inner: str) -> str: ...
    def function(self, name: str, under: str) -> str: ...
    def cases(self, rows: Sequence[tuple[str, str]]) -> str: ...


def shown(value: float) -> str:
    """Return a number for a reader: two decimals, three digits where it is small, a real minus."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e6:
        text = str(int(value))
    elif abs(value) >= 1e6 or abs(value) < 1e-3:
        text = f"{value:.3g}"
    else:
        text = f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3g}"
    return text.replace("-", "−")


def written(expr: f.Expr, to: Notation) -> str:
    """Return a formula in a notation."""
    return _write(expr, to, _RELATION)


def equation(sides: Sequence[f.Expr], to: Notation) -> str:
    """Return several formulas with equals signs between them."""
    parts = [written(sides[0], to)]
    for side in sides[1:]:
        parts += [to.sign("="), written(side, to)]
    return to.row(parts)


def _write(expr: f.Expr, to: Notation, least: int) -> str:
    text, level = _part(expr, to)
    return to.brackets(text, "(") if level < least else text


def _part(expr: f.Expr, to: Notation) -> tuple[str, int]:
    """Return the text of a formula and how tightly it holds together."""
    match expr:
        case f.Number(number):
            text = shown(number)
            return to.number(text), _SUM if number < 0 else _PRODUCT if "e" in text else _ATOM
        case f.Name(name, index):
            return to.name(name, index), _ATOM
        case f.Constant(name):
            return to.name(name, ""), _ATOM
        case f.Dots():
            return to.sign("⋯"), _ATOM
        case f.Negative(inner):
            return to.row([to.sign("−"), _write(inner, to, _PRODUCT)]), _SUM
        case f.Sum(parts):
            return _sum(parts, to), _SUM
        case f.Product(parts):
            return _joined([_write(p, to, _PRODUCT) for p in parts], "·", to), _PRODUCT
        case f.Total(under, inner):
            total = to.function("Σ", under)
            return to.row([total, _write(inner, to, _PRODUCT)]), _PRODUCT
        case c.Compare(left, sign, right):
            return to.row([written(left, to), to.sign(sign), written(right, to)]), _RELATION
        case c.Between(low, inner, high):
            return _joined([written(p, to) for p in (low, inner, high)], "<", to), _RELATION
        case _:
            return _tall(expr, to), _POWER if isinstance(expr, f.Power) else _ATOM


def _tall(expr: f.Expr, to: Notation) -> str:
    """Return what stands in a shape of its own."""
    match expr:
        case f.Quotient(top, bottom):
            return to.quotient(written(top, to), written(bottom, to))
        case f.Power(base, exponent):
            return to.power(_write(base, to, _ATOM), written(exponent, to))
        case f.Root(inner):
            return to.root(written(inner, to))
        case f.Bars(inner):
            return to.brackets(written(inner, to), "|")
        case f.Call(name, parts, under):
            listed = _joined([written(p, to) for p in parts], ",", to)
            return to.row([to.function(name, under), to.brackets(listed, "(")])
        case c.Cases(parts, conditions):
            pairs = zip(parts, conditions, strict=True)
            return to.cases([(written(part, to), written(when, to)) for part, when in pairs])
    raise TypeError(type(expr))


def _sum(parts: Sequence[f.Expr], to: Notation) -> str:
    """Write a sum; what is taken away follows a minus."""
    found = [_write(parts[0], to, _SUM)]
    for part in parts[1:]:
        if isinstance(part, f.Negative):
            found += [to.sign("−"), _write(part.inner, to, _PRODUCT)]
        elif isinstance(part, f.Number) and part.number < 0:
            found += [to.sign("−"), to.number(shown(-part.number))]
        else:
            found += [to.sign("+"), _write(part, to, _PRODUCT)]
    return to.row(found)


def _joined(texts: Sequence[str], sign: str, to: Notation) -> str:
    found = [texts[0]]
    for text in texts[1:]:
        found += [to.sign(sign), text]
    return to.row(found)


LATEX, MATHML, PLAIN, LINE = Latex(), MathML(), Plain(), Line()


def both(sides: Sequence[f.Expr]) -> dict[str, str]:
    """Return an equation in LaTeX and in MathML."""
    return {
        "latex": equation(sides, LATEX),
        "mathml": MATHML.document(equation(sides, MATHML)),
    }
