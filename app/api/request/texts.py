"""Text in forms and queries: JSON, a list without brackets, or just text."""

from contextlib import suppress
from typing import Any

import orjson

from app.api.request.form import Part
from app.problems import Invalid, TooLarge, Unreadable
from app.settings import Limits
from app.tensors.json_text import read_json

_REF = "ref:"
# Of a list without brackets: characters, and items where not all are numbers.
_LONGEST_LIST, _MOST_NAMES = 65536, 1024


def read_whole(text: bytes, name: str, limits: Limits) -> Any:
    """Read JSON; what is wrong at no other place is wrong with what has this name."""
    try:
        return read_json(text, limits)
    except Invalid as problem:
        raise problem if problem.faults else problem.at(name) from None


def part_value(part: Part, limits: Limits) -> Any:
    """Read a part of a form that is no file; what is wrong with it is wrong at its name.

    Raises:
        TooLarge: more bytes than JSON may have.
        Invalid: a number that is too large.
    """
    _check_text(part, limits)
    try:
        return text_value(part.data, limits)
    except Invalid as problem:
        raise problem.at(part.name[:80]) from None


def _check_text(part: Part, limits: Limits) -> None:
    """Hold a text value against the limit for JSON."""
    if len(part.data) > limits.json_bytes:
        raise TooLarge(
            "'{name}' has {size} bytes of text; at most {most} can be",
            loc=(part.name[:80],),
            name=part.name[:80],
            size=len(part.data),
            most=limits.json_bytes,
        )


def text_value(data: bytes, limits: Limits) -> Any:
    """Read a text value: JSON if it is JSON, else a comma-separated list, else the text."""
    text = data.decode("utf-8", "replace")
    if text.startswith(_REF):
        return {"ref": text.removeprefix(_REF)}
    try:
        return read_json(data, limits)
    except Unreadable:
        return _listed(text) if "," in text and len(text) < _LONGEST_LIST else text


def _listed(text: str) -> Any:
    """Read a list without brackets: of numbers, or of not too many names.

    Lines are no such list: in a line of its own a name may have commas.
    """
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(f"[{text}]")
    items = [item.strip() for item in text.split(",", _MOST_NAMES)]
    if len(items) > _MOST_NAMES or any("\n" in item for item in items):
        return text
    return [_item(item) for item in items]


def _item(text: str) -> Any:
    if text.startswith(_REF):
        return {"ref": text.removeprefix(_REF)}
    # Who sends thousands of words waits for no sentence about each.
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(text)
    return text
