"""`POST /v2/models/{name}/infer`: a layer or a network run for a client of model servers."""

import time
from collections.abc import Callable, Collection, Iterable
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.admission.room import need_in_all
from app.api.answer.answers import writing_effort
from app.api.jobs import SMALL_EFFORT, SMALL_TEXT, Endpoint, Job
from app.api.models.asked import check_processor
from app.api.request.body import SMALL_BODY
from app.api.request.coding import COMPRESSING, coding_for, is_coded
from app.api.request.fields import take_tensors
from app.api.request.parse import LayerRequest, understand
from app.api.request.said import check_names, tensor_names
from app.api.v2.answers import check_outputs, infer_response
from app.api.v2.models import VERSION, check_version, network_of, output_shape
from app.api.v2.needs import settings_for
from app.api.v2.pieces import placed
from app.api.v2.sent import HEADER_LENGTH, Sent, read_sent
from app.graphs import OUTPUT
from app.i18n import catalog, choose
from app.layers import FAMILIES, Family
from app.layers.base import INPUT, Shapes
from app.problems import Invalid, Message, Problem
from app.runs import Plan, count, kept_plan, run_plan
from app.runtime.devices import AUTO, may_leave
from app.state import State
from app.tensors.received import Received, refs_of

_OPTIONS = frozenset({"device"})
_NUMBER_BYTES = 8


def weigh_infer(state: State, name: str, body: bytes, headers: Headers, query: str) -> Job:
    """Read a request and weigh what it asks for; a network is always run in its turn."""
    if query:
        raise Invalid("nothing can be said in the query here; parameters stand in the body")
    if name in FAMILIES:
        return _weigh_layer(state, FAMILIES[name], body, headers)
    return Job(lambda: _run_network(state, name, body, headers), SMALL_EFFORT, 0)


def _weigh_layer(state: State, family: Family, body: bytes, headers: Headers) -> Job:
    started = time.perf_counter()
    sent = read_sent(body, headers, state.limits)
    try:
        asked, plan = _planned(state, family, sent)
    except Problem as problem:
        raise placed(problem, sent.places) from None
    timing = {"decode": round((time.perf_counter() - started) * 1e3, 3)}
    made = plan.outputs | {name: plan.shapes[name] for name in plan.to_make}
    _check_made(sent, plan, made)
    wanted = check_outputs(sent, made, list(plan.outputs), state.limits)
    coding = coding_for(headers)

    device = asked.options.get("device", AUTO)

    def work() -> Response:
        refs = refs_of(asked.tensors)
        run = run_plan(plan, asked.arrays, device, state.sessions, refs)
        timing["run"] = round(run.run_ms, 3)
        facts = _facts(family.name, sent, asked.tensors.items(), headers)
        given = [(one, (run.outputs | run.tensors)[one.name]) for one in wanted]
        return infer_response(facts, given, (), coding, timing)

    packed = _NUMBER_BYTES * sum(map(count, made.values())) if coding else 0
    room = plan.working_bytes + sent.unpacked + packed
    as_text = sum(count(made[one.name]) for one in wanted if not one.binary)
    effort = plan.effort + COMPRESSING * packed + writing_effort("json", as_text)
    return Job(work, effort, room, may_leave(device))


def _planned(state: State, family: Family, sent: Sent) -> tuple[LayerRequest, Plan]:
    """Return what is asked of a layer, and how it will be run."""
    _take_parameters(sent, tensor_names(family.name))
    asked = understand(family, sent.fields, state.limits, state.store, _OPTIONS)
    return asked, kept_plan(asked.layer, asked.shapes, state.limits)


def _take_parameters(sent: Sent, tensors: Collection[str]) -> None:
    """Put the parameters beside the tensors, none of which may stand among them."""
    check_names(sent.fields.unread, tensors)
    for name in sent.parameters:
        if name in tensors:
            at = ("parameters", name)
            raise Invalid("'{name}' is a tensor; it stands in 'inputs'", loc=at, name=name)
    sent.fields.values.update(sent.parameters)


