"""Answers that are sent part by part."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.observe.seen import note_timing


class PartsResponse(Response):
    """An answer sent part by part, so that large arrays are not copied into one body first."""

    def __init__(
        self,
        parts: Sequence[bytes | memoryview],
        headers: Mapping[bytes, str],
        media_type: str,
        timing: Mapping[str, float] | None,
    ) -> None:
        self.size = sum(map(len, parts))
        self.parts, self._timing = parts, timing
        # What Starlette's own beginning would find out is known: the headers are ours.
        self.status_code, self.media_type, self.background = 200, media_type, None
        told = {**headers, b"content-length": str(self.size), b"content-type": media_type}
        self.raw_headers = [(name, value.encode("latin-1")) for name, value in told.items()]

    def recode(self, parts: Sequence[bytes | memoryview], coding: str) -> None:
        """Send these parts instead, which are the same compressed."""
        self.parts, self.size = parts, sum(map(len, parts))
        told = {b"content-length": str(self.size).encode(), b"content-encoding": coding.encode()}
        kept = [header for header in self.raw_headers if header[0] not in told]
        self.raw_headers = [*kept, *told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._timing:
            note_timing(scope, self._timing)
        status, headers = self.status_code, self.raw_headers
        await send({"type": "http.response.start", "status": status, "headers": headers})
        *first, last = self.parts
        for part in first:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": last})
