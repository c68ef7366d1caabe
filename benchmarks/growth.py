"""How the cost of a convolution grows with the picture, and the memory of the largest."""

import math
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from benchmarks.contender import NPY
from benchmarks.goals import GOAL_HEAD, goal_row
from benchmarks.load import batch
from benchmarks.servers import Server, serving
from benchmarks.works import Request, Work, convolution, npy, one_thread, read_npy

_SIDES = (64, 128, 256, 512, 1024, 2048, 4096)
_TINY, _BATCH_S, _MOST, _TRIES = 4, 0.3, 1500, 3
_RUN_S, _LEAST_RUNS = 0.05, 5
_MIB = 1 << 20
_SAYS = """One convolution 3x3 of a picture of one channel, `.npy` in and out, one connection; \
medians of {} rounds. A request costs something whatever its size: the second column of times per \
pixel is without what one of {} × {} costs, of which each round has a batch beside. The bare run \
has one thread, in one process. The goal: the largest time per pixel, from 64 × 64 to 4096 × 4096, \
is at most 1.3 × the least. Memory is the peak of the whole process tree above what it had before, \
in the first request of 4096 × 4096 and two more; input and output are 64 MiB each."""


def _work(side: int) -> Work:
    generator = np.random.default_rng(side)
    picture = generator.random((1, 1, side, side), np.float32)
    weight = generator.normal(size=(1, 1, 3, 3)).astype(np.float32)
    return Work("", "", "conv", [convolution()], {"input": picture}, {"weight": weight}, {}, True)


def _request(work: Work) -> Request:
    """Return the request; the weight is in it as text, since it is the same at every size."""
    weight = work.held["weight"].tolist()
    path = f"/api/v1/layers/{work.layer}?padding=1&weight={weight}".replace(" ", "")
    return Request(path, NPY, npy(work.feeds["input"]))


def _asked(server: Server, work: Work) -> bytes:
    """Return the raw request for a work, whose answer is the right one."""
    request = _request(work)
    work.check(read_npy(server.post(request)))
    return request.raw()


def _run_ms(work: Work) -> float:
    """Return the processor time of a bare run, in ms."""
    session, times, end = one_thread(work.model), list[float](), time.process_time() + _RUN_S
    while len(times) < _LEAST_RUNS or time.process_time() < end:
        before = time.process_time()
        session.run(None, work.feeds)
        times.append((time.process_time() - before) * 1e3)
    return statistics.median(times[1:])


class _Cost(NamedTuple):
    """Processor time in ms: of a request, of what its size adds to that, of a bare run."""

    whole: float
    beyond: float
    bare: float


def _batch_ms(server: Server, raw: bytes) -> Callable[[], float]:
    """Return what sends a batch and returns the processor time of a request of it, in ms."""
    count = min(max(int(_BATCH_S * 3 / batch(server, raw, 1, 3).wall), 3), _MOST)
    return lambda: batch(server, raw, 1, count).cpu / count * 1e3


def _cost(server: Server, side: int, rounds: int) -> _Cost:
    """Return what a size costs, each batch of it beside one of the least size."""
    work = _work(side)
    tiny = _batch_ms(server, _asked(server, _work(_TINY)))
    own = _batch_ms(server, _asked(server, work))
    # What disturbs the machine for longer than a round disturbs both.
    found = [(tiny(), own()) for _ in range(rounds)]
    beyond = statistics.median(whole - least for least, whole in found)
    return _Cost(statistics.median(whole for _, whole in found), beyond, _run_ms(work))


def _peak(server: Server) -> int:
    """Return how much more memory the largest took than there was before."""
    work = _work(_SIDES[-1])
    request = _request(work)
    server.clear_peaks()
    before = server.peak()
    for _ in range(_TRIES):
        server.post(request)
    return server.peak() - before


def growth(rounds: int) -> list[str]:
    """Measure and return the lines of the report."""
    with serving("-m", "app.cli", "serve") as server:
        _asked(server, _work(_TINY))
        peak = _peak(server)
    with serving("-m", "app.cli", "serve") as server:
        costs = {side: _cost(server, side, rounds) for side in _SIDES}
    lines = [
        _SAYS.format(rounds, _TINY, _TINY),
        "",
        "| picture | CPU a request, ms | ns a pixel | without the fixed part | bare run |",
        "|---:|---:|---:|---:|---:|",
    ]
    whole, rest = list[float](), list[float]()
    for side in _SIDES:
        cost, pixels = costs[side], side * side
        whole.append(cost.whole / pixels * 1e6)
        rest.append(cost.beyond / pixels * 1e6)
        lines.append(
            f"| {side} × {side} | {cost.whole:.3f} | {whole[-1]:.2f} | {rest[-1]:.2f} "
            f"| {cost.bare / pixels * 1e6:.2f} |"
        )
    both = 2 * 4 * _SIDES[-1] ** 2
    goals = [
        goal_row("time per pixel, largest over least, without the fixed part: ≤ 1.3",
                 max(rest) / min(rest) if min(rest) > 0 else math.inf, 1.3),
        goal_row("the same with the fixed part, for comparison", max(whole) / min(whole), math.inf),
        goal_row("time per pixel at 4096 × 4096 over that at 64 × 64: ≤ 1.3",
                 whole[-1] / whole[0], 1.3),
        goal_row("memory of 4096 × 4096: ≤ 3 × (input + output)", peak / both, 3.0, " ×"),
    ]  # fmt: skip
    peaks = f"The peak was {peak / _MIB:.0f} MiB, input and output together {both / _MIB:.0f} MiB."
    print("\n".join([*lines, *goals, peaks]), flush=True)
    return [*lines, "", peaks, "", "### Goals", "", *GOAL_HEAD, *goals]
