"""A long list of numbers in JSON, read from its text a piece at a time.

Python runs one thread at a time. A parser that makes 8 MiB of `[1], [1], ...` into lists keeps
every other request of the process waiting for a quarter of a second, and takes 170 MB. Here no list
is made for the brackets, and between two pieces others have their turn.
"""

import re
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import orjson

from app.admission.room import need
from app.layers.base import Array, Shape
from app.problems import (
    Invalid,
    Message,
    NullNumber,
    Problem,
    message,
)
from app.settings import Limits
from app.tensors.not_json import not_json
from app.tensors.received import check_shape

# So much is done while no other thread has its turn.
_PIECE = 8 * 1024
# After so many pieces others are let in. Python would ask for it after its interval, but who waits
# for that wakes late: 7 to 20 ms were seen where the interval is 1 ms.
_IN_ONE_TURN = 4
BLANKS = b" \t\n\r"
# Where numbers stand: brackets and commas stay, a number's characters become 0, all others x.
_MARKS = bytes(
    c if c in b"[,]" else ord("0" if c in b"0123456789+-.eE" else "x") for c in range(256)
)
_OPEN, _CLOSE, _NUMBER, _COMMA = b"[]0,"
_NO_BRACKETS = bytes.maketrans(b"[]", b"  ")
_STRANGE = re.compile(rb"[^0-9+\-.eE\[\], \t\n\r]|[0-9.][ \t\n\r]*\[|\][ \t\n\r]*[0-9+\-.]")
_NULL = "null"
# What can stand where a number should, by its first characters.
_OTHERS: dict[bytes, Message | str] = {
    b'"': message("text"),
    b"{": message("an object"),
    b"null": _NULL,
    b"true": "true",
    b"false": "false",
}
# Bytes of memory for one of text: `1,` becomes a float64; among Python's own numbers, `1.0,`.
_READING, _EXACTLY = 6, 10


