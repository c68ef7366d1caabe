"""`/api/v1/models`: the trained networks, run with every stage shown, one number followed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.answer.answers import json_response, respond
from app.api.answer.files import PartOrWhole, RestOfFile
from app.api.layers.explain import check_order, element, place
from app.api.models.asked import check_asked
from app.api.models.facts import find_network, stage_number, summary, top
from app.api.models.sent import FILES, OPTIONS, read_sent
from app.api.request.accept import choose_format
from app.api.request.body import reading
from app.api.request.fields import Fields, read_fields, take_tensors
from app.api.request.said import check_given, check_not_decoded
from app.api.request.wanted import switch
from app.api.router import Router
from app.api.turns import at_once, in_turn
from app.exports.files import BINARY
from app.i18n import catalog, choose
from app.layers.base import INPUT, Array, Shape
from app.networks.follow import Step
from app.networks.network import names
from app.networks.shown import Shown
from app.problems import Invalid, SwitchedOff
from app.state import State
from app.tensors.stats import describe

MODELS = "/api/v1/models"
router = Router(prefix=MODELS, tags=["networks"])

_TERMS = 16


def translator(request: Request) -> Callable[[str], str]:
    """Return what says sentences in the reader's language."""
    return catalog(choose(request.headers.get("accept-language"))).gettext


def worded(value: object) -> Response:
    """Return JSON whose words are in the reader's language."""
    return json_response(value, headers={"Vary": "Accept-Language"})


@router.get("", summary="The trained networks", response_class=Response)
def models(request: Request) -> Response:
    """Return every network with its layers, shapes and cost."""
    state, say = request.app.state.lab, translator(request)
    return worded({"models": [summary(find_network(state, name), say) for name in names()]})


@router.post("", summary="Send a network", response_class=Response, status_code=201)
async def send(request: Request) -> Response:
    """Take an ONNX file and keep it for a while under a name that only the sender knows."""
    state: State = request.app.state.lab
    if not state.uploads.is_on:
        raise SwitchedOff(
            "models cannot be sent to this service; it was started without {setting}",
            setting="LAYERLAB_MODEL_UPLOADS=1",
        )
    async with reading(request.receive, request.headers, state.limits, state.admission) as body:
        do = partial(_take, request, body)
        return await in_turn(state, do, request.receive, asks_sent=True)


def _take(request: Request, body: bytes) -> Response:
    state: State = request.app.state.lab
    fields = read_fields(body, request.headers, request.url.query, state.limits)
    check_given(fields, OPTIONS, FILES)
    check_not_decoded(fields)
    found = state.uploads.take(read_sent(fields, state.limits))
    told = summary(found, translator(request)) | {"kept_seconds": state.limits.model_seconds}
    where = f"{MODELS}/{found.name}"
    return json_response(told, 201, {"Location": where})


@router.get("/{name}", summary="One network", response_class=Response)
async def model(request: Request, name: str) -> Response:
    """Return a network's layers, shapes, cost and accuracy."""
    state, say = request.app.state.lab, translator(request)
    told = await run_in_threadpool(lambda: worded(summary(find_network(state, name), say)))
    return await at_once(state, told)


@router.get("/{name}/file", summary="Its ONNX file", response_class=Response)
def file(request: Request, name: str) -> Response:
    """Return the ONNX file."""
    found = find_network(request.app.state.lab, name)
    (path, start), called = found.file(), f"{found.file_name}.onnx"
    if not start:
        return PartOrWhole(path, media_type=BINARY, filename=called)
    return RestOfFile(path, start, BINARY, called)


@router.get("/{name}/tensors/{tensor}", summary="One of its weights", response_class=Response)
async def weight(request: Request, name: str, tensor: str, format: str | None = None) -> Response:
    """Return a weight by `<stage>.<tensor>`, as JSON, .npy, PNG or safetensors."""
    state, do = request.app.state.lab, partial(_weight, request, name, tensor, format)
    return await in_turn(state, do, request.receive, asks_sent=state.uploads.may_be(name))


def _weight(request: Request, name: str, tensor: str, format: str | None) -> Response:
    state: State = request.app.state.lab
    array = find_network(state, name).tensor(tensor)
    facts = {"shape": array.shape, "dtype": array.dtype.name, "stats": describe(array)}
    form = choose_format(format, request.headers.get("accept"))
    return respond(form, {"output": array}, facts, state.limits)


@router.post("/{name}/trace", summary="Run it and see every stage", response_class=Response)
async def trace(request: Request, name: str) -> Response:
    """Return every stage's output, by its number, and the input as the network received it."""
    return await worked(request, name, _trace, {"format", "nodes", "refs"})


