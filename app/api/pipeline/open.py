"""`POST /api/v1/pipeline/open`: the chain that an `.onnx` file is, which was exported here."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response

from app.admission.room import need
from app.api.answer.answers import FORMATS, check_json, respond, written_list
from app.api.jobs import Job
from app.api.layers.plan import told_field
from app.api.models.sent import MODEL
from app.api.request.accept import choose_format
from app.api.request.body import JSON, media_type
from app.api.request.coding import check_plain
from app.api.request.fields import MULTIPART, URLENCODED, Fields, read_fields
from app.api.request.said import check_given, check_not_decoded
from app.api.request.wanted import switch
from app.layers.base import Array
from app.networks.joins import written_joins
from app.networks.recognised import Recognised, recognise, shortest
from app.problems import Busy, Invalid
from app.state import State
from app.uploads.checks import check_held, parse_model
from app.uploads.counted import count_fields

_OPTIONS = {"format", "refs"}
_FORMS = {name: FORMATS[name] for name in ("json", "safetensors")}
_LAYERS = "layers"
# A chain of as many layers as one can have, each as long as the longest, has a tenth of it.
MOST_PARTS = 250_000
# Bytes of memory for one of a file, and for a part of it: what is parsed, compared, answered, held.
ROOM, _PART_ROOM = 5, 256


def weigh_chain_open(state: State, _: str, body: bytes, headers: Headers, query: str) -> Job:
    """Read a file and tell its chain; nothing is run, but graphs are written and compared."""
    file, fields = _sent(state, body, headers, query)
    check_given(fields, _OPTIONS, ())
    check_not_decoded(fields)
    form = choose_format(fields.values.get("format"), headers.get("accept"), _FORMS)
    refs = switch(fields.values, "refs")
    parts = count_fields(file, MOST_PARTS)
    size = ROOM * len(file) + _PART_ROOM * parts
    need(size)
    return Job(lambda: _open(state, file, form, refs=refs), 100 * size, size)


def _sent(state: State, body: bytes, headers: Headers, query: str) -> tuple[bytes, Fields]:
    """Return the file, which is the body or a part of a form, and what stands beside it."""
    check_plain(headers)
    kind = media_type(headers)
    if kind in (JSON, MULTIPART, URLENCODED) or not body:
        fields = read_fields(body, headers, query, state.limits)
        if MODEL not in fields.files:
            raise Invalid(
                "the ONNX file is missing; send it as the body, or as the part '{name}' of a form",
                loc=(MODEL,),
                name=MODEL,
            )
        return fields.files.pop(MODEL), fields
    return body, read_fields(b"", Headers(), query, state.limits)


def _open(state: State, file: bytes, form: str, *, refs: bool) -> Response:
    model = parse_model(file)
    check_held(model)
    try:
        chain = recognise(model, state.limits)
    except Invalid as problem:
        raise problem if problem.faults else problem.at(MODEL) from None
    weights = [stage.weights for stage in chain.stages]
    pairs = zip(chain.stages, chain.plan.stages, strict=True)
    told: list[dict[str, Any]] = [
        shortest(stage) | written_joins(planned.joined) for stage, planned in pairs
    ]
    if refs:
        told = [spec | _held(state, own) for spec, own in zip(told, weights, strict=True)]
    facts = _facts(chain)
    if form == "json":
        shown = [{} for _ in told] if refs else weights
        check_json(sum(v.size for own in shown for v in own.values()), state.limits)
        facts[_LAYERS] = written_list(zip(told, shown, strict=True))
        return respond(form, {}, facts, state.limits)
    outputs = {f"{n}.{name}": value for n, own in enumerate(weights) for name, value in own.items()}
    return respond(form, outputs, facts | {_LAYERS: told}, state.limits)


def _facts(chain: Recognised) -> dict[str, Any]:
    return {
        "input": {"shape": chain.shape, "dtype": "float32"},
        "shape": chain.plan.output,
        "cost": chain.plan.cost,
        "receptive_field": told_field(chain.plan.receptive_fields()[-1]),
    }


def _held(state: State, weights: Mapping[str, Array]) -> dict[str, Any]:
    """Hold a layer's tensors; a chain that lacks one would be another."""
    refs = {name: state.store.put(value) for name, value in weights.items()}
    if None in refs.values():
        raise Busy("there is no room to hold the weights just now")
    return {name: {"ref": ref} for name, ref in refs.items()}
