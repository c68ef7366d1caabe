"""How long a start takes, and the memory of what is idle."""

import statistics
import time

from benchmarks.contender import Contender, write_models
from benchmarks.contenders import OURS, contenders
from benchmarks.goals import GOAL_HEAD, goal_row
from benchmarks.servers import serving

_TRIES, _REST_S, _WORKERS = 3, 1.0, 2
_MB = 10**6
_SAYS = """From the start of the process until the smallest work is answered, and the memory of \
all processes a second later, what they share counted once; {} starts of this service, medians, \
one of each other. The goals: ready within 2 s; at most 150 MB a worker when idle, of {} workers \
the larger one, with all that it shares (RSS)."""


def _start(one: Contender) -> tuple[float, int]:
    """Return the seconds until it is ready, and its memory in bytes."""
    started = time.perf_counter()
    with one.serving() as server:
        ready = time.perf_counter() - started
        time.sleep(_REST_S)
        return ready, server.memory()


def _largest_worker() -> int:
    """Return the bytes of the larger of two idle workers."""
    with serving("-m", "app.cli", "serve", workers=_WORKERS) as server:
        time.sleep(2 * _REST_S)
        return max(server.resident()[1:])


def starting() -> list[str]:
    """Measure and return the lines of the report."""
    write_models()
    lines = [_SAYS.format(_TRIES, _WORKERS), "", "| | ready after | memory |", "|---|---:|---:|"]
    for one in contenders():
        starts = [_start(one) for _ in range(_TRIES if one is OURS else 1)]
        ready, memory = (statistics.median(values) for values in zip(*starts, strict=True))
        if one is OURS:
            ours = ready
        lines.append(f"| {one.name} | {ready:.2f} s | {memory / _MB:.0f} MB |")
        print(lines[-1], flush=True)
    goals = [
        goal_row("ready within 2 s", ours, 2.0, " s"),
        goal_row("≤ 150 MB a worker when idle", _largest_worker() / _MB, 150.0, " MB"),
    ]
    print("\n".join(goals), flush=True)
    return [*lines, "", "### Goals", "", *GOAL_HEAD, *goals]
