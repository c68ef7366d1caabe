"""The body of a request, read under a limit."""

import time
from functools import lru_cache
from io import BytesIO
from typing import Any

import anyio
import anyio.to_thread
from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from app.admission.admission import TRAVEL_WAIT_S, UNCOUNTED, Admission
from app.admission.shares import Share
from app.problems import TooLarge, Unreadable
from app.settings import MIB, Limits

JSON, NPY = "application/json", "application/x-npy"
_FIRST, _PART = MIB, 4 * MIB
# So many bytes are put together, and read where their numbers are not looked at, in less time than
# another thread takes to begin, whose processor has none of them at hand: a picture of 1024 x 1024
# in float32, and its head.
SMALL_BODY = 4 * MIB + 4096
_LONGEST_TYPE = 1000  # characters that are looked at


def media_type(headers: Headers) -> str:
    """Return the bare media type of the body, in lower case."""
    if isinstance(headers, SentHeaders):
        return headers.kind
    return _media_type(headers.get("content-type"))


def _media_type(said: str | None) -> str:
    return _bare(said[:_LONGEST_TYPE]) if said else ""


@lru_cache(256)
def _bare(content_type: str) -> str:
    return content_type.split(";")[0].strip().lower()


class SentHeaders(Headers):
    """The headers of a request, for who asks for some of them again and again.

    Attributes:
        kind: the bare media type of the body, in lower case.
    """

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        # Of a name that came twice the first counts, as everywhere.
        self._first = {n.decode("latin-1"): v.decode("latin-1") for n, v in reversed(self.raw)}
        self.kind = _media_type(self._first.get("content-type"))

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a header, else the default."""
        return self._first.get(key.lower(), default)


class reading:
    """Read the whole body; it counts among those that the service holds until the block ends.

    Raises:
        TooLarge: more bytes than the limit for this media type, said or sent.
        Unreadable: the client went away.
        Busy: too much is being read just now.
    """

    def __init__(
        self, receive: Receive, headers: Headers, limits: Limits, admission: Admission
    ) -> None:
        self._receive, self._headers, self._admission = receive, headers, admission
        self._most = limits.json_bytes if media_type(headers) == JSON else limits.body_bytes
        self._room, self._patience = UNCOUNTED, TRAVEL_WAIT_S
        self._shares: list[Share] = []

    async def __aenter__(self) -> bytes:
        said = _check_length(self._headers.get("content-length"), self._most)
        try:
            # There is room for all that is said to come when the first of it has come, and not
            # before: who sends nothing holds little.
            first = min(said, _FIRST)
            if first > self._room:
                await self._make_room(first, first)
            return await self._read(said)
        except BaseException:
            self._release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._release()

    def _release(self) -> None:
        for share in self._shares:
            share.release()

    async def _make_room(self, total: int, more: int) -> None:
        """Have a share that is enough for `total` bytes, by `more` bytes at once."""
        if total > self._room:
            asked = time.monotonic()
            share = await self._admission.for_body(more, self._patience)
            self._patience = max(self._patience - (time.monotonic() - asked), 0)
            self._shares += [share] if share else []
            self._room = max(total, self._room + more)

    async def _read(self, said: int) -> bytes:
        parts = _Parts()
        while True:
            event = await self._receive()
            if event["type"] == "http.disconnect":
                raise Unreadable("the body ended too soon")
            chunk = event.get("body", b"")
            total = parts.total + len(chunk)
            if total > self._most:
                raise TooLarge("the body has more than {most} bytes", most=self._most)
            if total > self._room:
                more = said - self._room
                await self._make_room(total, more if more > 0 else _PART)
                if more > 0 and said > SMALL_BODY:
                    parts.make_way(said)
            parts.add(chunk)
            if not event.get("more_body", False):
                return await parts.together()


class _Parts:
    """What has come of a body.

    Attributes:
        total: its bytes.
    """

    def __init__(self) -> None:
        self.total = 0
        self._pieces: list[bytes] = []
        self._whole: BytesIO | None = None

    def add(self, part: bytes) -> None:
        """Take what came next."""
        self.total += len(part)
        if self._whole:
            self._whole.write(part)
        else:
            self._pieces.append(part)

    def make_way(self, size: int) -> None:
        """Let what comes from now on be put where it belongs: a large body is never there twice."""
        # Given away at once, the zeros are the file's own, and what it gives is not copied.
        self._whole = BytesIO(bytes(size))
        self._whole.writelines(self._pieces)
        self._pieces = []

    async def together(self) -> bytes:
        """Return all of it, when nothing more comes."""
        if self._whole:
            return self._whole.getvalue()[: self.total]
        if len(self._pieces) == 1:
            return self._pieces[0]
        if self.total > SMALL_BODY:
            # Python lets others run while it copies so much.
            return await anyio.to_thread.run_sync(b"".join, self._pieces)
        return b"".join(self._pieces)


def _check_length(said: str | None, most: int) -> int:
    """Return how long the body is said to be; 0 where nothing is said."""
    if said is None or not said.isdecimal():
        return 0
    if len(said) > 19 or int(said) > most:
        raise TooLarge(
            "the body has {said} bytes; at most {most} can be", said=said[:40], most=most
        )
    return int(said)
