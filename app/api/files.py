"""Files as they lie on the disk, whole or one part of them."""

import os
import re
from pathlib import Path

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

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
