"""`POST /api/v1/layers/{layer}`: one plain ASGI path for every layer, and its explanation."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route

from app.api.animation import weigh_animation
from app.api.answer.answers import check_json, json_response, respond, writing_effort
from app.api.answer.names import layer_parts
from app.api.jobs import Endpoint, Job
from app.api.layers.explain import ask, check_order, explain, looked_through
from app.api.layers.export import prepare_export
from app.api.layers.plan import plan_layer
from app.api.layers.touch import ask_touch, touch
from app.api.request.accept import check_takes_json
from app.api.request.parse import LayerRequest, family_of, parse
from app.api.request.wanted import Wanted, wanted
from app.check import check, check_effort, too_large_to_check
from app.exports.snippets import snippets
from app.i18n import catalog, choose
from app.problems import message
from app.runs import Plan, Run, kept_plan, run_plan
from app.runtime.devices import may_leave
from app.settings import Limits
from app.state import State
from app.tensors.received import Received, dtype_name, refs_of
from app.tensors.stats import describe

PREFIX = "/api/v1/layers"
_TERM_EFFORT, _TERM_BYTES = 2000, 300
_PLACE_EFFORT = 20


def weigh_run(state: State, name: str, body: bytes, headers: Headers, query: str) -> Job:
    """Apply a layer and answer in the form that is wanted."""
    started = time.perf_counter()
    asked = parse(family_of(name), body, headers, query, state.limits, state.store)
    want = wanted(asked.options, headers, layer_parts)
    decoded = time.perf_counter()
    plan = kept_plan(asked.layer, asked.shapes, state.limits)
    written = sum([n for name, n in plan.elements if want.has(name)])
    if want.form == "json":
        check_json(written, state.limits)
    say = catalog(choose(headers.get("accept-language"))).gettext
    decode_ms = round((decoded - started) * 1e3, 3)
    effort, size = plan.effort + writing_effort(want.form, written), plan.working_bytes
    if want.check:
        effort, size = effort + check_effort(plan), max(size, state.limits.working_bytes)
    work = partial(_run, state, asked, plan, want, say, decode_ms)
    return Job(work, effort, size, may_leave(want.device))


def _run(
    state: State,
    asked: LayerRequest,
    plan: Plan,
    want: Wanted,
    say: Callable[[str], str],
    decode_ms: float,
) -> Response:
    run = run_plan(plan, asked.arrays, want.device, state.sessions, refs_of(asked.tensors))
    facts = want.pick(dict(plan.told)) | want.make(_facts(asked, run, say))
    timing = {"decode": decode_ms, "run": round(run.run_ms, 3)}
    facts["timing_ms"] = timing
    if want.refs:
        held = {"input": run.tensors["input"], **run.outputs}
        facts["refs"] = {n: state.store.put(v) for n, v in held.items()}
    if want.code:
        facts |= snippets(run, asked.shapes, say)
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


def _facts(
    asked: LayerRequest, run: Run, say: Callable[[str], str]
) -> dict[str, Callable[[], Any]]:
    output = run.outputs["output"]
    return {
        "input": lambda: described(asked.tensors["input"], run.tensors["input"].shape, say),
        "dtype": lambda: dtype_name(output),
        "stats": lambda: describe(output),
        "device": lambda: run.device,
        "provider": lambda: run.provider,
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
    check_takes_json(asked.options, headers.get("accept"))
    check_order(asked.options, state.limits)
    if asked.options.get("of") is not None:
        turned = ask_touch(asked, state.limits)
        effort = turned.looked_at * _PLACE_EFFORT + looked_through(turned.plan)
        return Job(lambda: json_response(touch(turned)), effort, looked_through(turned.plan))
    question = ask(asked, state.limits)
    looked, terms = looked_through(question.plan), question.terms
    effort, size = terms * _TERM_EFFORT + looked, terms * _TERM_BYTES + looked
    return Job(lambda: json_response(explain(question)), effort, size)


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
        Route(f"{PREFIX}/{{layer}}", Endpoint(weigh_run), methods=["POST"]),
        Route(f"{PREFIX}/{{layer}}/explain", Endpoint(weigh_explanation), methods=["POST"]),
        Route(f"{PREFIX}/{{layer}}/animation", Endpoint(weigh_animation), methods=["POST"]),
        Route(f"{PREFIX}/{{layer}}/plan", Endpoint(weigh_plan), methods=["POST"]),
        Route(f"{PREFIX}/{{layer}}/export", Endpoint(weigh_export), methods=["POST"]),
    ]
