"""LaTeX, and plain text with mathematical signs."""

from collections.abc import Sequence

_SIGNS = {"−": "-", "·": r"\cdot", "⋯": r"\cdots", "≤": r"\le", "≥": r"\ge", "∞": r"\infty"}
_GREEK = {"Φ": r"\Phi", "λ": r"\lambda", "π": r"\pi", "α": r"\alpha", "Σ": r"\sum"}


class Latex:
    """LaTeX as KaTeX and MathJax read it."""

    def number(self, text: str) -> str:
        digits, power, exponent = text.replace("−", "-").partition("e")
        if power:
            return rf"{digits} \cdot 10^{{{int(exponent)}}}"
        return digits.replace("∞", r"\infty").replace("NaN", r"\mathrm{NaN}")

    def name(self, name: str, index: str) -> str:
        plain = _GREEK.get(name) or (name if len(name) == 1 else rf"\mathrm{{{_safe(name)}}}")
        return rf"{plain}_{{{self._index(index)}}}" if index else plain

    def _index(self, index: str) -> str:
        words = (w if len(w) < 2 or not w.isidentifier() else rf"\mathrm{{{_safe(w)}}}"
                 for w in index.replace("·", " · ").split(" "))  # fmt: skip
        return " ".join(_SIGNS.get(word, word) for word in words)

    def sign(self, sign: str) -> str:
        return _SIGNS.get(sign, sign)

    def row(self, parts: Sequence[str]) -> str:
        return " ".join(parts)

    def brackets(self, inner: str, sign: str) -> str:
        return rf"\left| {inner} \right|" if sign == "|" else rf"\left( {inner} \right)"

    def quotient(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def power(self, base: str, exponent: str) -> str:
        return rf"{{{base}}}^{{{exponent}}}"

    def root(self, inner: str) -> str:
        return rf"\sqrt{{{inner}}}"

    def function(self, name: str, under: str) -> str:
        plain = _GREEK.get(name, rf"\{name}")
        return rf"{plain}_{{{self._index(under)}}}" if under else plain

    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        lines = r" \\ ".join(f"{one} & {condition}" for one, condition in rows)
        return rf"\begin{{cases}} {lines} \end{{cases}}"


def _safe(name: str) -> str:
    return name.replace("_", r"\_")


class Plain(Latex):
    """A line of text with mathematical signs, for a condition or a label."""

    def name(self, name: str, index: str) -> str:
        return name

    def number(self, text: str) -> str:
        return text

    def sign(self, sign: str) -> str:
        return sign
