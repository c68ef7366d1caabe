"""Files as they lie on the disk, whole or one part of them."""

import os
import re
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from app.problems import NotFound

_PIECE = 64 * 1024
_ONE_RANGE = re.compile(rb"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


def _can_be_given(asked: bytes, size: int) -> bool:
    """Tell whether this is one range, and one that the file has."""
    found = _ONE_RANGE.fullmatch(asked.strip())
    if found is None:
        return False
    start, stop, last = found.groups()
    if last is not None:
        return int(last) > 0 and size > 0
    return int(start) < size and (not stop or int(start) <= int(stop))


class PartOrWhole(FileResponse):
    """A file; the one part of it that is asked for, else the whole.

    HTTP lets a server pass over any range. Several at once, odd ones and those past the end are
    passed over, so that no header makes more work than the file itself.

    Args:
        path: of the file.
        status_code: if it is found.
        stat_result: what the system says of it.
        media_type: as it is told.
        filename: under which a browser saves it.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        status_code: int = 200,
        stat_result: os.stat_result | None = None,
        media_type: str | None = None,
        filename: str | None = None,
    ) -> None:
        known = stat_result or Path(path).stat()
        super().__init__(
            path, status_code, media_type=media_type, filename=filename, stat_result=known
        )
        self._size = known.st_size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope["headers"]
        ranges = [value for name, value in headers if name == b"range"]
        if ranges and (len(ranges) > 1 or not _can_be_given(ranges[0], self._size)):
            scope = {**scope, "headers": [pair for pair in headers if pair[0] != b"range"]}
        await super().__call__(scope, receive, send)


class RestOfFile(Response):
    """A file from some place on, read while it is sent, so that a slow reader holds one piece.

    It is opened here: one who was told that it is there gets all of it, whoever drops it meanwhile.

    Args:
        path: of the file.
        start: the first byte that is sent.
        media_type: as it is told.
        filename: under which a browser saves it.

    Raises:
        NotFound: it was dropped just now.
    """

    def __init__(self, path: Path, start: int, media_type: str, filename: str) -> None:
        try:
            self._file = path.open("rb", buffering=0)
        except OSError:
            raise NotFound("this model is not held any more") from None
        size = os.fstat(self._file.fileno()).st_size - start
        said = {"Content-Disposition": f'attachment; filename="{filename}"'}
        super().__init__(None, 200, {"Content-Length": str(size), **said}, media_type)
        self._file.seek(start)
        self._left = size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        with self._file:
            await send(head)
            while self._left > 0:
                read = partial(self._file.read, min(self._left, _PIECE))
                piece = await anyio.to_thread.run_sync(read)
                self._left = self._left - len(piece) if piece else 0
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
