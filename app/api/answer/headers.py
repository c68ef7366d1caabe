"""What the headers of an answer tell: how long it took, and what its form has no place for."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache

_LONGEST_HEADER = 4096
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def server_timing(timing: Mapping[str, float]) -> str:
    """Return what the header says of how long the stages took."""
    return ", ".join([f"{stage};dur={ms}" for stage, ms in timing.items()])


@lru_cache(1024)
def _escaped(text: str) -> str:
    """Return characters as a JSON string has them in ASCII; the signs of formulas, mostly."""
    return json.dumps(text)[1:-1]


def answer_headers(timing: Mapping[str, float] | None, facts: bytes | None) -> dict[bytes, str]:
    """Return the headers of an answer, by name, but for its length and type.

    Args:
        timing: of the stages, in ms, where it is told.
        facts: as JSON, where they do not stand in the body; left out if they are long.
    """
    headers = {b"vary": "Accept, Accept-Language"}
    if timing:
        headers[b"server-timing"] = server_timing(timing)
    if facts is not None:
        # A header is ASCII, so what is not is escaped as JSON allows.
        said = _NOT_ASCII.sub(lambda found: _escaped(found[0]), facts.decode())
        if len(said) <= _LONGEST_HEADER:
            headers[b"layerlab-facts"] = said
    return headers
