"""Load over one or more connections: what each request cost the server, and how long it took."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import NamedTuple

import uvloop

from benchmarks.client import Link
from benchmarks.servers import Server


class Batch(NamedTuple):
    """What some requests took: processor time and wall-clock time in s, and each one's wait."""

    cpu: float
    wall: float
    waits: list[float]


@dataclass
class Figures:
    """What was measured of one contender at one work, round by round.

    Attributes:
        cpu: processor time a request, in ms, of each round.
        rate: requests a second, of each round.
        waits: seconds until an answer, of all requests.
    """

    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def add(self, done: Batch) -> None:
        """Note one round."""
        self.cpu.append(done.cpu / len(done.waits) * 1e3)
        self.rate.append(len(done.waits) / done.wall)
        self.waits += done.waits


async def _ask(link: Link, raw: bytes, turns: list[None], waits: list[float]) -> None:
    while turns:
        turns.pop()
        answer = await link.ask(raw)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {answer.body[:300]!r}")
        waits.append(answer.seconds)


async def _batch(server: Server, raw: bytes, connections: int, count: int) -> Batch:
    links = [Link(server.port) for _ in range(connections)]
    waits: list[float] = []
    # Connections are opened, and each used once, before the clocks start.
    await asyncio.gather(*(_ask(link, raw, [None], []) for link in links))
    turns: list[None] = [None] * count
    before, started = server.cpu_seconds(), time.perf_counter()
    await asyncio.gather(*(_ask(link, raw, turns, waits) for link in links))
    took = time.perf_counter() - started
    spent = server.cpu_seconds() - before
    for link in links:
        await link.close()
    return Batch(spent, took, waits)


def batch(server: Server, raw: bytes, connections: int, count: int) -> Batch:
    """Send so many requests over so many connections, each kept busy."""
    return uvloop.run(_batch(server, raw, connections, count))