@router.post("/{name}/explain", summary="Follow one number through it", response_class=Response)
async def explain(request: Request, name: str) -> Response:
    """Return the path of the element `at` of stage `node` (−1: the input) through every stage.

    With `path=0` it is how that element was made alone.
    """
    return await worked(request, name, _explain, {"node", "at", "limit", "order", "path"})


async def worked(
    request: Request,
    name: str,
    work: Callable[[Request, Shown, Array, dict[str, Any], Fields], Response],
    options: set[str],
) -> Response:
    """Read a picture, prepare it for a network, and do with both what is asked for, in turn."""
    state, receive, headers = request.app.state.lab, request.receive, request.headers
    async with reading(receive, headers, state.limits, state.admission) as body:
        do = partial(_with_input, request, name, body, work, options)
        return await in_turn(state, do, receive, asks_sent=state.uploads.may_be(name))


def _with_input(
    request: Request,
    name: str,
    body: bytes,
    work: Callable[[Request, Shown, Array, dict[str, Any], Fields], Response],
    options: set[str],
) -> Response:
    state: State = request.app.state.lab
    found = find_network(state, name)
    fields = read_fields(body, request.headers, request.url.query, state.limits)
    check_asked(fields, options)
    how = found.preparation
    sent = take_tensors(fields, ["input"], state.limits, state.store, how.decoding)
    if "input" not in sent:
        raise Invalid("the tensor '{name}' is missing", loc=("input",), name="input")
    array, said = how.prepare(sent["input"])
    say = translator(request)
    facts: dict[str, Any] = {
        "shape": array.shape,
        "dtype": "float32",
        "conversions": [m.say(say) for m in said],
    }
    return work(request, found, array, facts, fields)


def _trace(
    request: Request, found: Shown, array: Array, facts: dict[str, Any], fields: Fields
) -> Response:
    state: State = request.app.state.lab
    picked = _picked(fields.values.get("nodes"), found)
    traced = found.trace(array, [number for number in picked if number >= 0])
    if switch(fields.values, "refs"):
        facts["ref"] = state.store.put(array)
    say = translator(request)
    told: dict[str, Any] = {
        "model": found.name,
        "input": facts,
        "stages": [
            {**stage, "stats": stats}
            for stage, stats in zip(found.stages, traced.stats, strict=True)
        ],
        "classes": [say(label) for label in found.labels],
        "gives": found.gives,
        "top": top(found, traced.output, say),
    }
    form = choose_format(fields.values.get("format"), request.headers.get("accept"))
    arrays = {str(number): value for number, value in traced.arrays.items()}
    if form != "json":
        # In JSON the facts of the input have this name.
        arrays |= {INPUT.name: array} if -1 in picked else {}
        arrays |= {"output": traced.output}
    return respond(form, arrays, told, state.limits)


def _picked(nodes: object, found: Shown) -> list[int]:
    """Return the numbers of the stages that are asked for: all, and the input, by default.

    Raises:
        Invalid: one that is not there, or more than there are.
    """
    most = len(found.numbers)
    if nodes is None:
        return list(found.numbers.values())
    listed = nodes.split(",", most) if isinstance(nodes, str) else nodes
    if type(listed) is int:
        listed = [listed]
    if not isinstance(listed, list) or not listed:
        raise Invalid("nodes must be names of stages, or their numbers", loc=("nodes",))
    if len(listed) > most:
        raise Invalid(
            "nodes can be at most {most}: every stage, and the input", loc=("nodes",), most=most
        )
    return [stage_number(node, found, "nodes") for node in listed]


def _explain(
    request: Request, found: Shown, array: Array, facts: dict[str, Any], fields: Fields
) -> Response:
    state: State = request.app.state.lab
    node, at = stage_number(fields.values.get("node"), found), fields.values.get("at")
    asked = {"limit": _TERMS, "order": "contribution"} | fields.values
    most, order = check_order(asked, state.limits)
    shape = found.preparation.shape if node < 0 else found.stages[node]["shape"]
    at = place(at, tuple(shape))
    steps = _steps(found, array, node, at, fields)
    path = [
        {
            "stage": s.stage,
            "name": found.stages[s.stage]["name"],
            "layer": found.stages[s.stage]["layer"],
            **element(s.explanation, most, order),
            "term": s.followed,
        }
        for s in steps
    ]
    is_path = bool(steps) and steps[0].followed is not None
    source = {"at": steps[0].source, "window": path[0].get("window")} if is_path else {}
    told = {"model": found.name, "node": node, "at": at, "path": path, "input": facts | source}
    return worded(told)


def _steps(found: Shown, array: Array, node: int, at: Shape, fields: Fields) -> list[Step]:
    """Return the whole path of an element, or with `path=0` its own step alone."""
    wants_path = switch(fields.values, "path") or fields.values.get("path") is None
    if wants_path or node < 0:
        return found.follow(array, node, at)
    return [Step(node, at, found.explain(array, node, at), None)]
