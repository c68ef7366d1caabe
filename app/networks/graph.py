"""A graph of stages that can be run: a chain, a trained network, somebody's file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.graphs import Stage
from app.layers.base import Array, Shape
from app.networks.settled import Settled
from app.runtime.sessions import Session


@dataclass(frozen=True)
class Graph:
    """Stages and what runs them.

    Attributes:
        stages: each after those that it takes from.
        values: the name in the file of each stage's output, by the stage's name.
        source: the name in the file of the input.
        output: the stage whose value is the graph's own output, the first where it has several.
        outputs: the names in the file of all of them.
        shape: of the input.
        session: runs it node by node; every stage's value is an output.
        settled: its nodes and constants as the file has them.
        channels_last: the stages, `input` too, whose values are pictures (N, H, W, C).
    """

    stages: tuple[Stage, ...]
    values: Mapping[str, str]
    source: str
    output: str
    outputs: tuple[str, ...]
    shape: Shape
    session: Session
    settled: Settled
    channels_last: frozenset[str] = frozenset()

    def run(self, array: Array, names: Iterable[str]) -> dict[str, Array]:
        """Return the outputs of some stages, by name."""
        wanted = list(dict.fromkeys(names))
        found = self.session.run({self.source: array}, [self.values[name] for name in wanted])
        return {name: found[self.values[name]] for name in wanted}
