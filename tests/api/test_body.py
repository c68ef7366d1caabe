"""A body is what was sent, however it comes, and a large one is there once."""

import asyncio
import random
import tracemalloc
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.types import Message

from app.api.request.body import SMALL_BODY, reading
from app.settings import MIB, Settings
from app.state import make_state

_PIECE = 250_000


def _read(body: bytes, said: str | None, folder: Path) -> tuple[bytes, int]:
    """Return a body as it is read in pieces, and the most bytes that reading it took."""
    state = make_state(Settings(store_dir=folder))
    starts = iter(range(0, max(len(body), 1), _PIECE))

    async def receive() -> Message:
        end = (start := next(starts)) + _PIECE
        piece = body[start:end]
        return {"type": "http.request", "body": piece, "more_body": end < len(body)}

    async def read() -> tuple[bytes, int]:
        headers = Headers({} if said is None else {"content-length": said})
        tracemalloc.start()
        try:
            async with reading(receive, headers, state.limits, state.admission) as found:
                return found, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    return asyncio.run(read())


@pytest.mark.parametrize("is_said", [True, False])
@pytest.mark.parametrize("size", [0, 1, _PIECE, MIB + 1, SMALL_BODY, SMALL_BODY + 1, 9_000_000])
def test_a_body_is_what_was_sent(tmp_path: Path, size: int, is_said: bool) -> None:
    body = random.Random(size).randbytes(size)
    found, most = _read(body, str(size) if is_said else None, tmp_path)
    assert type(found) is bytes
    assert found == body
    if is_said and size > SMALL_BODY:
        assert most < size + 3 * MIB


def test_a_body_that_ends_before_its_length_is_as_long_as_it_is(tmp_path: Path) -> None:
    body = random.Random(1).randbytes(6_000_000)
    assert _read(body, "9000000", tmp_path)[0] == body