class LongList:
    """A nested list of numbers as it is written.

    Args:
        body: in which it stands.
        start: where it begins.
        stop: where it ends.
        name: that it has there.
    """

    def __init__(self, body: bytes, start: int, stop: int, name: str = "") -> None:
        self._body, self.start, self.stop, self.name = body, start, stop, name

    def read(self, limits: Limits) -> Array:
        """Return the numbers in float64.

        Raises:
            Invalid: it is ragged, or something in it is no number.
            TooLarge: more axes or elements than the limits allow.
            Unreadable: it is not JSON.
        """
        need(_READING * (self.stop - self.start))
        shape = self._shape(limits)
        numbers, done = np.empty(check_shape(shape, limits), np.float64), 0
        for values in self._values() if numbers.size else ():
            numbers[done : done + len(values)] = np.fromiter(values, np.float64, len(values))
            done += len(values)
        return numbers.reshape(shape)

    def leaves(self) -> list[Any]:
        """Return the numbers as Python's own, which are exact."""
        need(_EXACTLY * (self.stop - self.start))
        return [value for values in self._values() for value in values]

    def with_truths(self) -> "LongList":
        """Return the same with 1 for `true` and 0 for `false`, every number in its place."""
        need(2 * len(self._body), len(self._body))
        text = self._body[self.start : self.stop]
        # The blank in front keeps a number that stands before it from taking it up.
        for word, digit in ((b"true", b" 1  "), (b"false", b" 0   ")):
            text = text.replace(word, digit)
        body = b"".join([self._body[: self.start], text, self._body[self.stop :]])
        return LongList(body, self.start, self.stop, self.name)

    def wrong_at(self, offset: int) -> Problem:
        """Return what is wrong with what stands at an offset in the body."""
        begins = (name for first, name in _OTHERS.items() if self._body.startswith(first, offset))
        name = next(begins, None)
        if name is None:
            return not_json(self._body, offset)
        before = self._body[self.start : offset].translate(_MARKS, BLANKS)
        place = _place(before.translate(None, b"0x"))
        refuse = NullNumber if name == _NULL else Invalid
        return refuse("{element} at {place} is not a number", element=name, place=place)

    def _pieces(self) -> Iterator[tuple[int, bytes]]:
        """Return the text in pieces, cut at commas, and where each begins in the body."""
        start = self.start
        for number in count():
            if self.stop - start <= _PIECE:
                break
            if number % _IN_ONE_TURN == _IN_ONE_TURN - 1:
                time.sleep(0)
            cut = self._body.rfind(b",", start, start + _PIECE)
            if cut < 0:
                cut = self._body.find(b",", start, self.stop)
            if cut < 0:
                break
            yield start, self._body[start:cut]
            start = cut + 1
        yield start, self._body[start : self.stop]

    def _values(self) -> Iterator[list[Any]]:
        for start, piece in self._pieces():
            try:
                values = orjson.loads(b"[" + piece.translate(_NO_BRACKETS) + b"]")
            except orjson.JSONDecodeError as error:
                raise not_json(self._body, start + error.pos - 1) from None
            if len(values) != piece.count(b",") + 1:
                raise not_json(self._body, start)
            yield values

    def _marks(self) -> tuple[bytes, bool]:
        """Return the brackets and the commas, and whether there are numbers at all."""
        found, has_numbers = [], False
        for start, piece in self._pieces():
            marks = piece.translate(_MARKS, BLANKS)
            if b"x" in marks or _is_misplaced(np.frombuffer(marks, np.uint8)):
                strange = _STRANGE.search(piece)
                raise self.wrong_at(start + (strange.end() - 1 if strange else 0))
            has_numbers = has_numbers or b"0" in marks
            found.append(marks.translate(None, b"0"))
        return b",".join(found), has_numbers

    def _shape(self, limits: Limits) -> Shape:
        marks, has_numbers = self._marks()
        depth = len(marks) - len(marks.lstrip(b"["))
        check_shape((1,) * depth, limits)
        # From the innermost list on, the first of each level: its size and its length in marks.
        sizes: Shape = ()
        length = 0
        for level in range(1, depth + 1):
            start = depth - level
            end = _find(marks, b"]" * level) + level if start else len(marks)
            size = max((end - start - 1) // (length + 1), 1)
            if not _is_even(np.frombuffer(marks, np.uint8)[start:end], size, length):
                one = marks[start + 1 : start + 1 + length] + b","
                like = b"[" + (one * size)[:-1] + b"]"
                place = _place(marks[:start] + _alike(like, marks[start:end]))
                raise Invalid("the list is ragged at {place}", place=place)
            sizes, length = (size, *sizes), end - start
        if has_numbers:
            return sizes
        if sizes[-1:] != (1,):
            raise not_json(self._body, self.start + depth)
        return (*sizes[:-1], 0)


def _is_misplaced(marks: Array) -> bool:
    """Tell whether there is `0[` or `]0`: a number outside of the innermost lists."""
    first, second = marks[:-1], marks[1:]
    before = (first == _NUMBER) & (second == _OPEN)
    return bool((before | (first == _CLOSE) & (second == _NUMBER)).any())


def _find(marks: bytes, end: bytes) -> int:
    """Return where this is found first, or -1; looked for in pieces, as all is here."""
    for start in range(0, len(marks), _PIECE):
        if (place := marks.find(end, start, start + _PIECE + len(end) - 1)) >= 0:
            return place
    return -1


def _is_even(marks: Array, size: int, length: int) -> bool:
    """Tell whether a list has so many lists, all like its first one, which has this length.

    NumPy lets others run while it compares.
    """
    within, period = marks[1:-1], length + 1
    return (
        len(marks) == 1 + size * period
        and marks[0] == _OPEN
        and marks[-1] == _CLOSE
        and (size == 1 or within[length] == _COMMA)
        and np.array_equal(within[period:], within[:-period])
    )


def _alike(one: bytes, other: bytes) -> bytes:
    """Return what both begin with."""
    most = min(len(one), len(other))
    differ = np.frombuffer(one, np.uint8, most) != np.frombuffer(other, np.uint8, most)
    return one[: int(differ.argmax()) if differ.any() else most]


def _place(marks: bytes) -> list[int]:
    """Return the index at which the list is after these brackets and commas."""
    place: list[int] = []
    for mark in marks:
        if mark == _OPEN:
            place.append(0)
        elif place and mark == _CLOSE:
            place.pop()
        elif place:
            place[-1] += 1
    return place
