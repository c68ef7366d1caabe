"""A formula as one line of text, for where nothing can stand above another."""

from collections.abc import Sequence
from string import ascii_letters


class Line:
    """Writes `(a + b) / c` and `e^(−x)`."""

    def number(self, text: str) -> str:
        return text

    def name(self, name: str, index: str) -> str:
        return name

    def sign(self, sign: str) -> str:
        return "…" if sign == "⋯" else sign

    def row(self, parts: Sequence[str]) -> str:
        """Return parts with blanks between them, but none behind a function or a first minus."""
        match parts:
            case ["−", inner]:
                return f"−{inner}"
            case [name, arguments] if arguments.startswith("(") and name.isalpha():
                return name + arguments
        return " ".join(parts).replace(" , ", ", ")

    def brackets(self, inner: str, sign: str) -> str:
        return f"|{inner}|" if sign == "|" else f"({inner})"

    def quotient(self, top: str, bottom: str) -> str:
        return f"{_held(top)} / {_held(bottom)}"

    def power(self, base: str, exponent: str) -> str:
        return f"{_held(base)}^{_held(exponent)}"

    def root(self, inner: str) -> str:
        return f"√{_held(inner)}"

    def function(self, name: str, under: str) -> str:
        return name

    def cases(self, rows: Sequence[tuple[str, str]]) -> str:
        return ", ".join(f"{one} if {condition}" for one, condition in rows)


def _held(text: str) -> str:
    """Return a text of several parts in brackets, where it has none around it yet."""
    return f"({text})" if " " in text and not _is_bracketed(text) else text


def _is_bracketed(text: str) -> bool:
    """Tell whether a text is one bracket, or a root or a function of one."""
    text = text.lstrip("√").lstrip(ascii_letters)
    if text[0] == text[-1] == "|" and text.count("|") == 2:
        return True
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return sign == ")" and place == len(text) - 1
    return False
