"""Heavy jobs of every kind at once: how much memory all processes take together."""

import asyncio
import random
import time

from benchmarks.client import Answer, Link
from benchmarks.reliability.figures import ms
from benchmarks.reliability.heavy import jobs
from benchmarks.reliability.service import Watch, service

_CLIENTS = 12


async def _client(number: int, port: int, requests: list[bytes], end: float) -> list[Answer]:
    choose, answers = random.Random(number), list[Answer]()
    while time.monotonic() < end:
        link = Link(port)
        answers.append((await link.ask(choose.choice(requests)))._replace(body=b""))
        await link.close()
        if answers[-1].status == 503:
            await asyncio.sleep(1.0)
    return answers


async def _clients(port: int, requests: list[bytes], seconds: float) -> list[Answer]:
    end = time.monotonic() + seconds
    work = (_client(number, port, requests, end) for number in range(_CLIENTS))
    return [answer for some in await asyncio.gather(*work) for answer in some]


def peak(seconds: float) -> list[str]:
    """Send them and return the lines of the report."""
    lines = [
        f"{_CLIENTS} clients send the jobs of the table above in any order, without a pause, for "
        f"{seconds:.0f} s. The goal is less than 1500 MB for the whole service, tensors held and "
        "all. A refusal's time has in it what it takes to send up to 64 MiB beside the others.",
        "",
        "| workers | done | refused | neither | slowest refusal | memory before | most | after |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for workers in (2, 4):
        with service(workers=workers) as running:
            requests = [job.request(running.port) for job in jobs()]
            with Watch(running) as watch:
                answers = asyncio.run(_clients(running.port, requests, seconds))
            refused = [a.seconds for a in answers if a.status == 503]
            wrong = sum(not answer.is_as_promised for answer in answers)
            lines.append(
                f"| {workers} | {sum(a.status == 200 for a in answers)} | {len(refused)} "
                f"| {wrong} | {ms(max(refused, default=0.0))} | {watch.told()} |"
            )
            print(lines[-1], flush=True)
    return lines
