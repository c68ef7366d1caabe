"""What is known of a request while it is answered, carried in its ASGI scope."""

import re
from collections.abc import Iterable, Mapping, MutableMapping
from functools import lru_cache
from itertools import count
from os import urandom
from typing import Any

_KEY = "layerlab.seen"
_WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_NAME = b"x-request-id"
_number = count(1)


class Seen:
    """One request: its id, if its answer has begun, why it was refused, how long it took, in ms."""

    __slots__ = ("has_begun", "id", "reason", "timing")

    def __init__(self, request_id: str) -> None:
        self.id = request_id
        self.reason: str | None = None
        self.has_begun = False
        self.timing: Mapping[str, float] | None = None


def request_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the id that came in `X-Request-ID` when it is well formed, else a new one."""
    for name, value in headers:
        if name == _NAME and _WELL_FORMED.fullmatch(value):
            return value.decode()
    return new_id()


@lru_cache(1)
def _own() -> str:
    """Return what the ids of this process begin with; they need not be hard to guess.

    Workers are forked: what is made when this module is loaded would be the same in each.
    """
    return urandom(6).hex()


def new_id() -> str:
    """Return an id that no other request has."""
    return f"{_own()}-{next(_number):x}"


def attach(scope: MutableMapping[str, Any]) -> Seen:
    """Begin what is known of a request."""
    seen = scope[_KEY] = Seen(request_id(scope["headers"]))
    return seen


def seen_in(scope: Mapping[str, Any]) -> Seen | None:
    """Return what is known of a request; None where nobody looks on."""
    found: Seen | None = scope.get(_KEY)
    return found


def note_refusal(scope: Mapping[str, Any], slug: str) -> None:
    """Note why a request was refused."""
    seen = seen_in(scope)
    if seen is not None:
        seen.reason = slug


def note_timing(scope: Mapping[str, Any], timing: Mapping[str, float]) -> None:
    """Note how long the stages took, in ms, by their names in `STAGES`."""
    seen = seen_in(scope)
    if seen is not None:
        seen.timing = timing
