"""What a case asks of Layerlab: a request, or the reason why none can say it."""

from typing import Any, NamedTuple

from tests.corpus.nodes import Array


class Request(NamedTuple):
    """One layer's parameters and tensors, and what must come back under which name."""

    layer: str
    parameters: dict[str, Any]
    tensors: dict[str, Array]
    expected: dict[str, Array]


class LeftOut(Exception):
    """The contract has no words for this case."""


def plain(layer: str, parameters: dict[str, Any], x: Array, y: Array) -> Request:
    """Return a request of one tensor in, one out."""
    return Request(layer, parameters, {"input": x}, {"output": y})
