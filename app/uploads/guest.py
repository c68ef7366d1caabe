"""A model in its own process: opened once, then asked. This module runs inside the jail."""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from app.layers._explain import Explanation
from app.layers.base import INPUT, Array, Shape, Shapes
from app.networks.facts import graph_facts
from app.networks.follow import Step, Values, explain_stage, follow
from app.networks.graph import Graph
from app.networks.open import open_graph
from app.networks.read import NOT_RUN
from app.networks.times import stage_times
from app.networks.why import class_map, contributions
from app.problems import Invalid, NotFound, TooLarge
from app.runs import count
from app.tensors.stats import describe
from app.uploads.checks import read_model
from app.uploads.jail import seconds_left
from app.uploads.messages import Message
from app.uploads.sent import unpacked

# Multiply-accumulates of a run that is tried at once.
_TRIED = 5_000_000_000


class Guest:
    """One model and its last run.

    Args:
        path: of the file.
        macs: how many a run may take.
        elements: how many numbers a run may make in all.
    """

    def __init__(self, path: Path, macs: int, elements: int) -> None:
        self._path, self._macs, self._elements = path, macs, elements
        self._open(NOT_RUN)
        self._sent = b""
        self._values: Values = {}
        if sum(stage["cost"].macs for stage in self._facts["stages"]) <= _TRIED:
            # What cannot run is told now, not when somebody comes to look.
            values = self._run(np.zeros(self._graph.shape, np.float32))
            if any(stage.output != values[stage.name].shape for stage in self._graph.stages):
                named = self._graph.values.items()
                ran = {value: values[name].shape for name, value in named}
                del self._graph  # there is memory for one
                self._open(ran)

    def _open(self, ran: Shapes) -> None:
        """Read the file; what is known of a run's shapes is right."""
        sent = unpacked(self._path.read_bytes())
        self._graph = open_graph(read_model(sent.model), sent.shape, ran)
        self._facts = graph_facts(self._graph)
        _hold(self._graph, self._macs, self._elements)

    def answer(self, asked: Message) -> Message:
        """Do what is asked: `facts`, `run`, `trace` and what else stands here."""
        does: Mapping[str, Callable[[Message], Message]] = {
            "facts": self._tell,
            "run": self._run_alone,
            "trace": self._trace,
            "follow": self._follow,
            "explain": self._explain,
            "class_map": self._class_map,
            "contributions": self._contributions,
            "times": self._times,
            "tensor": self._tensor,
        }
        return does[asked.facts["does"]](asked)

    def _tell(self, asked: Message) -> Message:
        return Message(self._facts, {})

    def _run(self, array: Array) -> Values:
        # By its bits: of 0 and −0 a network can make different things.
        sent = blake2b(array.tobytes(), digest_size=16).digest()
        if self._sent != sent:
            self._sent = b""
            names = [stage.name for stage in self._graph.stages]
            self._values = {INPUT.name: array} | self._made(array, names)
            self._sent = sent
        return self._values

    def _made(self, array: Array, names: list[str]) -> dict[str, Array]:
        """Run it; what comes out can be larger than was told, where its size is in the numbers.

        Raises:
            TooLarge: more numbers than a run may make.
        """
        made = self._graph.run(array, names)
        _hold_numbers(array.size + sum(value.size for value in made.values()), self._elements)
        return made

    def _run_alone(self, asked: Message) -> Message:
        """Run it for what comes out alone: of what is kept of the last run nothing changes."""
        output = self._graph.output
        return Message({}, {"output": self._made(asked.arrays[INPUT.name], [output])[output]})

    def _trace(self, asked: Message) -> Message:
        values, stages = self._run(asked.arrays[INPUT.name]), self._graph.stages
        picked = {str(n): values[stages[n].name] for n in asked.facts["stages"]}
        stats = [describe(values[stage.name]) for stage in stages]
        return Message({"stats": stats}, picked | {"output": values[self._graph.output]})

    def _follow(self, asked: Message) -> Message:
        values, at = self._run(asked.arrays[INPUT.name]), tuple(asked.facts["at"])
        steps = follow(self._graph, values, asked.facts["stage"], at)
        return Message({"steps": [_told(step) for step in steps]}, {})

    def _explain(self, asked: Message) -> Message:
        values, at = self._run(asked.arrays[INPUT.name]), tuple(asked.facts["at"])
        stage = self._graph.stages[asked.facts["stage"]]
        return Message({"made": _element(explain_stage(stage, values, at))}, {})

    def _class_map(self, asked: Message) -> Message:
        values = self._run(asked.arrays[INPUT.name])
        found = class_map(self._graph, values, asked.facts["chosen"])
        return Message({"stage": found.stage, "bias": found.bias}, {"cells": found.cells})

    def _contributions(self, asked: Message) -> Message:
        values = self._run(asked.arrays[INPUT.name])
        return Message(contributions(self._graph, values, asked.facts["chosen"])._asdict(), {})

    def _times(self, asked: Message) -> Message:
        self._values, self._sent = {}, b""  # there is room for the values of one run
        # Half is for the runs; the rest is for what comes before: parts are cut out, sessions made.
        seconds = seconds_left() or asked.facts["seconds"]
        return Message(stage_times(self._graph, seconds / 2)._asdict(), {})

    def _tensor(self, asked: Message) -> Message:
        wanted: str = asked.facts["called"]
        stage, _, name = wanted.rpartition(".")
        for found in self._graph.stages:
            if found.name == stage and name in found.weights:
                return Message({}, {"tensor": found.weights[name]})
        raise NotFound(
            "no tensor of this network is called '{name}'", name=asked.facts["called"][:80]
        )


def _told(step: Step) -> dict[str, Any]:
    return {
        "stage": step.stage,
        "source": step.source,
        "explanation": _element(step.explanation),
        "followed": step.followed,
    }


def _element(made: Explanation) -> dict[str, Any]:
    # Of a network no formulas are told.
    told = {name: getattr(made, name) for name in type(made).__slots__ if name != "formula"}
    return told | {"window": made.window and made.window._asdict()}


def _hold(graph: Graph, macs: int, elements: int) -> None:
    """Refuse a graph that would take too much before it takes it.

    Raises:
        TooLarge: multiply-accumulates, or numbers made.
        Invalid: an input that no picture or tensor can be.
    """
    if not 1 <= len(graph.shape) <= 5 or 0 in graph.shape:
        shape: Shape = graph.shape
        raise Invalid("an input of {shape} is not taken here", loc=("model",), shape=list(shape))
    needed = sum(stage.layer.macs(stage.shapes) for stage in graph.stages)
    if needed > macs:
        raise TooLarge(
            "a run of this model would take {macs} multiply-accumulates; at most {most} can be",
            macs=needed,
            most=macs,
        )
    _hold_numbers(count(graph.shape) + sum(count(s.output) for s in graph.stages), elements)


def _hold_numbers(made: int, elements: int) -> None:
    if made > elements:
        raise TooLarge(
            "a run of this model would make {made} numbers; at most {most} can be",
            made=made,
            most=elements,
        )
