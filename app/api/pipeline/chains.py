"""A request for a chain, understood, and the facts of its stages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers

from app.api.layers.plan import told_field
from app.api.pipeline.stages import (
    CHAIN_OPTIONS,
    check_top,
    located,
    read_stage,
    split_stages,
    tensor_names,
)
from app.api.request.fields import Fields, read_fields, take_tensors
from app.api.request.said import take_options
from app.layers.base import INPUT, Array, ReceptiveField
from app.networks.planned import ChainPlan, Planned
from app.state import State
from app.tensors.received import Received, refs_of


@dataclass(frozen=True, slots=True)
class ChainRequest:
    """A request for a chain.

    Attributes:
        plan: its stages fit each other and the limits.
        received: the input.
        sent: the tensors of each stage, but its input.
        refs: of those that are held under one, by what the graph calls them.
        options: what is said of the device and of the answer, by name.
    """

    plan: ChainPlan
    received: Received
    sent: list[dict[str, Array]]
    refs: dict[str, str]
    options: dict[str, Any]


def parse_chain(
    state: State,
    body: bytes,
    headers: Headers,
    query: str,
    sees_all: Callable[[dict[str, Any]], bool],
) -> ChainRequest:
    """Read a request for a chain, and plan it.

    Args:
        state: for the limits, and the tensors held.
        body: the whole of it.
        headers: for the Content-Type.
        query: more of it.
        sees_all: whether every stage's output is looked at, of the options.

    Raises:
        Problem: anything that cannot be read or cannot be, placed at the layer to blame.
    """
    fields = read_fields(body, headers, query, state.limits)
    split, shows_all, options = open_chain(fields, state)
    tensors = take_tensors(fields, [INPUT.name], state.limits, state.store)
    INPUT.demand({name: found.array.shape for name, found in tensors.items()})
    received = tensors[INPUT.name]
    sees = shows_all or sees_all(options)
    plan, sent = ChainPlan(received.array.shape, state.limits, shows_all, sees), []
    refs = refs_of(tensors)
    for number, own in enumerate(split):
        with located(number):
            layer, joined = read_stage(own, number)
            found = take_tensors(own, tensor_names(layer), state.limits, state.store)
            arrays = {name: one.array for name, one in found.items()}
            plan.add(layer, {name: array.shape for name, array in arrays.items()}, joined)
            sent.append(arrays)
            refs |= {plan.stages[-1].called(n): ref for n, ref in refs_of(found).items()}
    return ChainRequest(plan, received, sent, refs, options)


def open_chain(fields: Fields, state: State) -> tuple[list[Fields], bool, dict[str, Any]]:
    """Take the layers and the options out of a request; the input stays.

    Returns:
        The fields of each layer, whether every stage's output is wanted, the options.
    """
    split = split_stages(fields, state.limits)
    shows_all = check_top(fields)
    return split, shows_all, take_options(fields.values, CHAIN_OPTIONS)


def stage_facts(stage: Planned, seen: ReceptiveField | None) -> dict[str, Any]:
    """Return what is known of a stage before it is run."""
    plan = stage.plan
    return {
        "name": stage.name,
        **plan.told,
        "input": {"shape": plan.shapes[INPUT.name], "dtype": "float32"},
        "tensors": {n: {"shape": s} for n, s in stage.own_shapes.items()},
        "shape": stage.output,
        "receptive_field": told_field(seen),
        "dropped": plan.layer.dropped(plan.shapes),
    }


def chain_facts(plan: ChainPlan) -> list[dict[str, Any]]:
    """Return what is known of every stage before it is run."""
    pairs = zip(plan.stages, plan.receptive_fields(), strict=True)
    return [stage_facts(stage, seen) for stage, seen in pairs]
