"""One client with the heaviest job in a loop, beside light ones."""

import asyncio
import multiprocessing
import time

from benchmarks.client import Answer, Link
from benchmarks.reliability.figures import ms, percentile
from benchmarks.reliability.heavy import Job, jobs
from benchmarks.reliability.mix import light
from benchmarks.reliability.service import Service, Watch, service

_LINKS = 6
_FORK = multiprocessing.get_context("fork")


async def lightly(port: int, seconds: float) -> list[Answer]:
    """Send light requests, one after another over several connections, and return the answers."""
    links, kinds, answers = [Link(port) for _ in range(_LINKS)], light(), list[Answer]()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        place = len(answers)
        link, kind = links[place % _LINKS], kinds[place // _LINKS % len(kinds)]
        answers.append(await link.ask(kind.raw))
        await asyncio.sleep(0.005)
    for link in links:
        await link.close()
    return answers


async def _heavily(port: int, request: bytes, seconds: float) -> list[Answer]:
    answers, end = list[Answer](), time.monotonic() + seconds
    while time.monotonic() < end:
        # Whichever worker is there takes a new connection.
        link = Link(port)
        answers.append((await link.ask(request))._replace(body=b""))
        await link.close()
    return answers


def _loop(port: int, request: bytes, seconds: float, told: "multiprocessing.Queue[object]") -> None:
    told.put(asyncio.run(_heavily(port, request, seconds)))


def _beside(running: Service, job: Job, seconds: float) -> str:
    request = job.request(running.port)
    alone = asyncio.run(lightly(running.port, seconds))
    told = _FORK.Queue()
    with Watch(running) as watch:
        other = _FORK.Process(target=_loop, args=(running.port, request, seconds + 1.0, told))
        other.start()
        time.sleep(0.5)
        light_ones = asyncio.run(lightly(running.port, seconds))
        heavy_ones: list[Answer] = told.get()
        other.join()
    before, after = (percentile([a.seconds for a in some], 0.95) for some in (alone, light_ones))
    longest = max(a.seconds for a in light_ones)
    wrong = sum(a.status != 200 for a in [*alone, *light_ones])
    done = [a.seconds for a in heavy_ones if a.status == 200]
    refused = sum(a.status != 200 for a in heavy_ones)
    return (
        f"| {job.name} | {len(done)} | {refused} | {ms(percentile(done, 0.5))} | {ms(before)} "
        f"| {ms(after)} | {after / before:.1f} | {ms(longest)} | {wrong} | {watch.told()} |"
    )


def beside(seconds: float) -> list[str]:
    """Measure each heavy job beside light ones; return the lines of the report."""
    lines = [
        f"One client sends a heavy job in a loop for {seconds:.0f} s, each over a connection of "
        f"its own; another sends light requests one after another over {_LINKS} connections, "
        "before it and beside it. The jobs are as large as the limits let pass. The goal is a p95 "
        "of the light ones within 5 × that without it.",
        "",
        "| heavy job in a loop | done | refused | takes | light p95 alone | beside it | ratio "
        "| longest | light, not 200 | memory before | most | after |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with service() as running:
        asyncio.run(lightly(running.port, 1.0))
        for job in jobs():
            lines.append(_beside(running, job, seconds))
            print(lines[-1], flush=True)
    return lines
