"""Cases fired over sockets at the whole service, and what must hold of each answer."""

import contextlib
import json
import os
import re
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from tests.hostile.cases import LONG, Case
from tests.serving.server import Answer, Server, serving

WORKERS = int(os.environ.get("LAYERLAB_TEST_WORKERS", "2"))
# What a worker keeps by design, all of it bounded: 64 MiB of networks' runs and about 35 MB of
# sessions, and free pages within its heaps. When nobody has used them for a while, this is left.
KEPT_BYTES, LEFT_BYTES = 112_000_000, 60_000_000
# What is worked on has one budget for all; what is kept, each worker keeps.
MOST_BYTES = 1_500_000_000 + KEPT_BYTES * (WORKERS - 2)
REFUSED_S = 5.0
# Waiting for room, for a turn and for room again, and the work: see `/api/v1/limits`.
WORKED_S = 35.0
_LONGEST_PROBLEM = 6000
_LOOK_S = 0.02
_SHARED = Path("/dev/shm")
# Signs of a target that go over the wire as they stand; the others would end it.
_PLAIN = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class Shot(NamedTuple):
    """What came of one request.

    Args:
        answer: as it came.
        seconds: until it was there.
    """

    answer: Answer
    seconds: float


def as_bytes(case: Case) -> bytes:
    """Return a case as it goes over the wire; what ends a line is escaped, nothing else is."""
    names = {name.lower() for name, _ in case.headers}
    lines = [f"{case.method} {quote(case.url, safe=_PLAIN)} HTTP/1.1"]
    lines += [] if "host" in names else ["Host: x"]
    lines += [f"{name}: {value}" for name, value in case.headers]
    lines += [f"Content-Length: {len(case.content)}"] if case.content else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + case.content


def fire(server: Server, case: Case) -> Shot:
    """Send one request over a connection of its own; where that stays open, a good one behind."""
    data, started = as_bytes(case), time.perf_counter()
    with server.link() as link:
        link.send(data)
        answer = link.answer(head=case.method == "HEAD")
        seconds = time.perf_counter() - started
        if answer.headers.get("connection") != "close":
            assert server.is_well(link), "the next request on the connection is not answered right"
    return Shot(answer, seconds)


def wrong_with(shot: Shot, statuses: Iterable[int], url: str = "", *, head: bool = False) -> str:
    """Return what is not as it was promised, or nothing."""
    answer, seconds = shot
    status = answer.status
    if status not in statuses:
        return f"{status} is not allowed: {answer.body[:300]!r}"
    # Who does not send the rest is waited for as long as the limits say.
    if status != 408 and seconds > (REFUSED_S if status >= 400 else WORKED_S):
        return f"{status} took {seconds:.1f} s"
    if status < 400:
        return ""
    if status >= 500 and status != 503:
        return f"it answers {status}"
    if status in (429, 503) and int(answer.headers.get("retry-after", 0)) < 1:
        return "it does not say when to come again"
    if head:
        return ""
    return _wrong_with_error(answer) if url.startswith("/v2") else _wrong_with_problem(answer)


def _wrong_with_error(answer: Answer) -> str:
    """Return what is wrong with a refusal to a client of model servers."""
    if answer.headers.get("content-type") != "application/json":
        return f"the refusal is {answer.headers.get('content-type')}: {answer.body[:200]!r}"
    told = json.loads(answer.body)
    if set(told) != {"error"} or not isinstance(told["error"], str) or not told["error"]:
        return f"no error: {told}"
    if answer.status in (413, 431) and not re.search(r"\d", told["error"]):
        return f"it names no limit: {told}"
    return _echoed(answer)


def _echoed(answer: Answer) -> str:
    is_echoed = LONG in answer.body.decode() or len(answer.body) > _LONGEST_PROBLEM
    return "the input is echoed" if is_echoed else ""


def _wrong_with_problem(answer: Answer) -> str:
    if answer.headers.get("content-type") != "application/problem+json":
        return f"the refusal is {answer.headers.get('content-type')}: {answer.body[:200]!r}"
    problem = json.loads(answer.body)
    said = [problem.get(key) for key in ("type", "title", "detail")]
    if problem["status"] != answer.status or not all(isinstance(s, str) and s for s in said):
        return f"no whole problem: {problem}"
    if answer.status == 422 and not all(f["loc"] and f["msg"] for f in problem.get("errors", [{}])):
        return f"it names no field: {problem}"
    if answer.status in (413, 431) and not re.search(r"\d", problem["detail"]):
        return f"it names no limit: {problem}"
    return _echoed(answer)


class Memory:
    """What all processes of a service take, and the tensors that it holds in memory.

    What the processes share is counted in each of them: too much, never too little.

    Args:
        server: that runs.
        store: its folder of tensors.
    """

    def __init__(self, server: Server, store: Path) -> None:
        self._server, self._store = server, store
        self.peak = 0

    def now(self) -> int:
        """Return how many bytes it is at this moment."""
        return self.held() + self._sum("VmRSS")

    @contextmanager
    def of_one(self) -> Iterator[None]:
        """Find the peak of what one client does: the sum of the peaks that the system tells."""
        for pid in self._server.processes():
            with contextlib.suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text("5")
        yield
        self.peak = self.held() + self._sum("VmHWM")

    @contextmanager
    def of_many(self) -> Iterator[None]:
        """Find the peak of what many do: looked at often, for each process has its own time."""
        self.peak, over = 0, threading.Event()

        def look() -> None:
            while not over.wait(_LOOK_S):
                self.peak = max(self.peak, self.now())

        looking = threading.Thread(target=look)
        looking.start()
        try:
            yield
        finally:
            over.set()
            looking.join()

    def held(self) -> int:
        total = 0
        for file in self._store.rglob("*"):
            with contextlib.suppress(OSError):
                total += file.stat().st_size
        return total

    def _sum(self, field: str) -> int:
        total = 0
        for pid in self._server.processes():
            with contextlib.suppress(OSError):
                told = Path(f"/proc/{pid}/status").read_text()
                found = re.search(rf"^{field}:\s+(\d+) kB", told, re.M)
                total += int(found[1]) * 1024 if found else 0
        return total


class Target(NamedTuple):
    """A service under fire."""

    server: Server
    memory: Memory


@contextmanager
def target() -> Iterator[Target]:
    """Run the service with every limit as it is by itself."""
    parent = _SHARED if _SHARED.is_dir() else None
    with tempfile.TemporaryDirectory(dir=parent, prefix="layerlab-test-") as folder:
        store = Path(folder)
        with serving(workers=WORKERS, store_dir=store) as server:
            yield Target(server, Memory(server, store))
