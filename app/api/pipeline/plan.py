"""`POST /api/v1/pipeline/plan`: what a chain would do, from shapes alone."""

from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

from app.api.answer.answers import json_response
from app.api.jobs import Job
from app.api.layers.plan import sent_shape, told_field
from app.api.pipeline.chains import chain_facts, open_chain
from app.api.pipeline.stages import located, read_stage, tensor_names
from app.api.request.accept import check_takes_json
from app.api.request.fields import Fields, read_fields
from app.layers.base import INPUT
from app.networks.facts import source_facts
from app.networks.features import outcome
from app.networks.later import Enough, Later, Questions, later
from app.networks.planned import ChainPlan
from app.plans import ranges
from app.problems import Invalid, Problem
from app.state import State

_RANGES = "ranges"
_RANGES_EFFORT, _LATER_EFFORT = 25_000_000, 5_000_000
# About half a second of asking stages whether they still fit.
_MOST_QUESTIONS = 6000


def weigh_chain_plan(state: State, _: str, body: bytes, headers: Headers, query: str) -> Job:
    """Say what a request for a chain would do; nothing is run, but ranges are searched for."""
    fields = read_fields(body, headers, query, state.limits)
    asked = fields.values.pop(_RANGES, None)
    split, shows_all, options = open_chain(fields, state)
    check_takes_json(options, headers.get("accept"))
    searched = _searched(asked, len(split))
    effort = len(searched) * (_RANGES_EFFORT + _LATER_EFFORT * len(split))
    return Job(lambda: _plan(state, fields, split, searched, shows_all=shows_all), effort, 0)


def _searched(asked: object, count: int) -> list[int]:
    """Return the numbers of the stages whose ranges are wanted; all if nothing is said."""
    if asked is None:
        return list(range(count))
    listed = asked if isinstance(asked, list) else [asked]
    if not all(type(number) is int and 0 <= number < count for number in listed):
        raise Invalid(
            "ranges must be the numbers of layers, from 0 to {most}",
            loc=(_RANGES,),
            most=count - 1,
        )
    return sorted(set(listed))


def _plan(
    state: State, fields: Fields, split: list[Fields], searched: list[int], *, shows_all: bool
) -> Response:
    given = fields.values.get(INPUT.name)
    if given is None:
        INPUT.demand({})
    plan = ChainPlan(sent_shape(given, INPUT.name, state.limits), state.limits, shows_all)
    try:
        for number, own in enumerate(split):
            with located(number):
                _add(plan, own)
    except Problem as problem:
        # A page shows what fits, and the error at the layer that does not.
        raise problem.telling(stages=_stages(plan, searched)) from None
    found: dict[str, Any] = {
        "input": {"shape": plan.stages[0].plan.shapes[INPUT.name], "dtype": "float32"},
        "stages": _stages(plan, searched),
        "shape": plan.output,
        "cost": plan.cost,
        "gives": outcome([stage.stage for stage in plan.stages], plan.stages[-1].name),
        "working_bytes": plan.totals.working,
        "receptive_field": told_field(plan.receptive_fields()[-1]),
    }
    return json_response(found)


def _add(plan: ChainPlan, own: Fields) -> None:
    layer, joined = read_stage(own, len(plan.stages))
    shapes = {
        name: sent_shape(own.values[name], name, plan.limits)
        for name in tensor_names(layer)
        if own.values.get(name) is not None
    }
    plan.add(layer, shapes, joined)


def _stages(plan: ChainPlan, searched: list[int]) -> list[dict[str, Any]]:
    questions, told = Questions(_MOST_QUESTIONS), chain_facts(plan)
    for number, (stage, facts) in enumerate(zip(plan.stages, told, strict=True)):
        facts |= source_facts(stage.stage)
        facts["outputs"] = {n: {"shape": shape} for n, shape in stage.plan.outputs.items()}
        facts["working_bytes"] = stage.plan.working_bytes
        if number in searched:
            facts[_RANGES] = ranges(stage.layer, stage.sent, plan.limits)
            facts["later"] = _later(plan, number, facts[_RANGES], questions)
    return told


def _later(
    plan: ChainPlan, number: int, found: dict[str, Any], questions: Questions
) -> dict[str, Later] | None:
    try:
        return later(plan, number, found, questions)
    except Enough:
        return None
