"""A network that can be run, looked into and explained, wherever it runs."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from app.admission.room import need
from app.layers._explain import Explanation
from app.layers.base import INPUT, Array, Shape
from app.networks.features import SCORES
from app.networks.follow import Step, explain_stage, follow
from app.networks.network import Network
from app.networks.preparation import Preparation
from app.networks.times import StageTimes, stage_times
from app.networks.traces import Traces
from app.networks.why import ClassMap, Contributions, class_map, contributions
from app.problems import Listed, NotFound
from app.runs import FLOAT_BYTES, count, hold
from app.settings import Limits

_LISTED = 24


class Traced(NamedTuple):
    """One run.

    Attributes:
        stats: of every stage's output.
        arrays: the outputs that were asked for, by the number of the stage.
        output: what comes out of the network.
    """

    stats: Sequence[Any]
    arrays: Mapping[int, Array]
    output: Array


class File(NamedTuple):
    """An ONNX file on the disk, which may be the rest of another.

    Attributes:
        path: of what it stands in.
        start: where it begins there.
    """

    path: Path
    start: int = 0

    @property
    def size(self) -> int:
        """Return how many bytes it has."""
        return self.path.stat().st_size - self.start


class Shown(ABC):
    """A network.

    Args:
        name: in its address.
        facts: title, data, accuracy, and how a picture is prepared.
        labels: what the outputs stand for; none where nobody said.
        known: its stages, their shapes and cost.
    """

    def __init__(
        self, name: str, facts: Mapping[str, Any], labels: Sequence[str], known: Mapping[str, Any]
    ) -> None:
        self.name, self.facts, self.labels, self.known = name, facts, labels, known

    @property
    def file_name(self) -> str:
        """Return what its files are called where they are saved, without an ending."""
        return self.name

    @property
    def stages(self) -> Sequence[Mapping[str, Any]]:
        """Return what is known of each stage."""
        stages: Sequence[Mapping[str, Any]] = self.known["stages"]
        return stages

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Return the number of each stage by its name; the input's is −1."""
        names = [INPUT.name, *(stage["name"] for stage in self.stages)]
        return {name: number for number, name in enumerate(names, -1)}

    @property
    def gives(self) -> str:
        """Return what comes out, as `app.networks.features` has it."""
        return str(self.known.get("gives", SCORES))

    @cached_property
    def preparation(self) -> Preparation:
        """Return what is done to a picture."""
        taken = self.known["input"]
        return Preparation(tuple(taken["shape"]), self.facts, taken["channels_last"])

    @property
    def takes_any_batch(self) -> bool:
        """Tell whether several inputs can be run in one array."""
        return False

    def weigh(self, batch: int, limits: Limits) -> int:
        """Return the bytes that a run on so many inputs takes here.

        Raises:
            TooLarge: it passes a limit.
        """
        return 0

    @abstractmethod
    def trace(self, array: Array, numbers: Sequence[int]) -> Traced:
        """Run it; keep the outputs of some stages."""

    @abstractmethod
    def follow(self, array: Array, number: int, at: Shape) -> list[Step]:
        """Run it; return the path of one element, as `app.networks.follow` has it."""

    @abstractmethod
    def explain(self, array: Array, number: int, at: Shape) -> Explanation:
        """Run it; return how one element of a stage was made."""

    @abstractmethod
    def run(self, array: Array) -> Array:
        """Return what comes out of it."""

    def run_planes(self, planes: Array) -> Array:
        """Return what comes out of it for an input with its rows and columns last."""
        return self.run(self.preparation.as_taken(planes))

    @abstractmethod
    def class_map(self, array: Array, chosen: int) -> ClassMap:
        """Run it; return where in the last maps a class was seen, as `app.networks.why` has it."""

    @abstractmethod
    def contributions(self, array: Array, chosen: int) -> Contributions:
        """Run it; return what the features that its scores weigh add to one."""

    @abstractmethod
    def times(self) -> StageTimes:
        """Return how long each stage takes."""

    @abstractmethod
    def tensor(self, name: str) -> Array:
        """Return a weight by `<stage>.<tensor>`.

        Raises:
            NotFound: there is none of this name.
        """

    @abstractmethod
    def file(self) -> File:
        """Return the ONNX file."""


class Local(Shown):
    """One of `models/`, run in this process.

    Args:
        network: read from its folder.
        traces: where its runs are kept.
    """

    def __init__(self, network: Network, traces: Traces) -> None:
        super().__init__(network.name, network.facts, network.labels, network.known)
        self._network, self._traces = network, traces

    @property
    def takes_any_batch(self) -> bool:
        graph = self._network.graph
        return graph.session.is_free(graph.source, 0)

    def weigh(self, batch: int, limits: Limits) -> int:
        cost, graph = self.known["totals"], self._network.graph
        made = sum(count(s.output) for s in graph.stages if s.name == graph.output) * batch
        taken = FLOAT_BYTES * count(self._network.input_shape) + cost.output_bytes
        hold(limits, made, taken * batch, cost.macs * batch, 0)
        return int(taken * batch)

    def trace(self, array: Array, numbers: Sequence[int]) -> Traced:
        run, stages = self._traces.of(self._network, array), self._network.stages
        picked = {n: run.values[stages[n].name] for n in numbers}
        return Traced(run.stats, picked, run.values[self._network.graph.output])

    def follow(self, array: Array, number: int, at: Shape) -> list[Step]:
        run = self._traces.of(self._network, array)
        return follow(self._network.graph, run.values, number, at)

    def explain(self, array: Array, number: int, at: Shape) -> Explanation:
        run = self._traces.of(self._network, array)
        return explain_stage(self._network.stages[number], run.values, at)

    def run(self, array: Array) -> Array:
        return self._network.shares(array)

    def class_map(self, array: Array, chosen: int) -> ClassMap:
        run = self._traces.of(self._network, array)
        return class_map(self._network.graph, run.values, chosen)

    def contributions(self, array: Array, chosen: int) -> Contributions:
        run = self._traces.of(self._network, array)
        return contributions(self._network.graph, run.values, chosen)

    def times(self) -> StageTimes:
        need(2 * self.known["totals"].output_bytes)  # every value, and room for it to be made again
        return stage_times(self._network.graph)

    def tensor(self, name: str) -> Array:
        weights = self._network.tensors()
        if name not in weights:
            raise NotFound(
                "no tensor of this network is called '{name}'; there are {names}",
                name=name[:40],
                names=few(list(weights)),
            )
        return weights[name]

    def file(self) -> File:
        return File(self._network.path)


def few(names: Sequence[str]) -> Listed:
    """Return names in a row, the middle left out where they are many."""
    if len(names) <= _LISTED:
        return Listed(names)
    return Listed([*names[: _LISTED - 1], "...", names[-1]])
