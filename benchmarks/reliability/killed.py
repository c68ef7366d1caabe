"""A worker that is killed under load."""

import asyncio
import os
import random
import signal
import time

from benchmarks.client import Answer, Link
from benchmarks.reliability.figures import ms
from benchmarks.reliability.mix import light
from benchmarks.reliability.service import Service, Watch, service, until
from benchmarks.reliability.users import photographs

_CLIENTS = 12


class _Load:
    """Clients that ask all the time, each request over a connection of its own."""

    def __init__(self, port: int) -> None:
        self._port, self._over = port, False
        # When each was sent, and its answer.
        self.answers: list[tuple[float, Answer]] = []

    async def _client(self, number: int) -> None:
        choose, kinds = random.Random(number), [*light(), *photographs()]
        while not self._over:
            link, sent = Link(self._port), time.monotonic()
            answer = await link.ask(choose.choice(kinds).raw)
            self.answers.append((sent, answer._replace(body=b"")))
            await link.close()

    async def run(self, what: "asyncio.Future[None] | asyncio.Task[None]") -> None:
        """Ask until this has been done."""
        clients = asyncio.gather(*(self._client(number) for number in range(_CLIENTS)))
        await what
        self._over = True
        await clients


async def _kill(running: Service, told: list[tuple[float, float | None]]) -> None:
    await asyncio.sleep(1.0)
    victim, starts = random.choice(running.workers()), running.starts()
    at = time.monotonic()
    os.kill(victim, signal.SIGKILL)
    back = await asyncio.to_thread(until, lambda: running.starts() > starts, 30.0)
    told.append((at, back))
    await asyncio.sleep(1.0)


async def _under_load(running: Service) -> tuple[_Load, float, float | None]:
    load, told = _Load(running.port), list[tuple[float, float | None]]()
    await load.run(asyncio.create_task(_kill(running, told)))
    return load, *told[0]


def killed(times: int) -> list[str]:
    """Kill workers and return the lines of the report."""
    lines = [
        f"{_CLIENTS} clients ask without a pause, light requests and photographs, each over a "
        "connection of its own; one worker is killed (SIGKILL). The goal: only what it was running "
        "is lost, and another is there within 3 s.",
        "",
        "| workers | asked | lost, sent before | lost, sent after | another serves after "
        "| memory before | most | after |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for workers in (2, 4):
        with service(workers=workers) as running:
            for _ in range(times):
                lines.append(f"| {workers} | {_row(running)} |")
                print(lines[-1], flush=True)
    return lines


def _row(running: Service) -> str:
    with Watch(running) as watch:
        load, at, back = asyncio.run(_under_load(running))
    lost = [sent for sent, answer in load.answers if not answer.is_as_promised]
    later = sum(sent > at for sent in lost)
    return (
        f"{len(load.answers)} | {len(lost) - later} | {later} "
        f"| {'never' if back is None else ms(back)} | {watch.told()}"
    )
