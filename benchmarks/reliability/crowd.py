"""A thousand requests at the same moment."""

import asyncio
import time
from itertools import cycle, islice

from benchmarks.client import Answer, Link
from benchmarks.reliability.figures import ms, percentile
from benchmarks.reliability.heavy import lodge
from benchmarks.reliability.mix import Kind, draw, light, mix
from benchmarks.reliability.service import Service, Watch, service
from benchmarks.reliability.users import photographs
from benchmarks.works import npy

_CROWD, _NORMAL, _LOOKS = 1000, 20, 200


async def all_at_once(port: int, kinds: list[Kind]) -> list[Answer]:
    """Send a thousand of these, each over a connection of its own, and return the answers."""

    async def one(kind: Kind) -> Answer:
        link = Link(port)
        answer = await link.ask(kind.raw)
        await link.close()
        return answer._replace(body=b"")

    return await asyncio.gather(*(one(kind) for kind in islice(cycle(kinds), _CROWD)))


async def _normal(port: int) -> list[float]:
    """Return how long some light requests take, one after another."""
    link, kinds = Link(port), light()
    answers = [await link.ask(kinds[n % len(kinds)].raw) for n in range(_NORMAL)]
    await link.close()
    return [answer.seconds if answer.status == 200 else 60.0 for answer in answers]


def _until_normal(port: int, before: float) -> float:
    """Return after how many seconds light requests take what they took before, but for a half."""
    started = time.monotonic()
    for _ in range(_LOOKS):
        at = time.monotonic() - started
        if percentile(asyncio.run(_normal(port)), 0.5) <= 1.5 * before:
            return at
    return time.monotonic() - started


def _row(running: Service, name: str, kinds: list[Kind]) -> str:
    asyncio.run(_normal(running.port))
    before = percentile([s for _ in range(5) for s in asyncio.run(_normal(running.port))], 0.5)
    with Watch(running) as watch:
        answers = asyncio.run(all_at_once(running.port, kinds))
        again = _until_normal(running.port, before)
    refused = [a.seconds for a in answers if a.status in (429, 503)]
    done = [a.seconds for a in answers if 200 <= a.status < 500 and a.status != 429]
    wrong = sum(not answer.is_as_promised for answer in answers)
    return (
        f"| {name} | {len(done)} | {len(refused)} | {wrong} | {ms(max(refused, default=0.0))} "
        f"| {ms(percentile(refused, 0.5)) if refused else '–'} | {ms(max(done, default=0.0))} "
        f"| {again:.1f} s | {watch.told()} |"
    )


def crowd() -> list[str]:
    """Send them and return the lines of the report."""
    lines = [
        f"{_CROWD} connections at the same moment, a request on each. The goal: each is answered, "
        "those that are refused are refused within 1 s, and all is normal within 5 s (the median "
        f"of {_NORMAL} light requests is at most half longer than before).",
        "",
        "| requests | done | refused | neither | slowest refusal | median of them "
        "| slowest answer | normal after | memory before | most | after |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with service() as running:
        ref = asyncio.run(lodge(running.port, npy(draw(1, 3, 64, 64))))
        for name, kinds in (("of every kind", mix(ref)), ("photographs", photographs())):
            lines.append(_row(running, name, kinds))
            print(lines[-1], flush=True)
    return lines
