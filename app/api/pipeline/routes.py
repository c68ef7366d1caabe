"""`POST /api/v1/pipeline`: layers in a row, compiled to one graph and run once."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route

from app.api.answer.answers import Written, check_json, respond, writing_effort, written_list
from app.api.answer.names import chain_parts
from app.api.jobs import Endpoint, Job
from app.api.layers.plan import told_field
from app.api.layers.routes import described
from app.api.pipeline.chains import ChainRequest, chain_facts, parse_chain
from app.api.pipeline.export import weigh_chain_export
from app.api.pipeline.open import weigh_chain_open
from app.api.pipeline.plan import weigh_chain_plan
from app.api.request.wanted import Wanted, wanted
from app.graphs import OUTPUT
from app.i18n import catalog, choose
from app.layers.base import INPUT, Array
from app.networks.planned import ChainPlan
from app.networks.running import ChainRun, run_chain
from app.runs import count
from app.runtime.devices import may_leave
from app.state import State
from app.tensors.stats import describe

PATH = "/api/v1/pipeline"
# Nanoseconds to write a layer into a graph that is not kept yet, and to load that.
STAGE_EFFORT = 500_000
_STAGES = "stages"


def weigh_pipeline(state: State, _: str, body: bytes, headers: Headers, query: str) -> Job:
    """Run a chain and answer in the form that is wanted."""
    started = time.perf_counter()

    def judged(options: Mapping[str, Any]) -> Wanted:
        return wanted(options, headers, chain_parts)

    asked = parse_chain(state, body, headers, query, lambda told: _tells(judged(told)))
    want = judged(asked.options)
    decoded = time.perf_counter()
    plan = asked.plan
    written = _written(plan, want)
    if want.form == "json":
        check_json(written, state.limits)
    say = catalog(choose(headers.get("accept-language"))).gettext
    decode_ms = round((decoded - started) * 1e3, 3)
    effort = plan.effort + STAGE_EFFORT * len(plan.stages) + writing_effort(want.form, written)
    work = partial(_run, state, asked, want, say, decode_ms)
    return Job(work, effort, plan.working_bytes, may_leave(want.device))


def _tells(want: Wanted) -> bool:
    """Tell whether the answer has facts of every stage; a header has no room for them."""
    in_body = want.form in ("json", "safetensors")
    return in_body and want.tells(_STAGES)


def _written(plan: ChainPlan, want: Wanted) -> int:
    """Return how many numbers an answer in JSON has."""
    last = plan.stages[-1].plan.outputs
    total = sum(count(shape) for name, shape in last.items() if want.has(name))
    for stage in plan.stages if want.has(_STAGES) else ():
        shown = stage.plan.outputs.values() if plan.shows_all else ()
        total += sum(count(shape) for shape in shown)
        total += sum(count(stage.plan.shapes[name]) for name in stage.plan.to_make)
    return total


def _run(
    state: State,
    asked: ChainRequest,
    want: Wanted,
    say: Callable[[str], str],
    decode_ms: float,
) -> Response:
    array, sent = asked.received.array, asked.sent
    run = run_chain(asked.plan, array, sent, want.device, state.sessions, asked.refs)
    facts = want.make(_facts(asked, run, say))
    timing = {"decode": decode_ms, "run": round(run.run_ms, 3)}
    facts["timing_ms"] = timing
    if want.refs:
        facts["refs"] = _refs(run, state)
    outputs = run.outputs[-1]
    if want.form == "json":
        outputs = {n: v for n, v in outputs.items() if want.has(n)}
        if want.has(_STAGES):
            facts[_STAGES] = _shown(run, facts[_STAGES])
    elif want.form == "safetensors":
        outputs = _numbered(run) | outputs
    return respond(
        want.form,
        outputs,
        want.pick(facts),
        state.limits,
        colormap=want.colormap,
        scale=want.scale,
        timing=timing,
    )


def _facts(
    asked: ChainRequest, run: ChainRun, say: Callable[[str], str]
) -> dict[str, Callable[[], Any]]:
    output, stages = run.outputs[-1][OUTPUT], _stages(run)
    return {
        **({_STAGES: lambda: stages} if stages else {}),
        "input": lambda: described(asked.received, run.array.shape, say),
        "shape": lambda: output.shape,
        "dtype": lambda: output.dtype.name,
        "stats": lambda: stages[-1]["stats"] if stages else describe(output),
        "cost": lambda: run.plan.cost,
        "receptive_field": lambda: told_field(run.plan.receptive_fields()[-1]),
        "device": lambda: run.device,
        "provider": lambda: run.provider,
    }


def _stages(run: ChainRun) -> list[dict[str, Any]]:
    """Return what is told of each stage, nothing where they are not looked at."""
    if not run.plan.sees_all:
        return []
    pairs = zip(chain_facts(run.plan), run.outputs, strict=True)
    return [facts | {"stats": describe(outputs[OUTPUT])} for facts, outputs in pairs]


def _made(run: ChainRun, number: int) -> dict[str, Array]:
    """Return the tensors of a stage that were not sent."""
    to_make = run.plan.stages[number].plan.to_make
    return {name: run.tensors[number][name] for name in sorted(to_make)}


def _shown(run: ChainRun, told: list[dict[str, Any]]) -> Written:
    """Return the facts of each stage with its numbers beside them."""
    return written_list(
        (facts, _made(run, number) | (run.outputs[number] if run.plan.shows_all else {}))
        for number, facts in enumerate(told)
    )


def _numbered(run: ChainRun) -> dict[str, Array]:
    """Return the tensors of each stage under its number, the main output under that alone."""
    found: dict[str, Array] = {INPUT.name: run.array} if run.plan.shows_all else {}
    for number in range(len(run.plan.stages)):
        found |= {f"{number}.{name}": value for name, value in _made(run, number).items()}
        if run.plan.shows_all:
            found |= {
                str(number) if name == OUTPUT else f"{number}.{name}": value
                for name, value in run.outputs[number].items()
            }
    return found


def _refs(run: ChainRun, state: State) -> dict[str, str | None]:
    """Hold the input and the outputs, with `all` each stage's, and return their refs."""
    put = state.store.put
    refs = {INPUT.name: put(run.array)} | {n: put(v) for n, v in run.outputs[-1].items()}
    if run.plan.shows_all:
        refs |= {str(n): put(outputs[OUTPUT]) for n, outputs in enumerate(run.outputs[:-1])}
        refs[str(len(run.outputs) - 1)] = refs[OUTPUT]
    return refs


def routes() -> list[Route]:
    """Return the routes of chains."""
    return [
        Route(PATH, Endpoint(weigh_pipeline), methods=["POST"]),
        Route(f"{PATH}/plan", Endpoint(weigh_chain_plan), methods=["POST"]),
        Route(f"{PATH}/export", Endpoint(weigh_chain_export), methods=["POST"]),
        Route(f"{PATH}/open", Endpoint(weigh_chain_open), methods=["POST"]),
    ]
