"""What the benchmarks are measured with: their client, and how a figure is held against a goal."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import numpy as np
import pytest

from benchmarks.client import Answer, Link, get
from benchmarks.contenders import OURS, OURS_OUTPUT, OURS_V2
from benchmarks.goals import goal_row, goals_of, ratio
from benchmarks.load import Batch, Figures
from benchmarks.rounds import BARE_HTTP, BARE_RUN
from benchmarks.works import works

Told = Callable[[asyncio.StreamWriter], Awaitable[None]]
BODY = bytes(range(256)) * 4096  # 1 MiB, more than the client's first room


async def _answers(tell: Told, asked: int = 1) -> list[Answer]:
    ended = asyncio.Queue[None]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                await tell(writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        ended.put_nowait(None)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        link = Link(server.sockets[0].getsockname()[1])
        found = [await link.ask(get("/"), patience=5) for _ in range(asked)]
        await link.close()
        await ended.get()
    return found


async def _in_pieces(writer: asyncio.StreamWriter) -> None:
    whole = f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY
    for start, end in ((0, 10), (10, 41), (41, 5000), (5000, None)):
        writer.write(whole[start:end])
        await writer.drain()
        await asyncio.sleep(0.01)


async def _in_chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for start in range(0, len(BODY), 300_000):
        part = BODY[start : start + 300_000]
        writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)
    writer.write(b"0\r\n\r\n")


async def _half(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    writer.close()


async def _nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 twohundred\r\n\r\n")


@pytest.mark.parametrize("tell", [_in_pieces, _in_chunks])
def test_a_large_answer_is_read_whole_and_the_connection_kept(tell: Told) -> None:
    first, second = asyncio.run(_answers(tell, asked=2))
    assert (first.status, first.body == BODY) == (200, True)
    assert (second.status, second.body == BODY) == (200, True)


@pytest.mark.parametrize("tell", [_half, _nonsense])
def test_what_is_no_answer_has_status_0(tell: Told) -> None:
    assert [answer.status for answer in asyncio.run(_answers(tell))] == [0]


def test_the_ratio_is_that_of_the_rounds_own_sums() -> None:
    found = {OURS.name: Figures([1.0, 4.0, 3.0]), "a": Figures([1.0, 1.0, 1.0]),
             "b": Figures([1.0, 1.0, 2.0])}  # fmt: skip
    assert ratio(found, ["a", "b"]) == 1.0
    assert ratio(found, ["a"]) == 3.0


def test_a_round_is_told_by_the_request() -> None:
    figures = Figures()
    figures.add(Batch(cpu=0.2, wall=0.5, waits=[0.1, 0.3], refused=1))
    assert (figures.cpu, figures.rate, figures.refused) == ([100.0], [4.0], 1)


def test_a_goal_is_met_or_not() -> None:
    assert goal_row("≤ 2", 2.0, 2.0) == "| ≤ 2 | 2 | yes |"
    assert goal_row("≤ 2", 2.01, 2.0) == "| ≤ 2 | 2.01 | **no** |"


def test_the_goals_of_a_work_are_those_of_the_issue() -> None:
    found = {name: Figures([1.0]) for name in (BARE_RUN, BARE_HTTP)}
    found |= {OURS.name: Figures([2.6]), OURS_V2.name: Figures([3.0])}
    found[OURS_OUTPUT.name] = Figures([2.0])
    rows = [goal.row(found, 1) for goal in goals_of("W1", 1)]
    assert rows[0] == "| ≤ 1.25 × (bare `session.run` + bare HTTP), 1 connection | 1.3 | **no** |"
    assert rows[1].startswith("| fields=output ≤ 1.25 × (")
    assert rows[1].endswith("| 1 | yes |")
    assert rows[-1].endswith("| 1.15 | yes |")


def test_a_wrong_answer_stops_the_measurement() -> None:
    for work in works():
        work.check(work.expected)
        with pytest.raises(AssertionError):
            work.check(np.flip(work.expected))
