"""Names that JSON gives twice: of two values one would be lost, and nobody would know which."""

import json
from collections import Counter
from typing import Any

from app.problems import Invalid

_LONGEST = 80


def check_names_once(text: bytes, value: Any) -> None:
    """Refuse JSON in which an object has a name twice.

    Args:
        text: the JSON.
        value: what it says, where the later of two values has taken the place of the first.

    Raises:
        Invalid: naming the first such name.
    """
    # Every name has a colon of its own. Mostly there are no others, and this is all.
    written = text.count(b":")
    if written == _names(value, whole=False):
        return
    if _outside(text).count(b":") == _names(value, whole=True):
        return
    name = _first_twice(text)
    if name is not None:
        raise Invalid("'{name}' is given twice", loc=(name,), name=name)


def _outside(text: bytes) -> bytes:
    """Return what of JSON stands outside of its strings, in a few passes that are all C's."""
    plain = text.replace(rb"\\", b"").replace(rb"\"", b"")
    return b"".join(plain.split(b'"')[::2])


def _names(value: Any, *, whole: bool) -> int:
    """Count the names of all objects; in lists that begin as a tensor does only where `whole`."""
    # What stands first in a list is of the same kind as the list: each chain is gone down once.
    count, open_ = 0, [(value, whole)]
    for one, has_names in open_:
        if isinstance(one, dict):
            count += len(one)
            open_ += [(inner, whole) for inner in one.values() if isinstance(inner, dict | list)]
        elif isinstance(one, list) and (has_names or isinstance(_first(one), dict)):
            lists = ((place, inner) for place, inner in enumerate(one))
            open_ += [(i, whole or not place) for place, i in lists if isinstance(i, dict | list)]
    return count


def _first(value: Any) -> Any:
    while isinstance(value, list) and value:
        value = value[0]
    return value


def _first_twice(text: bytes) -> str | None:
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        counted = Counter(name for name, _ in pairs)
        found.extend(name for name, times in counted.items() if times > 1)

    try:
        json.loads(text, object_pairs_hook=look, parse_int=float)
    except RecursionError:  # so deep is nothing that anybody means
        return None
    return found[0][:_LONGEST] if found else None
