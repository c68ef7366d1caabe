"""Thirty users who think between two requests."""

import asyncio
import random
import time
from pathlib import Path

from benchmarks.client import Answer, Link, get, post
from benchmarks.reliability.figures import ms, percentile
from benchmarks.reliability.heavy import lodge
from benchmarks.reliability.mix import FORM, Kind, draw, form, light, mix
from benchmarks.reliability.service import Service, Watch, service
from benchmarks.works import npy

_USERS, _THINK_S = 30, (0.3, 2.0)
_SAMPLES = Path(__file__).parents[2] / "static" / "samples"


def photographs() -> list[Kind]:
    """Return the edges of each photograph, as a picture."""
    return [
        Kind(path.name, post("/api/v1/layers/conv", form(input=path.read_bytes(), kernel="sobel_x"),
                             FORM, "Accept: image/png"))
        for path in sorted(_SAMPLES.glob("*.jpg"))
    ]  # fmt: skip


async def _user(number: int, port: int, kinds: list[Kind], end: float) -> list[tuple[Kind, Answer]]:
    """Open a page, move a slider, try a photograph, ask for something else."""
    choose, link, answers = random.Random(number), Link(port), list[tuple[Kind, Answer]]()
    pictures, small = photographs(), light()
    await asyncio.sleep(choose.uniform(0, _THINK_S[1]))
    while time.monotonic() < end:
        page = Kind("page", get(f"/{choose.choice(['en', 'zh'])}/conv"))
        moves = [choose.choice(small) for _ in range(choose.randint(3, 10))]
        for kind in (page, *moves, choose.choice(pictures), choose.choice(kinds)):
            answers.append((kind, await link.ask(kind.raw)))
            if time.monotonic() > end:
                break
            await asyncio.sleep(choose.uniform(*_THINK_S))
    await link.close()
    return answers


async def _users(running: Service, kinds: list[Kind], seconds: float) -> list[tuple[Kind, Answer]]:
    end = time.monotonic() + seconds
    work = (_user(number, running.port, kinds, end) for number in range(_USERS))
    return [pair for some in await asyncio.gather(*work) for pair in some]


def users(seconds: float) -> list[str]:
    """Let them work and return the lines of the report."""
    with service() as running:
        ref = asyncio.run(lodge(running.port, npy(draw(1, 3, 64, 64))))
        with Watch(running) as watch:
            pairs = asyncio.run(_users(running, mix(ref), seconds))
    wrong = [f"{kind.name}: {a.status}" for kind, a in pairs if a.status != kind.status]
    took = [answer.seconds for _, answer in pairs]
    return [
        f"{_USERS} users for {seconds:.0f} s: each opens a page, moves a slider, sends a "
        f"photograph and asks for something else, and thinks {_THINK_S[0]} to {_THINK_S[1]} s "
        "before each. The goal is no error and a p95 under 1 s.",
        "",
        "| requests | a second | errors | p50 | p95 | p99 | longest "
        "| memory before | most | after |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        f"| {len(pairs)} | {len(pairs) / seconds:.1f} | {len(wrong)} "
        f"| {ms(percentile(took, 0.5))} | {ms(percentile(took, 0.95))} "
        f"| {ms(percentile(took, 0.99))} | {ms(max(took))} | {watch.told()} |",
        *(f"- {one}" for one in wrong[:5]),
    ]
