"""SIGTERM under load."""

import asyncio
import signal
import time

from benchmarks.client import Answer, Link, get
from benchmarks.reliability.figures import ms
from benchmarks.reliability.heavy import jobs
from benchmarks.reliability.mix import light
from benchmarks.reliability.service import Service, service
from benchmarks.reliability.users import photographs

_CLIENTS, _DRAIN_S = 12, 1.0
_READY = get("/health/ready", "Connection: close")


async def _client(number: int, port: int, told: list[Answer]) -> None:
    """Ask until no connection is taken any more; note every answer to what was taken."""
    kinds = [*light(), *photographs()]
    for place in range(10**6):
        link = Link(port)
        answer = await link.ask(kinds[(number + place) % len(kinds)].raw)
        await link.close()
        if not link.is_taken:
            return
        told.append(answer._replace(body=b""))


async def _heavy(port: int, request: bytes, told: list[Answer]) -> None:
    link = Link(port)
    answer = await link.ask(request)
    await link.close()
    told.append(answer._replace(body=b""))


async def _stop(running: Service, heavy: bytes) -> tuple[list[Answer], list[Answer], float, float]:
    """Return the light answers, the heavy ones, when ready turned false, and when all was over."""
    light_ones, heavy_ones = list[Answer](), list[Answer]()
    clients = [_client(number, running.port, light_ones) for number in range(_CLIENTS)]
    clients += [_heavy(running.port, heavy, heavy_ones) for _ in range(2)]
    work = asyncio.gather(*clients)
    await asyncio.sleep(1.0)
    at = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    link = Link(running.port)
    while (await link.ask(_READY)).status == 200:
        await asyncio.sleep(0.005)
    unready = time.monotonic() - at
    await work
    await asyncio.to_thread(running.process.wait, 60)
    return light_ones, heavy_ones, unready, time.monotonic() - at


def stopped() -> list[str]:
    """Stop a service and return the lines of the report."""
    lines = [
        f"{_CLIENTS} clients ask without a pause, each request over a connection of its own, and "
        "two heavy convolutions run; then SIGTERM comes, with LAYERLAB_DRAIN_SECONDS="
        f"{_DRAIN_S:.0f}. The goal: ready turns false, whoever was let in is answered, nothing is "
        "lost, the exit status is 0.",
        "",
        "| workers | answered | heavy ones | lost | ready was false after | ended after "
        "| exit status |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for workers in (1, 2, 4):
        with service(workers=workers, drain_seconds=_DRAIN_S) as running:
            heavy = jobs()[0].request(running.port)
            some, others, unready, ended = asyncio.run(_stop(running, heavy))
            lost = sum(not answer.is_as_promised for answer in [*some, *others])
            done = sum(answer.status == 200 for answer in others)
            lines.append(
                f"| {workers} | {len(some)} | {done} of {len(others)} | {lost} | {ms(unready)} "
                f"| {ended:.1f} s | {running.process.returncode} |"
            )
            print(lines[-1], flush=True)
    return lines
