"""`POST /api/v1/layers/{layer}`: one plain ASGI path for every layer, and its explanation."""

import os
import time
from collections.abc import Callable
from typing import Any

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.api.answers import choose_format, json_bytes, respond
from app.api.body import read_body
from app.api.explain import explain
from app.api.requests import LayerRequest, family_of, parse
from app.i18n import catalog, choose
from app.problems import Invalid, message
from app.runs import Run, apply
from app.snippets import snippets
from app.state import State
from app.tensors.received import Received
from app.tensors.stats import describe

PREFIX = "/api/v1/layers"
_SMALL_BODY = 128 * 1024
_PATIENT = anyio.CapacityLimiter(max(os.cpu_count() or 1, 2))


async def in_turn(work: Callable[[], Response], *, small: bool) -> Response:
    """Do small work at once and large work in a thread, so many at a time as there are cores."""
    if small:
        return work()
    return await anyio.to_thread.run_sync(work, limiter=_PATIENT)


class LayerEndpoint:
    """Reads the body, does `work` and answers; problems are raised for `errors.py` to write.

    Args:
        work: what is done with (state, family's name, body, headers, query).
    """

    def __init__(self, work: Callable[[State, str, bytes, Headers, str], Response]) -> None:
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state: State = scope["app"].state.lab
        headers, query = Headers(scope=scope), scope["query_string"].decode("latin-1")
        body = await read_body(receive, headers, state.limits)
        name = scope["path_params"]["layer"]
        response = await in_turn(
            lambda: self._work(state, name, body, headers, query),
            small=len(body) < _SMALL_BODY and _is_plain(headers) and _is_modest(query),
        )
        await response(scope, receive, send)


def _is_plain(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith(("application/json", "application/x-npy"))


def _is_modest(query: str) -> bool:
    return len(query) < 2048


def run_layer(state: State, name: str, body: bytes, headers: Headers, query: str) -> Response:
    """Apply a layer and answer in the form that is wanted."""
    started = time.perf_counter()
    asked = parse(family_of(name), body, headers, query, state.limits, state.store)
    form = choose_format(asked.options.get("format"), headers.get("accept"))
    decoded = time.perf_counter()
    device = asked.options.get("device", "auto")
    if not isinstance(device, str):
        raise Invalid("device must be text", loc=("device",))
    run = apply(
        asked.layer,
        {n: t.array for n, t in asked.tensors.items()},
        device,
        state.limits,
        state.sessions,
    )
    facts = _facts(asked, run, catalog(choose(headers.get("accept-language"))).gettext)
    facts["timing_ms"] = {
        "decode": round((decoded - started) * 1e3, 3),
        "run": round(run.run_ms, 3),
    }
    if asked.options.get("refs"):
        facts["refs"] = {
            n: state.store.put(v) for n, v in {"input": run.tensors["input"], **run.outputs}.items()
        }
    if asked.options.get("code"):
        facts["code"] = snippets(name, run)
    outputs = run.outputs
    if form in ("json", "safetensors"):
        outputs = outputs | {n: v for n, v in run.tensors.items() if n not in asked.tensors}
    return respond(
        form,
        outputs,
        facts,
        state.limits,
        colormap=asked.options.get("colormap"),
        scale=asked.options.get("scale"),
    )


def _facts(asked: LayerRequest, run: Run, say: Callable[[str], str]) -> dict[str, Any]:
    plan, output = run.plan, run.outputs["output"]
    return {
        "layer": plan.layer.family,
        "params": plan.layer.known(),
        "input": described(asked.tensors["input"], run.tensors["input"].shape, say),
        "shape": output.shape,
        "dtype": output.dtype.name,
        "stats": describe(output),
        "cost": plan.cost,
        "rule": plan.layer.rule(plan.shapes),
        "device": run.device,
        "provider": run.provider,
    }


def described(sent: Received, shape: tuple[int, ...], say: Callable[[str], str]) -> dict[str, Any]:
    """Say what the layer received and what was done to make it so."""
    said = [m.say(say) for m in sent.conversions]
    if sent.array.shape != shape:
        given, used = list(sent.array.shape), list(shape)
        said.append(message("{given} was taken as {used}", given=given, used=used).say(say))
    return {"shape": shape, "dtype": "float32", "conversions": said}


def explain_layer(state: State, name: str, body: bytes, headers: Headers, query: str) -> Response:
    """Take output elements apart."""
    extra = ("at", "limit", "order")
    asked = parse(family_of(name), body, headers, query, state.limits, state.store, extra)
    return Response(json_bytes(explain(asked, state.limits)), media_type="application/json")


def routes() -> list[Route]:
    """Return the routes of every layer."""
    return [
        Route(f"{PREFIX}/{{layer}}", LayerEndpoint(run_layer), methods=["POST"]),
        Route(f"{PREFIX}/{{layer}}/explain", LayerEndpoint(explain_layer), methods=["POST"]),
    ]
