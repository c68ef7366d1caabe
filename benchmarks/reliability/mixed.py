"""Many mixed requests: whether memory grows and answers get slower."""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from benchmarks.client import Link
from benchmarks.reliability.figures import ms, percentile, slope
from benchmarks.reliability.heavy import lodge
from benchmarks.reliability.mix import Kind, draw, mix
from benchmarks.reliability.service import Service, Watch, service
from benchmarks.works import npy

# The p99 of a thousand requests is its tenth slowest: two runs of the same give ratios that differ
# by half. So all is done three times, each with a service of its own.
_LINKS, _EVERY, _RUNS = 4, 50, 3
# Memory that is kept for the next work grows for some thousand requests, and then no more: a run
# so many times as long shows which it is.
_LONGER = 6


class Run(NamedTuple):
    """One of the runs, told."""

    ratio: float
    slope: float
    row: str
    wrong: list[str]


class Took(NamedTuple):
    """What was noted: the time of each request, in order, what was not as it must be, memory."""

    seconds: list[float]
    wrong: list[str]
    bytes: list[int]


def _shuffled(kinds: list[Kind], count: int) -> Iterator[Kind]:
    """Return as many requests, each kind once before any comes again."""
    generator = np.random.Generator(np.random.PCG64(3))
    done = 0
    while done < count:
        for place in generator.permutation(len(kinds))[: count - done]:
            yield kinds[place]
        done += len(kinds)


async def _send(running: Service, kinds: list[Kind], count: int) -> Took:
    took = Took([], [], [])
    left = _shuffled(kinds, count)

    async def one() -> None:
        link = Link(running.port)
        for kind in left:
            answer = await link.ask(kind.raw)
            took.seconds.append(answer.seconds)
            if answer.status != kind.status:
                took.wrong.append(f"{kind.name}: {answer.status}")
            if len(took.seconds) % _EVERY == 0:
                took.bytes.append(await asyncio.to_thread(running.processes_memory))
        await link.close()

    await asyncio.gather(*(one() for _ in range(_LINKS)))
    return took


def mixed(count: int) -> list[str]:
    """Send them and return the lines of the report."""
    rows, wrong = list[str](), list[str]()
    for workers, requests, times in ((2, count, _RUNS), (4, count, _RUNS), (2, _LONGER * count, 1)):
        runs = sorted(_run(workers, requests) for _ in range(times))
        middle = runs[times // 2]
        rows.append(
            f"{middle.row} {runs[0].ratio:.2f} – {runs[-1].ratio:.2f} "
            f"| {max(run.slope for run in runs):.0f} |"
        )
        wrong += [one for run in runs for one in run.wrong][:5]
    return [
        f"{count} requests of many kinds, each as often as any other, over {_LINKS} "
        "connections: every layer in JSON, planned and explained; pictures, `.npy`, forms, refs; "
        "answers in each form; pages, curves, files, mistakes. The goal is a slope of the "
        "processes' memory under 1000 bytes a request over the last half, and a p99 of the last "
        f"tenth within 1.2 × that of the first. Each line is the one of {_RUNS} runs whose ratio "
        "is the middle one; beside it the least and the most of all ratios, and the largest slope. "
        f"The last line is one run {_LONGER} times as long: whether the memory goes on growing.",
        "",
        "| workers | requests | kinds | not as expected | p50 | p99, first tenth | p99, last tenth "
        "| ratio | slope, bytes a request | memory before | most | after | all ratios "
        "| largest slope |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        *rows,
        *(f"- {one}" for one in wrong),
    ]


def _run(workers: int, count: int) -> Run:
    with service(workers=workers) as running:
        ref = asyncio.run(lodge(running.port, npy(draw(1, 3, 64, 64))))
        kinds = mix(ref)
        asyncio.run(_send(running, kinds, 4 * len(kinds)))
        with Watch(running) as watch:
            took = asyncio.run(_send(running, kinds, count))
    tenth, half = count // 10, took.bytes[len(took.bytes) // 2 :]
    first, last = (percentile(s, 0.99) for s in (took.seconds[:tenth], took.seconds[-tenth:]))
    rise = slope(half) / _EVERY if len(half) > 1 else 0.0
    row = (
        f"| {workers} | {count} | {len(kinds)} | {len(took.wrong)} "
        f"| {ms(percentile(took.seconds, 0.5))} | {ms(first)} | {ms(last)} "
        f"| {last / first:.2f} | {rise:.0f} | {watch.told()} |"
    )
    print(row, flush=True)
    return Run(last / first, rise, row, took.wrong)
