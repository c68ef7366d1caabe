"""The works, this service beside the others: tables and goals."""

import statistics
from collections.abc import Collection

from benchmarks.goals import GOAL_HEAD, Found, counted, goals_of, ratio
from benchmarks.model_servers import model_server_versions
from benchmarks.reliability.figures import percentile
from benchmarks.rounds import all_running, measure
from benchmarks.works import works

CONNECTIONS = (1, 16)
_SAYS = """Each work is asked of this service and of what one would otherwise run, all started as \
their documentation says for one worker; `benchmarks/rivals` has what a user of each would write. \
Every answer is checked against ONNX Runtime first. A round is a batch of each in turn, over one \
connection and then over 16 that are kept busy by one client on the same machine. The cost is the \
processor time of the server's whole process tree a request: the median of {} rounds, the least \
and the most; the ratio is the median of the rounds' own ratios of this service's cost to the \
other's. Bare HTTP takes and gives the same bytes and does no work; the bare run has one thread. \
The first endpoint names no return type, so FastAPI's own encoder writes its answers; with one it \
is faster; it speaks JSON only, so it has no part in W1. With `fields=output` the numbers come \
alone, as the others give them, without what is told of them otherwise. Over `/v2` the same is \
asked for as clients of model servers do: bytes in and out where it is .npy, with the weight in \
each request. The model servers: {}."""


def _ms(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def table(found: Found) -> list[str]:
    """Return the figures as a table."""
    lines = [
        "| | CPU a request, ms | least – most | ratio | requests/s | p50, ms | p99, ms |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in found.items():
        told = f"{name} ({one.refused} refused)" if one.refused else name
        p50, p99 = (percentile(one.waits, share) * 1e3 for share in (0.5, 0.99))
        lines.append(
            f"| {told} | {_ms(statistics.median(one.cpu))} | {_ms(min(one.cpu))} – "
            f"{_ms(max(one.cpu))} | {ratio(found, [name]):.3g} "
            f"| {statistics.median(one.rate):.0f} | {_ms(p50)} | {_ms(p99)} |"
        )
    return lines


def side_by_side(rounds: int, only: Collection[str] = (), *, alone: bool = False) -> list[str]:
    """Measure all works or only these, beside all or alone, and return the lines of the report."""
    lines, goals = [_SAYS.format(rounds, model_server_versions())], list[str]()
    with all_running(alone=alone) as (there, bare):
        for work in (work for work in works() if not only or work.name in only):
            for connections in CONNECTIONS:
                found = measure(work, there, bare, connections, rounds)
                told = table(found)
                rows = [g.row(found, connections) for g in goals_of(work.name, connections)]
                goals += [f"| {work.name}: {row[2:]}" for row in rows]
                title = f"### {work.name}: {work.title}; {counted(connections)}"
                lines += ["", title, "", *told]
                print("\n".join([title, *told, *rows]), flush=True)
    return [*lines, "", "### Goals", "", *GOAL_HEAD, *goals]
