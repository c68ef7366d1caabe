"""One layer applied: resolved, weighed against the limits, its missing tensors made, run."""

import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from app.graphs import layer_model
from app.layers.base import INPUT, Array, Layer, Shape
from app.problems import TooLarge
from app.runtime.devices import AUTO, Work, choose_device
from app.runtime.session_cache import SessionCache
from app.runtime.sessions import NO_REFS
from app.settings import Limits

FLOAT_BYTES = 4
# The slowest convolution makes more of them in a billionth of a second.
_MACS_AT_ONCE = 4
# The next request has the same shapes mostly.
_KEPT_PLANS = 256


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run takes; 1 MAC is 2 FLOPs."""

    parameters: int
    macs: int
    output_bytes: int


@dataclass(frozen=True)
class Plan:
    """A layer resolved for certain shapes, before anything is allocated.

    Attributes:
        layer: with every size spelled out.
        shapes: of every tensor that enters the graph, those still to be made included.
        to_make: the names of those.
        outputs: the shape of each output.
        cost: exact.
        made: elements of all outputs.
        working_bytes: inputs, outputs and what lies between, at most.
        reads: elements that windows look at.
    """

    layer: Layer
    shapes: dict[str, Shape]
    to_make: frozenset[str]
    outputs: dict[str, Shape]
    cost: Cost
    made: int
    working_bytes: int
    reads: int

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """Return what answers tell of it; a kept plan has it made once."""
        return {
            "layer": self.layer.family,
            "params": self.layer.known(),
            "shape": self.outputs["output"],
            "cost": self.cost,
            "rule": self.layer.rule(self.shapes),
        }

    @cached_property
    def key(self) -> Hashable:
        """Return what its graph depends on."""
        return self.layer.key(self.shapes)

    @cached_property
    def elements(self) -> list[tuple[str, int]]:
        """Return how many numbers each tensor has that an answer may show."""
        made = [(name, self.shapes[name]) for name in self.to_make]
        return [(name, count(shape)) for name, shape in (*self.outputs.items(), *made)]

    @cached_property
    def work(self) -> Work:
        """Return what the time of a run depends on."""
        return Work(self.cost.macs + self.reads, self.working_bytes)

    @cached_property
    def effort(self) -> int:
        """Return how long it takes, roughly, in billionths of a second."""
        return self.cost.macs // _MACS_AT_ONCE + self.reads + self.working_bytes


@dataclass(frozen=True, slots=True)
class Run:
    """What came out."""

    plan: Plan
    tensors: dict[str, Array]
    outputs: dict[str, Array]
    device: str
    provider: str
    run_ms: float


def count(shape: Shape) -> int:
    """Return the number of elements, in integers that cannot overflow."""
    total = 1
    for size in shape:
        total *= size
    return total


def make_plan(layer: Layer, sent: Mapping[str, Shape], limits: Limits) -> Plan:
    """Resolve a layer against the shapes that came and hold the result against the limits.

    Raises:
        Invalid: sizes that cannot be.
        TooLarge: sizes that are not allowed here.
    """
    return _held(_planned(layer, tuple(sent.items())), limits)


def kept_plan(layer: Layer, sent: Mapping[str, Shape], limits: Limits) -> Plan:
    """Return the same plan, kept for the next request that asks alike."""
    return _held((_kept if layer.is_light else _planned)(layer, tuple(sent.items())), limits)


def _held(plan: Plan, limits: Limits) -> Plan:
    hold(limits, plan.made, plan.working_bytes, plan.cost.macs, plan.reads)
    return plan


def _planned(layer: Layer, sizes: tuple[tuple[str, Shape], ...]) -> Plan:
    sent = dict(sizes)
    for spec in layer.inputs:
        if spec.required:
            spec.demand(sent)
    resolved = layer.resolve(sent)
    shapes = resolved.arrange(sent)
    generated = resolved.generated(shapes)
    shapes |= generated
    outputs = resolved.output_shapes(shapes)
    made = sum(count(shape) for shape in outputs.values())
    moved = sum(count(shape) for shape in shapes.values()) + made
    learned = {spec.name for spec in layer.inputs if spec.learned} - {INPUT.name}
    cost = Cost(
        sum(count(shapes[name]) for name in shapes if name in learned),
        resolved.macs(shapes),
        FLOAT_BYTES * count(outputs["output"]),
    )
    # Random weights are drawn in float64 first.
    drawn = 2 * sum(count(shape) for shape in generated.values())
    working = FLOAT_BYTES * (moved + drawn + resolved.scratch_elements(shapes))
    return Plan(
        resolved,
        shapes,
        frozenset(generated),
        outputs,
        cost,
        made,
        working,
        resolved.reads(shapes),
    )


_kept = lru_cache(_KEPT_PLANS)(_planned)


def hold(limits: Limits, made: int, working: int, macs: int, reads: int) -> None:
    """Hold a run against the limits.

    Args:
        limits: what is allowed here.
        made: elements of its outputs.
        working: bytes.
        macs: multiply-accumulates.
        reads: elements that windows look at.

    Raises:
        TooLarge: it passes one of them.
    """
    if made > limits.output_elements:
        raise TooLarge(
            "the output would have {made} elements; at most {most} can be",
            made=made,
            most=limits.output_elements,
        )
    if working > limits.working_bytes:
        raise TooLarge(
            "this would take {working} bytes of working memory; at most {most} can be",
            working=working,
            most=limits.working_bytes,
        )
    if macs > limits.macs:
        raise TooLarge(
            "this would take {macs} multiply-accumulates; at most {most} can be",
            macs=macs,
            most=limits.macs,
        )
    if reads > limits.reads:
        raise TooLarge(
            "the windows would look at {reads} elements; at most {most} can be",
            reads=reads,
            most=limits.reads,
        )


def apply(
    layer: Layer, sent: Mapping[str, Array], device: str, limits: Limits, sessions: SessionCache
) -> Run:
    """Apply a layer to tensors (float32, as sent) on a device."""
    plan = make_plan(layer, {name: value.shape for name, value in sent.items()}, limits)
    return run_plan(plan, sent, device, sessions)


def run_plan(
    plan: Plan,
    sent: Mapping[str, Array],
    device: str,
    sessions: SessionCache,
    refs: Mapping[str, str] = NO_REFS,
) -> Run:
    """Run what was planned for these tensors.

    Args:
        plan: of a layer.
        sent: its tensors, as they came.
        device: where to run.
        sessions: made once and kept.
        refs: of those tensors that are held under one.
    """
    chosen = choose_device(device, plan.work)
    tensors = complete(plan, sent)
    finite = not plan.layer.minds_nonfinite or bool(np.isfinite(tensors["input"]).all())
    session = sessions.get(
        (plan.key, finite),
        chosen,
        lambda: layer_model(plan.layer, plan.shapes, finite=finite),
        or_cpu=device == AUTO,
    )
    started = time.perf_counter()
    outputs = session.run(tensors, refs=refs)
    run_ms = (time.perf_counter() - started) * 1e3
    return Run(plan, tensors, outputs, session.device, session.provider, run_ms)


def complete(plan: Plan, sent: Mapping[str, Array]) -> dict[str, Array]:
    """Return the tensors that were sent, in the graph's shapes, and those that are made here."""
    tensors = {name: value.reshape(plan.shapes[name]) for name, value in sent.items()}
    there = {name: shape for name, shape in plan.shapes.items() if name not in plan.to_make}
    return tensors | plan.layer.generate(there)
