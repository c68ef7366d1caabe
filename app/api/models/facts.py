"""What there is to say of a network: its stages, their cost, its classes."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from app.layers.base import Array
from app.networks.features import MAPS, PROBABILITIES
from app.networks.network import network
from app.networks.shown import Local, Shown, few
from app.problems import Invalid, NetworkGone
from app.settings import Limits
from app.state import State
from app.uploads.kept import is_given

_DIGITS = 8
_PIECE = 1 << 16


def find_network(state: State, name: str) -> Shown:
    """Return a network by name: one that was sent, or one of `models/`.

    Raises:
        NetworkGone: the name is one of a network that was sent, and none is held under it.
        NotFound: there is none.
    """
    sent = state.uploads.find(name)
    if sent is None and is_given(name):
        raise NetworkGone(
            "this network was sent, and is forgotten: that happens when nobody uses one for {hours}"
            " h, or earlier when room is needed for others",
            hours=kept_hours(state.limits),
        )
    return sent or Local(network(name), state.traces)


def kept_hours(limits: Limits) -> str:
    """Return for how many hours a network that was sent is kept unused."""
    return f"{limits.model_seconds / 3600:.2g}"


def summary(found: Shown, say: Callable[[str], str]) -> dict[str, Any]:
    """Return what there is to know of a network without running it."""
    known = dict(found.known)
    known["input"] = known["input"] | {"range": found.preparation.value_range}
    return {
        "name": found.name,
        **{key: say(value) if key == "title" else value for key, value in found.facts.items()},
        "classes": [say(label) for label in found.labels],
        **known,
    }


def top(
    found: Shown, output: Array, say: Callable[[str], str], most: int = 5
) -> list[dict[str, Any]]:
    """Return the classes that are given most; none where no classes come out."""
    if found.gives == MAPS:
        return []
    return told_classes(found, output, highest(output.reshape(-1), most), say)


def highest(line: Array, most: int) -> list[int]:
    """Return the places of the highest values, the highest first; of a long row piece by piece.

    Of equal ones the first is first, and what is no number goes before all, as for `argmax`.
    """
    if len(line) <= _PIECE:
        return [int(place) for place in _ordered(line)[:most]]
    starts = range(0, len(line), _PIECE)
    parts = [np.sort(_ordered(line[start : start + _PIECE])[:most]) + start for start in starts]
    places = np.concatenate(parts)
    return [int(place) for place in places[_ordered(line[places])[:most]]]


def _ordered(line: Array) -> Array:
    return len(line) - 1 - np.argsort(line[::-1], kind="stable")[::-1]


def told_classes(
    found: Shown, output: Array, classes: Sequence[int], say: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Return what the network gives some classes."""
    line, labels = output.reshape(-1), found.labels
    return [
        {
            "index": i,
            "label": say(labels[i]) if i < len(labels) else str(i),
            **given(found, float(line[i])),
        }
        for i in classes
    ]


def given(found: Shown, value: float) -> dict[str, float]:
    """Return a number that a class is given, under the name of what it is."""
    return {"probability" if found.gives == PROBABILITIES else "score": value}


def stage_number(node: object, found: Shown, field: str = "node") -> int:
    """Return the number of a stage that is named, or numbered; −1 is the input.

    Raises:
        Invalid: there is no such stage; `field` is to blame.
    """
    if isinstance(node, str) and node in found.numbers:
        return found.numbers[node]
    if isinstance(node, str) and node.removeprefix("-").isdecimal() and len(node) < _DIGITS:
        node = int(node)
    if type(node) is not int or not -1 <= node < len(found.stages):
        raise Invalid(
            "{field} must be one of {names}, or its number from 0, or -1 for the input",
            loc=(field,),
            field=field,
            names=few(list(found.numbers)),
        )
    return node
