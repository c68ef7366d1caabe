"""Presentation MathML."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

_SPACE = "http://www.w3.org/1998/Math/MathML"


class MathML:
    """Presentation MathML, as browsers draw it."""

    def number(self, text: str) -> str:
        digits, power, exponent = text.partition("e")
        minus = "<mo>−</mo>" if digits.startswith("−") else ""
        plain = f"{minus}<mn>{digits.removeprefix('−')}</mn>"
        if power:
            ten = self.power("<mn>10</mn>", f"<mn>{int(exponent.replace('−', '-'))}</mn>")
            plain += f"<mo>·</mo>{ten}"
        return f"<mrow>{plain}</mrow>" if minus or power else plain

    def name(self, name: str, index: str) -> str:
        plain = f"<mi>{escape(name)}</mi>"
        return f"<msub>{plain}{self._index(index)}</msub>" if index else plain

    def _index(self, index: str) -> str:
        return f"<mrow><mtext>{escape(index)}</mtext></mrow>"

    def sign(self, sign: str) -> str:
        return f"<mo>{escape(sign)}</mo>"

    def row(self, parts: Sequence[str]) -> str:
        return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"

    def brackets(self, inner: str, sign: str) -> str:
        left, right = ("|", "|") if sign == "|" else ("(", ")")
        return f"<mrow><mo>{left}</mo>{inner}<mo>{right}</mo></mrow>"

    def quotient(self, top: str, bottom: str) -> str:
        return f"<mfrac>{_one(top)}{_one(bottom)}</mfrac>"

    def power(self, base: str, exponent: str) -> str:
        return f"<msup>{_one(base)}{_one(exponent)}</msup>"

    def root(self, inner: str) -> str:
        return f"<msqrt>{inner}</msqrt>"

    def function(self, name: str, under: str) -> str:
        plain = "<mo>∑</mo>" if name == "Σ" else f"<mi>{escape(name)}</mi>"
        return f"<munder>{plain}{self._index(under)}</munder>" if under else plain

    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        lines = "".join(
            f"<mtr><mtd>{one}</mtd><mtd>{condition}</mtd></mtr>" for one, condition in rows
        )
        table = f'<mtable columnalign="left">{lines}</mtable>'
        return f"<mrow><mo>{{</mo>{table}</mrow>"

    def document(self, inner: str) -> str:
        """Return a whole formula, to stand on a line of its own."""
        return f'<math xmlns="{_SPACE}" display="block">{inner}</math>'


def _one(inner: str) -> str:
    return f"<mrow>{inner}</mrow>"
