"""What a page tells of a network before it is run: its card, and the pictures that came with it."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.networks.network import FOLDER, names
from app.networks.shown import Shown

_SUFFIXES = frozenset({".png", ".jpg"})
WORDS = FOLDER / "cards.json"
SAID = ("about", "limits")


@lru_cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return what is written of the networks of `models/`, in English, by name."""
    found: dict[str, dict[str, str]] = json.loads(WORDS.read_text())
    return found


def card(shown: Shown, say: Callable[[str], str]) -> dict[str, Any]:
    """Return a network in a few words and figures.

    Args:
        shown: one of `models/`, or one that was sent, of which nobody wrote anything.
        say: translates.
    """
    written = words().get(shown.name, {})
    samples = own_samples(shown.name)
    return {
        "name": shown.name,
        "title": say(shown.facts["title"]),
        "data": shown.facts.get("data"),
        "accuracy": shown.facts.get("accuracy"),
        "test_pictures": shown.facts.get("test_pictures"),
        "parameters": shown.known["parameters"],
        "stages": len(shown.stages),
        "bytes": shown.file().size,
        "classes": len(shown.labels),
        "thumb": samples[0]["url"] if samples else None,
        **{key: say(written[key]) if key in written else "" for key in SAID},
    }


def sample_files(name: str) -> dict[str, Path]:
    """Return the pictures that came with a network, by their names."""
    if name not in names():
        return {}
    files = sorted((FOLDER / name / "samples").glob("*"))
    return {path.name: path for path in files if path.suffix in _SUFFIXES}


def own_samples(name: str) -> list[dict[str, str]]:
    """Return where those pictures are."""
    return [
        {"name": Path(file).stem, "title": Path(file).stem, "url": f"/samples/{name}/{file}"}
        for file in sample_files(name)
    ]
