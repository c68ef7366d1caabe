"""`POST /api/v1/layers/{layer}/plan`: what a request would do, from shapes alone."""

from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

from app.api.answer.answers import json_response
from app.api.request.accept import check_takes_json
from app.api.request.fields import read_fields
from app.api.request.parse import OPTIONS, family_of
from app.api.request.said import settle
from app.layers.base import ReceptiveField, Shape
from app.plans import ranges
from app.problems import Invalid
from app.runs import make_plan
from app.settings import Limits
from app.state import State
from app.tensors.received import check_shape


def plan_layer(state: State, name: str, body: bytes, headers: Headers, query: str) -> Response:
    """Answer shapes, cost, receptive field, dropped border, rule and valid ranges."""
    fields = read_fields(body, headers, query, state.limits)
    layer, options = settle(family_of(name), fields, OPTIONS)
    check_takes_json(options, headers.get("accept"))
    sent: dict[str, Shape] = {}
    for spec in layer.inputs:
        if fields.values.get(spec.name) is not None:
            sent[spec.name] = sent_shape(fields.values[spec.name], spec.name, state.limits)
    plan = make_plan(layer, sent, state.limits)
    found: dict[str, Any] = {
        **plan.told,
        "input": {"shape": plan.shapes["input"], "dtype": "float32"},
        "tensors": {n: {"shape": shape} for n, shape in plan.shapes.items() if n != "input"},
        "outputs": {n: {"shape": shape} for n, shape in plan.outputs.items()},
        "working_bytes": plan.working_bytes,
        "dropped": plan.layer.dropped(plan.shapes),
        "receptive_field": told_field(plan.layer.receptive_field(plan.shapes)),
        "ranges": ranges(layer, sent, state.limits),
    }
    return json_response(found)


def told_field(seen: ReceptiveField | None) -> dict[str, Any] | None:
    """Return a receptive field as an answer has it; None where an element sees no window."""
    return None if seen is None else seen._asdict()


def sent_shape(value: object, name: str, limits: Limits) -> Shape:
    """Return the shape that stands in place of a tensor.

    Raises:
        Invalid: something else stands there.
        TooLarge: no tensor may be so large.
    """
    shape = value.get("shape") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise Invalid(
            "a plan takes a shape in place of a tensor, as {example}",
            loc=(name,),
            example='{"shape": [1, 3, 224, 224]}',
        )
    check_shape(tuple(shape), limits)
    return tuple(shape)
