"""The works asked of this service and of what one would otherwise run, in turn."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.contender import Contender, write_models
from benchmarks.contenders import OURS, OURS_OUTPUT, OURS_V2, contenders
from benchmarks.load import Batch, Figures, batch
from benchmarks.servers import Server, serving, uvicorn
from benchmarks.works import Request, Work, one_thread

BARE = uvicorn("benchmarks.bare_http:app")
BARE_RUN, BARE_HTTP = "bare `session.run`", "bare HTTP"
Run = Callable[[int], Batch]
# A batch takes about so long, and has so many requests.
_BATCH_S, _LEAST, _MOST = 0.4, 8, 400


@dataclass(frozen=True)
class Running:
    """A contender and its server."""

    contender: Contender
    server: Server

    def checked(self, work: Work) -> tuple[Request, int] | None:
        """Return the request for a work and the size of its answer, which is the right one."""
        request = self.contender.ask(work, self.server)
        if request is None:
            return None
        body = self.server.post(request)
        work.check(self.contender.read(work, body))
        return request, len(body)


@contextmanager
def all_running(*, alone: bool = False) -> Iterator[tuple[list[Running], Server]]:
    """Start everyone or this service alone, it first, and the server that does no work."""
    write_models()
    who = [one for one in contenders() if not alone or one in (OURS, OURS_OUTPUT, OURS_V2)]
    with contextlib.ExitStack() as stack:
        there = [Running(one, stack.enter_context(one.serving())) for one in who]
        yield there, stack.enter_context(serving(*BARE))


def same_bytes(request: Request, size: int) -> Request:
    """Return the request to the server that does no work, of the same bytes there and back."""
    return Request(f"/?{size}", request.headers, request.body)


def called(program: Callable[[], object]) -> Run:
    """Return what calls a function in this process."""

    def run(count: int) -> Batch:
        waits, before, started = [], time.process_time(), time.perf_counter()
        for _ in range(count):
            at = time.perf_counter()
            program()
            waits.append(time.perf_counter() - at)
        return Batch(time.process_time() - before, time.perf_counter() - started, waits)

    return run


def asked(server: Server, request: Request, connections: int) -> Run:
    """Return what sends a request over so many connections."""
    raw = request.raw()
    return lambda count: batch(server, raw, connections, count)


def _runs(work: Work, there: list[Running], bare: Server, connections: int) -> dict[str, Run]:
    """Return what runs a batch of each one that does the work, all answers checked."""
    runs: dict[str, Run] = {}
    for each in there:
        if found := each.checked(work):
            request, size = found
            runs[each.contender.name] = asked(each.server, request, connections)
            if BARE_HTTP not in runs:
                runs[BARE_HTTP] = asked(bare, same_bytes(request, size), connections)
    session = one_thread(work.model)
    runs[BARE_RUN] = called(lambda: session.run(None, work.feeds))
    return runs


def _count(run: Run, connections: int) -> int:
    """Return how many requests make a batch."""
    least = max(_LEAST, 2 * connections)
    run(least)
    return min(max(int(_BATCH_S * least / run(least).wall), least), _MOST)


def in_turn(runs: Mapping[str, Run], connections: int, rounds: int) -> dict[str, Figures]:
    """Return the figures of everyone, each round a batch of each in turn."""
    counts = {name: _count(run, connections) for name, run in runs.items()}
    found = {name: Figures() for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].add(run(counts[name]))
    return found


def measure(
    work: Work, there: list[Running], bare: Server, connections: int, rounds: int
) -> dict[str, Figures]:
    """Return the figures of everyone at a work."""
    return in_turn(_runs(work, there, bare, connections), connections, rounds)
