"""The NumPy form of a layer: a function, what it is called with, and what that takes."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class NumpyCall(NamedTuple):
    """A call of a plain function that computes a layer by NumPy alone.

    Attributes:
        function: at the top of a module; with what it uses it is shown as a program.
        tensors: names of those that it takes first, in order; None is passed for one not sent.
        arguments: the rest, by name.
    """

    function: Callable[..., Any]
    tensors: tuple[str, ...]
    arguments: Mapping[str, Any]


class Effort(NamedTuple):
    """What a NumPy form takes besides the tensors and the outputs.

    Attributes:
        elements: held at the same time, at most, of eight bytes each.
        rounds: of its Python loop.
    """

    elements: int
    rounds: int = 1
