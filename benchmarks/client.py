"""Clients that ask and note how long an answer took."""

import asyncio
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
_ROOM, _NEVER = 1 << 18, 1 << 62


def _joined(buffer: bytearray, at: int, filled: int) -> bytes | None:
    """Return a body that came in chunks, or None while the last one is not there."""
    parts = list[bytes]()
    while (line_end := buffer.find(b"\r\n", at, filled)) >= 0:
        size, start = int(buffer[at:line_end], 16), line_end + 2
        if filled < start + size + 2:
            return None
        if not size:
            return b"".join(parts)
        parts.append(bytes(buffer[start : start + size]))
        at = start + size + 2
    return None


class _Incoming(asyncio.BufferedProtocol):
    """Answers read into one buffer that is kept, so that a client costs little beside a server."""

    def __init__(self) -> None:
        self._buffer, self._filled, self._head_end, self._end = bytearray(_ROOM), 0, -1, -1
        self._done: asyncio.Future[tuple[int, dict[bytes, bytes], bytes]] | None = None
        self._headers = dict[bytes, bytes]()
        self._is_lost = False

    def next(self) -> "asyncio.Future[tuple[int, dict[bytes, bytes], bytes]]":
        """Return the answer that comes next."""
        self._filled, self._head_end = 0, -1
        self._done = asyncio.get_running_loop().create_future()
        if self._is_lost:
            self._done.set_exception(ConnectionResetError())
        return self._done

    def get_buffer(self, sizehint: int) -> memoryview:
        return memoryview(self._buffer)[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._filled += nbytes
        if self._done is None or self._done.done():
            return
        try:
            self._look()
        except (ValueError, IndexError) as error:
            self._done.set_exception(error)

    def _look(self) -> None:
        """Read the head when it is there; tell the answer when all of it is."""
        if self._head_end < 0:
            self._head_end = self._buffer.find(b"\r\n\r\n", 0, self._filled)
            if self._head_end < 0:
                return
            lines = bytes(self._buffer[: self._head_end]).split(b"\r\n")
            pairs = (line.partition(b": ") for line in lines[1:])
            self._headers = {name.lower(): value for name, _, value in pairs}
            self._status = int(lines[0].split()[1])
            self._end = self._head_end + 4 + int(self._headers.get(b"content-length", b"0"))
            if self._headers.get(b"transfer-encoding") == b"chunked":
                self._end = _NEVER
        start, body = self._head_end + 4, None
        if self._end == _NEVER:
            body = _joined(self._buffer, start, self._filled)
        elif self._filled >= self._end:
            body = bytes(memoryview(self._buffer)[start : self._end])
        if body is None:
            self._widen()
        elif self._done is not None:
            self._done.set_result((self._status, self._headers, body))

    def _widen(self) -> None:
        """Make room for all of the answer, or for more of one whose length is not known."""
        wanted = self._filled if self._end == _NEVER else self._end
        if wanted >= len(self._buffer):
            # A new one: the old may still be exported as a view.
            wider = bytearray(2 * wanted + _ROOM)
            wider[: self._filled] = memoryview(self._buffer)[: self._filled]
            self._buffer = wider

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost = True
        if self._done is not None and not self._done.done():
            self._done.set_exception(ConnectionResetError())


class Link:
    """A connection that is kept as long as the service keeps it.

    Attributes:
        is_taken: the service has taken it.
    """

    def __init__(self, port: int) -> None:
        self._port, self.is_taken = port, False
        self._open: tuple[asyncio.Transport, _Incoming] | None = None

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
            loop = asyncio.get_running_loop()
            self._open = await loop.create_connection(_Incoming, "127.0.0.1", self._port)
            self.is_taken = True
        transport, incoming = self._open
        # A refusal may come, and the connection end, before all is sent.
        answer = incoming.next()
        transport.write(request)
        return await answer

    async def close(self) -> None:
        """Close; the next request opens it anew."""
        if self._open is not None:
            self._open[0].abort()
            self._open = None


def post(path: str, body: bytes, kind: str = "application/json", *headers: str) -> bytes:
    """Return a POST as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {kind}", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def get(path: str, *headers: str) -> bytes:
    """Return a GET as bytes."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()
