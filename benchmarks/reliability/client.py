"""Clients that ask and note how long an answer took."""

import asyncio
import contextlib
import time
from typing import NamedTuple


class Answer(NamedTuple):
    """One answer; its status is 0 where none came."""

    status: int
    seconds: float
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def is_as_promised(self) -> bool:
        """Tell whether it is one that any request may get."""
        kind = self.headers.get(b"content-type", b"")
        if 200 <= self.status < 400:
            return True
        if 400 <= self.status < 500 and self.status != 429:
            return kind == b"application/problem+json"
        return self.status in (429, 503) and b"retry-after" in self.headers


_NONE = (ConnectionError, asyncio.IncompleteReadError, ValueError, IndexError, OSError)


class Link:
    """A connection that is kept as long as the service keeps it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes, *, patience: float = 60.0) -> Answer:
        """Send a request and wait for its answer."""
        started = time.perf_counter()
        status, headers, body = 0, dict[bytes, bytes](), b""
        try:
            async with asyncio.timeout(patience):
                status, headers, body = await self._exchange(request)
        except (TimeoutError, *_NONE):
            status = 0
        took = time.perf_counter() - started
        if not status or headers.get(b"connection") == b"close":
            await self.close()
        return Answer(status, took, headers, body)

    async def _exchange(self, request: bytes) -> tuple[int, dict[bytes, bytes], bytes]:
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        reader, writer = self._open
        # A refusal may come, and the connection end, before all is sent.
        reading = asyncio.ensure_future(_read(reader))
        try:
            with contextlib.suppress(ConnectionError):
                writer.write(request)
                await writer.drain()
            return await reading
        finally:
            reading.cancel()

    async def close(self) -> None:
        """Close; the next request opens it anew."""
        if self._open is not None:
            self._open[1].close()
            with contextlib.suppress(*_NONE):
                await self._open[1].wait_closed()
            self._open = None


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[bytes, bytes], bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head[:-4].split(b"\r\n")
    pairs = (line.partition(b": ") for line in lines)
    headers = {name.lower(): value for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get(b"content-length", b"0")))
    return int(first.split()[1]), headers, body


def post(path: str, body: bytes, kind: str = "application/json", *headers: str) -> bytes:
    """Return a POST as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {kind}", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def get(path: str, *headers: str) -> bytes:
    """Return a GET as bytes."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()
