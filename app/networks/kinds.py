"""The types of numbers that a network's values may have, by NumPy's names of them."""

from app.problems import Invalid

_FLOATS = ("float16", "float32", "float64")
_WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
KINDS = frozenset((*_FLOATS, *_WHOLE, "bool"))


def check_kind(kind: str) -> None:
    """Refuse what NumPy has no numbers for: text, or bits that it would show as other numbers.

    Raises:
        Invalid: it is such.
    """
    if kind not in KINDS:
        raise Invalid("this model makes what is no number here: {kind}", loc=("model",), kind=kind)
