"""Load over one or more connections: what each request cost the server, and how long it took."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import NamedTuple

import uvloop

from benchmarks.client import Link
from benchmarks.servers import Server


class Batch(NamedTuple):
    """What some requests took.

    Attributes:
        cpu: processor time in s, that of refusals too.
        wall: wall-clock time in s.
        waits: s until each answer.
        refused: how often one was told to come back later, and did at once.
    """

    cpu: float
    wall: float
    waits: list[float]
    refused: int = 0


@dataclass
class Figures:
    """What was measured of one contender at one work, round by round.

    Attributes:
        cpu: processor time a request, in ms, of each round.
        rate: requests a second, of each round.
        waits: seconds until an answer, of all requests.
        refused: how often one was told to come back later.
    """

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    refused: int = 0

    def add(self, done: Batch) -> None:
        """Note one round."""
        self.cpu.append(done.cpu / len(done.waits) * 1e3)
        self.rate.append(len(done.waits) / done.wall)
        self.waits += done.waits
        self.refused += done.refused


async def _ask(link: Link, raw: bytes, turns: list[None], waits: list[float]) -> int:
    """Take one turn after another; return how often it was refused."""
    refused = 0
    while turns:
        turns.pop()
        answer = await link.ask(raw)
        if answer.status == 200:
            waits.append(answer.seconds)
        elif answer.status == 503:
            refused += 1
            turns.append(None)
        else:
            raise RuntimeError(f"{answer.status} {answer.body[:300]!r}")
    return refused


async def _batch(server: Server, raw: bytes, connections: int, count: int) -> Batch:
    links = [Link(server.port) for _ in range(connections)]
    waits: list[float] = []
    # Connections are opened, and each used once, before the clocks start.
    await asyncio.gather(*(_ask(link, raw, [None], []) for link in links))
    turns: list[None] = [None] * count
    before, started = server.cpu_seconds(), time.perf_counter()
    refused = await asyncio.gather(*(_ask(link, raw, turns, waits) for link in links))
    took = time.perf_counter() - started
    spent = server.cpu_seconds() - before
    for link in links:
        await link.close()
    return Batch(spent, took, waits, sum(refused))


def batch(server: Server, raw: bytes, connections: int, count: int) -> Batch:
    """Send so many requests over so many connections, each kept busy."""
    return uvloop.run(_batch(server, raw, connections, count))
