"""Forms and queries as lists of parts: a name, bytes, and whether it came as a file."""

import logging
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.problems import TooLarge, Unreadable
from app.settings import Limits

_LONGEST_HEADERS = 8192
# Queries, and forms like them, of at most so many characters are the same mostly: kept as read.
_KEPT, _KEPT_TEXT = 256, 200
# What is wrong with a form is told to its sender; it is no news for the server's log.
logging.getLogger("python_multipart").setLevel(logging.ERROR)


class Part(NamedTuple):
    """One part of a form; of a file also what it says that it is called."""

    name: str
    data: bytes
    is_file: bool
    filename: str = ""


class _Collector:
    """Gathers what the parser finds; `python_multipart` calls its methods."""

    def __init__(self, limits: Limits) -> None:
        self.parts: list[Part] = []
        self._limits = limits
        self._headers: dict[bytes, bytes] = {}
        self._field, self._value = bytearray(), bytearray()
        self._pieces: list[bytes] = []

    def on_part_begin(self) -> None:
        if len(self.parts) >= self._limits.parts:
            raise TooLarge("the form has more than {most} parts", most=self._limits.parts)
        self._headers, self._pieces = {}, []

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]
        self._check_header()

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._check_header()

    def _check_header(self) -> None:
        if len(self._field) + len(self._value) > _LONGEST_HEADERS or len(self._headers) > 16:
            raise Unreadable("the headers of a part are too long")

    def on_header_end(self) -> None:
        self._headers[bytes(self._field).lower()] = bytes(self._value)
        self._field, self._value = bytearray(), bytearray()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def on_part_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name")
        if name is None:
            raise Unreadable("a part of the form has no name")
        text, called = name.decode("utf-8", "replace"), options.get(b"filename")
        said = (called or b"").decode("utf-8", "replace")
        self.parts.append(Part(text, b"".join(self._pieces), called is not None, said))


def read_multipart(body: bytes, content_type: str, limits: Limits) -> list[Part]:
    """Return the parts of a multipart/form-data body.

    Raises:
        Unreadable: no boundary, or not what it says it is.
        TooLarge: too many parts.
    """
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise Unreadable("the form's Content-Type names no boundary")
    found = _Collector(limits)
    callbacks = {
        name: getattr(found, name)
        for name in (
            "on_part_begin",
            "on_header_field",
            "on_header_value",
            "on_header_end",
            "on_part_data",
            "on_part_end",
        )
    }
    try:
        parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]
        parser.write(body)
        parser.finalize()
    except (MultipartParseError, ValueError) as error:
        raise Unreadable("the form is broken or cut short") from error
    if body and not body.rstrip(b"\r\n ").endswith(b"--"):
        raise Unreadable("the form is broken or cut short")
    return found.parts


def read_urlencoded(text: bytes | str, limits: Limits) -> list[Part]:
    """Return the fields of a query string or an urlencoded body."""
    if not text:
        return []
    if len(text) <= _KEPT_TEXT:
        return list(_kept(text, limits.parts))
    return _pairs(text, limits.parts)


def _pairs(text: bytes | str, most: int) -> list[Part]:
    try:
        plain = text.decode("utf-8") if isinstance(text, bytes) else text
        pairs = parse_qsl(plain, keep_blank_values=True, max_num_fields=most)
    except UnicodeDecodeError as error:
        raise Unreadable("the form is not UTF-8") from error
    except ValueError as error:
        raise TooLarge("the form has more than {most} parts", most=most) from error
    return [Part(name, value.encode("utf-8", "replace"), False) for name, value in pairs]


_kept = lru_cache(_KEPT)(_pairs)
