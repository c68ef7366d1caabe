"""Slow clients beside healthy ones."""

import asyncio
import contextlib
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from benchmarks.client import Answer, Link, post
from benchmarks.reliability.beside import lightly
from benchmarks.reliability.figures import ms, percentile
from benchmarks.reliability.heavy import lodged
from benchmarks.reliability.mix import draw
from benchmarks.reliability.service import Watch, service
from benchmarks.works import npy

_RELU = "/api/v1/layers/activation"
_HEAD = post(_RELU, b'{"input": [1]}')
_BODY = post(_RELU, b"0" * 8_000_000)
_OPEN = asyncio.open_connection


async def _silent(port: int, _: bytes) -> bytes:
    """Connect and say nothing."""
    reader, _writer = await _OPEN("127.0.0.1", port)
    return await reader.read()


async def _dripping(port: int, request: bytes, piece: int) -> bytes:
    """Send some bytes a second."""
    reader, writer = await _OPEN("127.0.0.1", port)
    reading = asyncio.ensure_future(reader.read())
    with contextlib.suppress(ConnectionError):
        for place in range(0, len(request), piece):
            writer.write(request[place : place + piece])
            await writer.drain()
            if (await asyncio.wait([reading], timeout=1.0))[0]:
                break
    return await reading


async def _slow_head(port: int, _: bytes) -> bytes:
    return await _dripping(port, _HEAD, 1)


async def _slow_body(port: int, _: bytes) -> bytes:
    return await _dripping(port, _BODY, 1000)


async def _stalled_body(port: int, _: bytes) -> bytes:
    """Send half of a body and no more."""
    reader, writer = await _OPEN("127.0.0.1", port)
    writer.write(_HEAD[:-3])
    return await reader.read()


async def _unread(port: int, large: bytes) -> bytes:
    """Ask for 16 MiB and read none of it."""
    _reader, writer = await _OPEN("127.0.0.1", port, limit=1024)
    writer.write(large)
    link = writer.get_extra_info("socket")
    # Who does not read sees in this alone that the connection has ended.
    while not link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        await asyncio.sleep(0.5)
    raise ConnectionResetError


_KINDS: dict[str, tuple[int, Callable[[int, bytes], Awaitable[bytes]]]] = {
    "silent": (100, _silent),
    "a byte of the headers a second": (50, _slow_head),
    "1000 bytes of a body a second": (50, _slow_body),
    "half a body": (50, _stalled_body),
    "nothing read of 16 MiB": (10, _unread),
}


async def _slowly(port: int, large: bytes, seconds: float) -> dict[str, Counter[str]]:
    """Be slow in every way; return what came of each within this time."""
    tasks = {
        name: [asyncio.ensure_future(act(port, large)) for _ in range(count)]
        for name, (count, act) in _KINDS.items()
    }
    await asyncio.wait([task for some in tasks.values() for task in some], timeout=seconds)
    return {name: Counter(map(_came_of, some)) for name, some in tasks.items()}


def _came_of(task: "asyncio.Future[bytes]") -> str:
    if not task.done():
        task.cancel()
        return "still open"
    if task.exception() is not None:
        return "cut off"
    told = task.result()
    return told.split(b"\r\n")[0].decode()[9:] if told.startswith(b"HTTP") else "closed"


async def _uploads(port: int, seconds: float) -> list[Answer]:
    """Send 4 MiB a second."""
    answers, end = list[Answer](), time.monotonic() + seconds
    upload = post(f"{_RELU}?fields=shape", npy(draw(1, 1, 1024, 1024)), "application/x-npy")
    while time.monotonic() < end:
        link = Link(port)
        answers.append(await link.ask(upload))
        await link.close()
        await asyncio.sleep(1.0)
    return answers


async def _both(
    port: int, large: bytes, seconds: float
) -> tuple[list[Answer], list[Answer], list[str]]:
    slow = asyncio.ensure_future(_slowly(port, large, seconds))
    await asyncio.sleep(0.5)
    answers, uploads = await asyncio.gather(
        lightly(port, seconds - 1.0), _uploads(port, seconds - 1.0)
    )
    told = [
        f"- {name}: {', '.join(f'{count} {what}' for what, count in found.items())}"
        for name, found in (await slow).items()
    ]
    return answers, uploads, told


def slow(seconds: float) -> list[str]:
    """Be slow and return the lines of the report."""
    with service() as running:
        side = lodged(running.port, 1, 1, 2048, 2048)
        large = post(f"{_RELU}?format=npy", f'{{"input": {{"ref": "{side["ref"]}"}}}}'.encode())
        alone = [a.seconds for a in asyncio.run(lightly(running.port, seconds / 3))]
        with Watch(running) as watch:
            answers, uploads, told = asyncio.run(_both(running.port, large, seconds))
    beside = [answer.seconds for answer in answers]
    wrong = sum(answer.status != 200 for answer in [*answers, *uploads])
    before, after = percentile(alone, 0.95), percentile(beside, 0.95)
    return [
        f"{sum(count for count, _ in _KINDS.values())} slow clients of five kinds for "
        f"{seconds:.0f} s, beside one that sends light requests and one that sends 4 MiB a second. "
        "The goal is that these two do not notice.",
        "",
        "| light requests | p95 alone | beside them | ratio | longest | of 4 MiB | not 200 "
        "| memory before | most | after |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        f"| {len(beside)} | {ms(before)} | {ms(after)} | {after / before:.1f} "
        f"| {ms(max(beside))} | {len(uploads)} | {wrong} | {watch.told()} |",
        "",
        "What came of them:",
        "",
        *told,
    ]
