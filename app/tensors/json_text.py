"""JSON in which long lists of numbers are not made into lists."""

import codecs
import re
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from app.admission.room import need
from app.problems import Invalid, TooLarge
from app.settings import Limits
from app.tensors.long_lists import BLANKS, LongList
from app.tensors.not_json import not_json
from app.tensors.twice import check_names_once

_LONG = 32 * 1024
# A key that a list follows. In a body that is JSON only a key can be this: a quote that no
# backslash precedes begins or ends a string, and behind the end of one no name can stand.
_KEY = re.compile(rb'(?<!\\)"([A-Za-z0-9_.]{1,64})"[ \t\n\r]*:[ \t\n\r]*(?=\[)')
_END = re.compile(rb'["{}]')
# What stands for a list meanwhile; nobody can send it.
_TOKEN = secrets.token_hex(16)
# Bytes of memory for one of JSON: `[1],` becomes a list of 88 bytes, a place in another, a number.
_PARSING = 30


def read_json(body: bytes, limits: Limits) -> Any:
    """Return what JSON says, with a `LongList` for each long list of numbers.

    Raises:
        Unreadable: it is not JSON.
        Invalid: a long list holds something that is no number, a number is too large, or a name is
            given twice.
        TooLarge: there is too much besides the long lists.
    """
    body = body.removeprefix(codecs.BOM_UTF8)  # some programs begin every text so
    lists = list(_long_lists(body, limits)) if len(body) > _LONG else []
    rest = _without(lists, body) if lists else body
    need(_PARSING * len(rest))
    try:
        value = orjson.loads(rest)
    except orjson.JSONDecodeError as error:
        place = len(error.doc[: error.pos].encode("utf-8", "replace"))
        raise not_json(body, _in_body(place, lists)) from None
    check_names_once(rest, value)
    return _filled(value, lists) if lists else value


def _long_lists(body: bytes, limits: Limits) -> Iterator[LongList]:
    most, cut, name = limits.json_other_bytes, 0, ""
    place = len(body) - len(body.lstrip(BLANKS))
    start = place if body[place : place + 1] == b"[" else None
    while place >= 0 and place - cut <= most:
        if start is not None and not _END.search(body, start, start + _LONG):
            yield (found := _list_at(body, start, name))
            cut += found.stop - found.start
            place = found.stop
        place = body.find(b'"', place + 1)
        key = _KEY.match(body, place) if place >= 0 else None
        start, name = (key.end(), key[1].decode()) if key else (None, "")
    if len(body) - cut > most:
        raise TooLarge(
            "besides long lists of numbers, JSON can have at most {most} bytes", most=most
        )


def _list_at(body: bytes, start: int, name: str) -> LongList:
    """Return the list that begins here; in none of its numbers is there a quote or a brace."""
    ends = [end for mark in (b'"', b"{", b"}") if (end := body.find(mark, start)) >= 0]
    end = min(ends, default=len(body))
    found = LongList(body, start, body.rfind(b"]", start, end) + 1 or end, name)
    # In pieces, between which others have their turn.
    depths = (
        body.count(b"[", place, stop) - body.count(b"]", place, stop)
        for place in range(start, end, _LONG)
        if (stop := min(place + _LONG, end))
    )
    if sum(depths):
        raise found.wrong_at(end).at(*([name] if name else []))
    return found


def _stand_in(place: int) -> bytes:
    return f'"{_TOKEN}{place}"'.encode()


def _without(lists: Sequence[LongList], body: bytes) -> bytes:
    """Return the body with a word in place of each list."""
    parts, done = [], 0
    for place, found in enumerate(lists):
        parts += [body[done : found.start], _stand_in(place)]
        done = found.stop
    return b"".join([*parts, body[done:]])


def _in_body(offset: int, lists: Sequence[LongList]) -> int:
    """Return where in the body is what stands at this offset without the lists."""
    for place, found in enumerate(lists):
        if offset > found.start:
            offset += found.stop - found.start - len(_stand_in(place))
    return offset


def _filled(value: Any, lists: Sequence[LongList]) -> Any:
    """Put the lists where the words are that stand for them.

    Raises:
        Invalid: one has no place any more, since its name came again.
    """
    whole, left = [value], dict(enumerate(lists))
    nodes: list[Any] = [whole]
    for node in nodes:
        for key, found in list(node.items() if isinstance(node, dict) else enumerate(node)):
            if isinstance(found, str) and found.startswith(_TOKEN):
                node[key] = left.pop(int(found.removeprefix(_TOKEN)))
            elif isinstance(found, dict | list):
                nodes.append(found)
    for lost in left.values():
        raise Invalid("'{name}' is given twice", loc=(lost.name,), name=lost.name)
    return whole[0]
