"""The works asked of this service and of what one would otherwise run, in turn."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.contender import Contender, write_models
from benchmarks.contenders import contenders
from benchmarks.load import Batch, Figures, batch
from benchmarks.servers import Server, free_port, running, uvicorn
from benchmarks.works import Request, Work, one_thread

BARE_RUN, BARE_HTTP = "bare `session.run`", "bare HTTP"
# A batch takes about so long, and has so many requests.
_BATCH_S, _LEAST, _MOST = 0.4, 8, 400


@dataclass(frozen=True)
class Running:
    """A contender and its server."""

    contender: Contender
    server: Server

    def checked(self, work: Work) -> tuple[Request, int] | None:
        """Return the request for a work and the size of its answer, which is the right one."""
        asked = self.contender.ask(work, self.server)
        if asked is None:
            return None
        self.server.hang_up()
        body = self.server.post(asked)
        work.check(self.contender.read(work, body))
        return asked, len(body)


@contextmanager
def all_running() -> Iterator[tuple[list[Running], Server]]:
    """Start everyone, this service first, and the server that does no work."""
    write_models()
    with contextlib.ExitStack() as stack:
        there = [Running(one, stack.enter_context(one.serving())) for one in contenders()]
        port = free_port()
        command = [sys.executable, *uvicorn("benchmarks.bare_http:app"), str(port)]
        yield there, stack.enter_context(running(command, port, {}))


def _bare_run(work: Work) -> Callable[[int], Batch]:
    session = one_thread(work.model)
    session.run(None, work.feeds)

    def run(count: int) -> Batch:
        waits, before, started = [], time.process_time(), time.perf_counter()
        for _ in range(count):
            at = time.perf_counter()
            session.run(None, work.feeds)
            waits.append(time.perf_counter() - at)
        return Batch(time.process_time() - before, time.perf_counter() - started, waits)

    return run


def _asked(server: Server, request: Request, connections: int) -> Callable[[int], Batch]:
    raw = request.raw()
    return lambda count: batch(server, raw, connections, count)


def _runs(
    work: Work, there: list[Running], bare: Server, connections: int
) -> dict[str, Callable[[int], Batch]]:
    """Return what runs a batch of each one that does the work, all answers checked."""
    runs: dict[str, Callable[[int], Batch]] = {}
    for each in there:
        if found := each.checked(work):
            asked, size = found
            runs[each.contender.name] = _asked(each.server, asked, connections)
            if not runs.keys() - {each.contender.name}:
                same = Request(f"/?{size}", asked.headers, asked.body)
                runs[BARE_HTTP] = _asked(bare, same, connections)
    runs[BARE_RUN] = _bare_run(work)
    return runs


def _count(run: Callable[[int], Batch], connections: int) -> int:
    """Return how many requests make a batch."""
    least = max(_LEAST, 2 * connections)
    run(least)
    return min(max(int(_BATCH_S * least / run(least).wall), least), _MOST)


def measure(
    work: Work, there: list[Running], bare: Server, connections: int, rounds: int
) -> dict[str, Figures]:
    """Return the figures of everyone, each round a batch of each in turn."""
    runs = _runs(work, there, bare, connections)
    counts = {name: _count(run, connections) for name, run in runs.items()}
    found = {name: Figures() for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].add(run(counts[name]))
    return found
