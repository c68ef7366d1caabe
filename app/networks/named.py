"""Chains to start from, by name."""

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("chains.json")
SAID = ("title", "summary")


@lru_cache(1)
def _read() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(PATH.read_text("utf-8"))
    return found


def named_chains(say: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return each chain: name, title and summary in the reader's words, input's shape, layers."""
    return [chain | {key: say(chain[key]) for key in SAID} for chain in _read()]
