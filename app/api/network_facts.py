"""What there is to say of a network: its stages, their cost, its classes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.layers.base import INPUT, Array
from app.networks.facts import graph_facts
from app.networks.network import Network
from app.problems import Invalid

_DIGITS = 8
_LISTED = 24


def summary(found: Network, say: Callable[[str], str]) -> dict[str, Any]:
    """Return what there is to know of a network without running it."""
    known = graph_facts(found.graph)
    known["input"] |= {"range": found.value_range}
    return {
        "name": found.name,
        **{key: say(value) if key == "title" else value for key, value in found.facts.items()},
        "classes": [say(label) for label in found.labels],
        **known,
    }


def top(
    found: Network, shares: Array, say: Callable[[str], str], most: int = 5
) -> list[dict[str, Any]]:
    """Return the most probable classes, the most probable first."""
    line = shares.reshape(-1)
    return [
        {"index": int(i), "label": say(found.labels[i]), "probability": float(line[i])}
        for i in np.argsort(line)[::-1][:most]
    ]


def stage_number(node: object, found: Network, field: str = "node") -> int:
    """Return the number of a stage that is named, or numbered; −1 is the input.

    Raises:
        Invalid: there is no such stage; `field` is to blame.
    """
    known = [INPUT.name, *(stage.name for stage in found.stages)]
    if isinstance(node, str) and node in known:
        return known.index(node) - 1
    if isinstance(node, str) and node.removeprefix("-").isdecimal() and len(node) < _DIGITS:
        node = int(node)
    if type(node) is not int or not -1 <= node < len(found.stages):
        raise Invalid(
            "{field} must be one of {names}, or its number from 0, or -1 for the input",
            loc=(field,),
            field=field,
            names=_few(known),
        )
    return node


def _few(names: list[str]) -> str:
    """Return names in a row, the middle left out where they are many."""
    if len(names) <= _LISTED:
        return ", ".join(names)
    return ", ".join([*names[: _LISTED - 1], "...", names[-1]])
