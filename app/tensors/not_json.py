"""What is said of a body that is not JSON, or holds a number that no float64 has."""

import math
import re

from app.problems import Invalid, Problem, Unreadable, UnreadableNumber

_NO_NUMBERS = (b"NaN", b"Infinity")
_WRITTEN, _LONGEST_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE]\+?[0-9]+)?"), 1000


def not_json(body: bytes, offset: int) -> Problem:
    """Return the problem of a body in which something else should stand at this offset.

    JSON may have numbers of any size, of which none is read here that no float64 has.
    """
    before = body[body.rfind(b"\n", 0, offset) + 1 : offset]
    line = body.count(b"\n", 0, offset) + 1
    column = len(before.decode("utf-8", "replace")) + 1
    number = _WRITTEN.match(body, offset, offset + _LONGEST_NUMBER)
    if number and math.isinf(float(number[0])):
        return Invalid(
            "the number at line {line}, column {column} is too large for float32, which ends at "
            "3.4e38",
            line=line,
            column=column,
        )
    signed = offset + body.startswith(b"-", offset)
    if body.startswith(_NO_NUMBERS, signed):
        return UnreadableNumber(
            "the body is not JSON: line {line}, column {column}", line=line, column=column
        )
    return Unreadable(
        "the body is not JSON: line {line}, column {column}", line=line, column=column
    )
