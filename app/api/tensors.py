"""`/api/v1/tensors`: hold a tensor, so that it need not be sent again, and give it back."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.admission.room import need
from app.api.answer.answers import FORMATS, json_response, respond
from app.api.request.accept import choose_format
from app.api.request.body import reading
from app.api.request.coding import coding_named, compress
from app.api.request.fields import read_fields, take_tensors
from app.api.request.said import check_known
from app.api.router import Router
from app.api.turns import in_turn
from app.i18n import catalog, choose
from app.problems import Invalid, NotAcceptable
from app.state import State
from app.tensors.pictures import check_look
from app.tensors.stats import describe

router = Router(prefix="/api/v1/tensors", tags=["tensors"])

_HELD = {name: FORMATS[name] for name in ("json", "safetensors")}


@router.post(
    "", summary="Hold a tensor for an hour or until room is needed", response_class=Response
)
async def put(request: Request) -> Response:
    """Take one tensor, in any form that a layer takes, and answer its ref.

    The ref is opaque; holding it is the permission to read. It is null when there is no room. The
    tensor comes along where safetensors is wanted; `coding=gzip` has that compressed, which makes
    a picture a third of what it is.
    """
    state: State = request.app.state.lab
    receive, headers = request.receive, request.headers
    async with reading(receive, headers, state.limits, state.admission) as body:
        return await in_turn(state, lambda: _put(state, body, request), receive)


def _put(state: State, body: bytes, request: Request) -> Response:
    fields = read_fields(body, request.headers, request.url.query, state.limits)
    coding = coding_named(fields.values.pop("coding", None), request.headers)
    # A bare tensor object is a body of its own here.
    if "data" in fields.values and "input" not in fields.values:
        fields.values = {"input": fields.values}
    check_known(fields, {"input", "coding"})
    found = take_tensors(fields, ["input"], state.limits, state.store)
    if "input" not in found:
        raise Invalid("the tensor '{name}' is missing", loc=("input",), name="input")
    headers, array = request.headers, found["input"].array
    say = catalog(choose(headers.get("accept-language"))).gettext
    need(2 * array.nbytes)
    facts: dict[str, Any] = {
        "ref": state.store.put(array),
        "shape": array.shape,
        "dtype": array.dtype.name,
        "stats": describe(array),
        "conversions": [m.say(say) for m in found["input"].conversions],
    }
    if not _wants_numbers(headers.get("accept")):
        return json_response(facts, 201)
    answer = respond("safetensors", {"output": array}, facts, state.limits)
    answer.status_code = 201
    return compress(answer, coding)


def _wants_numbers(accept: str | None) -> bool:
    """Tell whether the tensor is to come along: whoever asks for what is not here gets its ref."""
    try:
        return choose_format(None, accept, _HELD) != "json"
    except NotAcceptable:
        return False


@router.get("/{ref}", summary="Give a held tensor back", response_class=Response)
async def get(
    request: Request,
    ref: str,
    format: str | None = None,
    colormap: str | None = None,
    scale: str | None = None,
) -> Response:
    """Return a tensor that is held, as JSON, .npy, PNG or safetensors."""
    state: State = request.app.state.lab
    form = choose_format(format, request.headers.get("accept"))
    check_look(colormap, scale)

    def work() -> Response:
        array = state.store.get(ref)
        # What it is looked at with is as large as itself.
        need(2 * array.nbytes, array.nbytes)
        facts: dict[str, Any] = {
            "shape": array.shape,
            "dtype": array.dtype.name,
            "stats": describe(array),
        }
        most = state.limits
        return respond(form, {"output": array}, facts, most, colormap=colormap, scale=scale)

    return await in_turn(state, work, request.receive)
