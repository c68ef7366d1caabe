"""A chain run: one graph, once, every stage's output seen."""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from app.layers.base import INPUT, Array
from app.networks.compile import nonfinite_name, output_name, reshaped, running_model
from app.networks.planned import ChainPlan, Planned
from app.runs import complete
from app.runtime.devices import AUTO, choose_device
from app.runtime.session_cache import SessionCache
from app.runtime.sessions import NO_REFS, Session


@dataclass(frozen=True, slots=True)
class ChainRun:
    """What came out.

    Attributes:
        plan: of the chain.
        array: the input, as the first stage takes it.
        tensors: of each stage, but its input.
        outputs: of each stage, or of the last where the plan sees no more.
        finite: no stage that minds met a NaN or an infinity.
        device: where it ran.
        provider: ONNX Runtime's name of that.
        run_ms: how long it took.
    """

    plan: ChainPlan
    array: Array
    tensors: list[dict[str, Array]]
    outputs: list[dict[str, Array]]
    finite: bool
    device: str
    provider: str
    run_ms: float


def run_chain(
    plan: ChainPlan,
    array: Array,
    sent: Sequence[Mapping[str, Array]],
    device: str,
    sessions: SessionCache,
    refs: Mapping[str, str] = NO_REFS,
) -> ChainRun:
    """Run what was planned for these tensors.

    Whether a value within the chain is a NaN or an infinity is seen when it is there. Where a stage
    minds that, the chain is run again by the graph that is right for those too.

    Args:
        plan: of the chain.
        array: its input.
        sent: the tensors of each stage, but its input.
        device: where to run.
        sessions: kept under what their graphs depend on, as those of single layers are.
        refs: of the graph's inputs that are held under one.
    """
    chosen = choose_device(device, plan.work)
    array = array.reshape(plan.stages[0].plan.shapes[INPUT.name])
    tensors = [complete(s.plan, own) for s, own in zip(plan.stages, sent, strict=True)]
    is_run = {stage.name for stage in plan.run}
    feeds = {INPUT.name: array} | {
        stage.called(name): value
        for stage, own in zip(plan.stages, tensors, strict=True)
        for name, value in own.items()
        if stage.name in is_run
    }
    session_of = partial(_session, plan, chosen, sessions, or_cpu=device == AUTO)
    found, finite, used, run_ms = _run(
        plan, session_of, lambda session: session.run(feeds, refs=refs)
    )
    outputs = [
        {name: found[output_name(stage.stage, name)] for name in stage.plan.outputs}
        for stage in (plan.stages if plan.sees_all else plan.stages[-1:])
    ]
    return ChainRun(plan, array, tensors, outputs, finite, used.device, used.provider, run_ms)


def _run(
    plan: ChainPlan,
    session_of: Callable[..., Session],
    run: Callable[[Session], dict[str, Array]],
) -> tuple[dict[str, Array], bool, Session, float]:
    """Return the graph's outputs, whether all is finite that must be, what ran, the time."""
    run_ms = 0.0
    for finite in (True, False):
        session = session_of(finite=finite)
        started = time.perf_counter()
        found = run(session)
        run_ms += (time.perf_counter() - started) * 1e3
        if not finite or _is_finite(plan, found):
            break
        found.clear()  # before the same is made again
    return found, finite, session, run_ms


def _session(
    plan: ChainPlan, device: str, sessions: SessionCache, *, or_cpu: bool, finite: bool
) -> Session:
    stages = [stage.stage for stage in plan.run]
    first = plan.stages[0].plan.shapes[INPUT.name]
    key = (_key(plan), finite, plan.sees_all)
    last = not plan.sees_all
    build = partial(running_model, stages, first, finite=finite, last=last)
    return sessions.get(key, device, build, or_cpu=or_cpu)


def _key(plan: ChainPlan) -> Hashable:
    """Return what the graph depends on: each layer's key, and what lies between two layers."""
    shapes, keys = plan.given_shapes(), list[Hashable]()
    for stage in plan.stages:
        before, wanted = shapes[stage.sources[INPUT.name]], stage.plan.shapes[INPUT.name]
        between = None if before == wanted else reshaped(before, wanted, 0)
        keys.append((stage.plan.key, between, tuple(stage.joined.items())))
    return tuple(keys)


def _is_finite(plan: ChainPlan, found: Mapping[str, Array]) -> bool:
    return all(np.isfinite(found[nonfinite_name(s.stage)]) for s in plan.run if _minds(s))


def _minds(stage: Planned) -> bool:
    return stage.plan.layer.minds_nonfinite