def _check_made(sent: Sent, plan: Plan, made: Shapes) -> None:
    """Refuse an output that would come with other parameters, and name these."""
    for number, one in enumerate(sent.outputs or ()):
        settings = settings_for(one.name, plan.layer, plan.shapes) if one.name not in made else None
        if settings:
            raise Invalid(
                "'{name}' comes with {settings}",
                loc=("outputs", number),
                name=one.name,
                settings=settings,
            )


def _run_network(state: State, name: str, body: bytes, headers: Headers) -> Response:
    started = time.perf_counter()
    found = network_of(state, name)
    sent = read_sent(body, headers, state.limits)
    try:
        received = _input_of_network(state, sent)
        array, _ = found.preparation.prepare(received, any_batch=found.takes_any_batch)
    except Problem as problem:
        raise placed(problem, sent.places) from None
    batch = len(array)
    need_in_all(found.weigh(batch, state.limits) + sent.unpacked)
    made = output_shape(found)
    shape = (made[0] * batch, *made[1:]) if made else made
    wanted = check_outputs(sent, {OUTPUT: shape}, [OUTPUT], state.limits)
    decoded = time.perf_counter()
    output = found.run(array)
    if output.shape != shape:  # its size is in the numbers: what is in JSON, or named, is known now
        wanted = check_outputs(sent, {OUTPUT: output.shape}, [OUTPUT], state.limits)
    ran = time.perf_counter()
    timing = {
        "decode": round((decoded - started) * 1e3, 3),
        "run": round((ran - decoded) * 1e3, 3),
    }
    facts = _facts(found.name, sent, [(INPUT.name, received)], headers)
    given = [(one, output) for one in wanted]
    return infer_response(facts, given, _labels(found.labels, headers), coding_for(headers), timing)


def _input_of_network(state: State, sent: Sent) -> Received:
    """Return the only tensor that a network takes; of parameters there is the device alone."""
    _take_parameters(sent, {INPUT.name})
    check_names(sent.parameters, {INPUT.name, *_OPTIONS})
    check_processor(sent.parameters.get("device"))
    INPUT.demand(dict.fromkeys(sent.fields.unread, ()))
    return take_tensors(sent.fields, [INPUT.name], state.limits, state.store)[INPUT.name]


def _say(headers: Headers) -> Callable[[str], str]:
    return catalog(choose(headers.get("accept-language"))).gettext


def _labels(labels: Iterable[str], headers: Headers) -> list[str]:
    say = _say(headers)
    return [say(label) for label in labels]


def _facts(
    name: str, sent: Sent, tensors: Iterable[tuple[str, Received]], headers: Headers
) -> dict[str, Any]:
    """Return what is told beside the outputs; a conversion is told, as everywhere."""
    facts: dict[str, Any] = {"model_name": name}
    if sent.id is not None:
        facts["id"] = sent.id
    said: list[tuple[str, Message]] = [(n, m) for n, t in tensors for m in t.conversions]
    if said:
        told = (f"{n}: {m.say(_say(headers))}" for n, m in said)
        facts["parameters"] = {"conversions": "; ".join(told)}
    return facts


def _is_quick(headers: Headers, size: int) -> bool:
    said = headers.get(HEADER_LENGTH, "")
    text = int(said) if said.isdecimal() and len(said) < len(str(SMALL_BODY)) else size
    is_short = text < SMALL_TEXT
    return is_short and size < SMALL_BODY and not is_coded(headers)


class InferEndpoint(Endpoint):
    """The route of one version, or of the only one that there is."""

    def __init__(self) -> None:
        super().__init__(weigh_infer, "name", _is_quick)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        check_version(scope["path_params"].get("version", VERSION))
        await super().__call__(scope, receive, send)
