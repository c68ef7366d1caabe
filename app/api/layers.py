"""`POST /api/v1/layers/{layer}`: one plain ASGI path for every layer, and its explanation."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.api.answers import check_json, json_bytes, respond
from app.api.body import JSON, media_type, reading
from app.api.explain import ask, check_order, explain, looked_through
from app.api.export import prepare_export
from app.api.plan import plan_layer
from app.api.requests import LayerRequest, family_of, parse
from app.api.touch import ask_touch, touch
from app.api.turns import at_once, in_turn
from app.api.wanted import Wanted, wanted
from app.check import check, check_effort, too_large_to_check
from app.i18n import catalog, choose
from app.places import MEDIUM
from app.problems import message
from app.room import need_in_all
from app.runs import Plan, Run, count, make_plan, run_plan
from app.settings import Limits
from app.snippets import snippets
from app.state import State
from app.tensors.received import Received
from app.tensors.stats import describe

PREFIX = "/api/v1/layers"
_SMALL_BODY = 128 * 1024
# Bytes of memory for one of a long body: its numbers, what is made of them, and that as text. With
# less, it is read again for each step of more, and of very many nobody would ever be done.
_TEXT_ROOM = 16
_SMALL_EFFORT, _LONG_EFFORT = 20_000_000, 500_000_000
_TERM_EFFORT, _TERM_BYTES = 2000, 300
_PLACE_EFFORT = 20


class Job(NamedTuple):
    """Work that has been weighed.

    Attributes:
        work: what is done.
        effort: how long it takes, roughly, in billionths of a second.
        size: bytes of memory that it takes.
    """

    work: Callable[[], Response]
    effort: int
    size: int

    @property
    def room(self) -> int:
        """Return the bytes to let it in with; what takes long is heavy whatever its size."""
        return max(self.size, MEDIUM + 1) if self.effort > _LONG_EFFORT else self.size


class LayerEndpoint:
    """Reads the body, weighs the work, does it and answers; `errors.py` writes the problems.

    Args:
        weigh: what is to be done for (state, family's name, body, headers, query).
    """

    def __init__(self, weigh: Callable[[State, str, bytes, Headers, str], Job]) -> None:
        self._weigh = weigh

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state: State = scope["app"].state.lab
        headers, query = Headers(scope=scope), scope["query_string"].decode("latin-1")
        name = scope["path_params"].get("layer", "")
        async with reading(receive, headers, state.limits, state.admission) as body:

            def weigh() -> Job:
                return self._weigh(state, name, body, headers, query)

            def work() -> Response:
                job = weigh()
                need_in_all(job.room)
                return job.work()

            if len(body) < _SMALL_BODY and _is_plain(headers) and _is_modest(query):
                job = weigh()
                if job.effort < _SMALL_EFFORT:
                    response = await at_once(state, job.work())
                else:
                    response = await in_turn(state, job.work, receive, job.room)
            else:
                is_text = media_type(headers) == JSON
                room = _TEXT_ROOM * len(body) if is_text else 0
                response = await in_turn(state, work, receive, room)
        await response(scope, receive, send)


def _is_plain(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith(("application/json", "application/x-npy"))


def _is_modest(query: str) -> bool:
    return len(query) < 2048


def weigh_run(state: State, name: str, body: bytes, headers: Headers, query: str) -> Job:
    """Apply a layer and answer in the form that is wanted."""
    started = time.perf_counter()
    asked = parse(family_of(name), body, headers, query, state.limits, state.store)
    want = wanted(asked.options, headers)
    decoded = time.perf_counter()
    shapes = {n: t.array.shape for n, t in asked.tensors.items()}
    plan = make_plan(asked.layer, shapes, state.limits)
    if want.form == "json":
        written = plan.outputs | {n: plan.shapes[n] for n in plan.to_make}
        check_json(sum(count(s) for n, s in written.items() if want.has(n)), state.limits)
    say = catalog(choose(headers.get("accept-language"))).gettext
    decode_ms = round((decoded - started) * 1e3, 3)
    effort, size = plan.effort, plan.working_bytes
    if want.check:
        effort, size = effort + check_effort(plan), max(size, state.limits.working_bytes)
    return Job(lambda: _run(state, asked, plan, want, say, decode_ms), effort, size)


def _run(
    state: State,
    asked: LayerRequest,
    plan: Plan,
    want: Wanted,
    say: Callable[[str], str],
    decode_ms: float,
) -> Response:
    sent = {n: t.array for n, t in asked.tensors.items()}
    run = run_plan(plan, sent, want.device, state.sessions)
    facts = _facts(asked, run, say)
    timing = {"decode": decode_ms, "run": round(run.run_ms, 3)}
    facts["timing_ms"] = timing
    if want.refs:
        held = {"input": run.tensors["input"], **run.outputs}
        facts["refs"] = {n: state.store.put(v) for n, v in held.items()}
    if want.code:
        facts |= snippets(run, {n: v.shape for n, v in sent.items()}, say)
    if want.check:
        facts |= _checked(run, state.limits, say)
    outputs = run.outputs
    if want.form in ("json", "safetensors"):
        outputs = outputs | {n: run.tensors[n] for n in plan.to_make}
        if want.form == "json":
            outputs = {n: v for n, v in outputs.items() if want.has(n)}
    return respond(
        want.form,
        outputs,
        want.pick(facts),
        state.limits,
        colormap=want.colormap,
        scale=want.scale,
        timing=timing,
    )


def _checked(run: Run, limits: Limits, say: Callable[[str], str]) -> dict[str, Any]:
    """Return the cross-check, or why there is none."""
    note = too_large_to_check(run.plan, limits)
    if note is not None:
        return {"check": None, "check_note": note.say(say)}
    return {"check": check(run)}


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


def weigh_explanation(state: State, name: str, body: bytes, headers: Headers, query: str) -> Job:
    """Take output elements apart, or say what an element of a tensor touches."""
    extra = ("at", "limit", "of", "order")
    asked = parse(family_of(name), body, headers, query, state.limits, state.store, extra)
    check_order(asked.options, state.limits)
    if asked.options.get("of") is not None:
        turned = ask_touch(asked, state.limits)
        effort = turned.looked_at * _PLACE_EFFORT + looked_through(turned.plan)
        return Job(lambda: _json(touch(turned)), effort, looked_through(turned.plan))
    question = ask(asked, state.limits)

    looked = looked_through(question.plan)
    effort = question.terms * _TERM_EFFORT + looked
    return Job(lambda: _json(explain(question)), effort, question.terms * _TERM_BYTES + looked)


def _json(answer: dict[str, Any]) -> Response:
    return Response(json_bytes(answer), media_type="application/json")


def weigh_plan(state: State, name: str, body: bytes, headers: Headers, query: str) -> Job:
    """Say what a request would do; nothing is run, so it is always small."""
    return Job(lambda: plan_layer(state, name, body, headers, query), 0, 0)


def weigh_export(state: State, name: str, body: bytes, headers: Headers, query: str) -> Job:
    """Write a layer as a file; nothing is run, but its weights are made and written."""
    plan, answer = prepare_export(state, name, body, headers, query)
    return Job(answer, plan.working_bytes, 2 * plan.working_bytes)


def routes() -> list[Route]:
    """Return the routes of every layer."""
    return [
        Route(f"{PREFIX}/{{layer}}", LayerEndpoint(weigh_run), methods=["POST"]),
        Route(f"{PREFIX}/{{layer}}/explain", LayerEndpoint(weigh_explanation), methods=["POST"]),
        Route(f"{PREFIX}/{{layer}}/plan", LayerEndpoint(weigh_plan), methods=["POST"]),
        Route(f"{PREFIX}/{{layer}}/export", LayerEndpoint(weigh_export), methods=["POST"]),
    ]
