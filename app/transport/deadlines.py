"""A connection that is not waited for without end.

Who is late is found by one look a second (less, if a deadline is short), not by a timer for each
request: a request sets none, and costs some readings of the clock.
"""

import asyncio
import socket
import struct
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from app.problems import TooSlow, Unreadable
from app.transport.refusing import Phase, Refusing

# How long what is still written to a connection that has had its last answer is thrown away.
_LINGER_S = 2.0
_LOOKS = 4  # within the shortest deadline
# How long who has sent all and closed that side is taken to be there. Who has gone looks the same.
_LEAVING_S = 0.25


class Timed(Refusing):
    """One connection, and when something last moved on it."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        shortest = min(self.limits.head_seconds, self.limits.stalled_seconds)
        self._tick_s = min(1.0, shortest / _LOOKS)
        self._timer: asyncio.TimerHandle | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self.heard = self.since  # when the last byte came
        self._answered_early: float | None = None
        # What was written and not taken at the last look, since when, and when it last shrank.
        self._unsent, self._sending_since, self._moved = 0, self.since, self.since

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._timer = self.loop.call_later(self._tick_s, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._timer, self._leaving):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer what takes no time, and say what is wrong with half a request; then close."""
        reads_body = self.phase is Phase.BODY and not self.cycle.response_complete
        if self.phase is Phase.HEAD or reads_body:
            self.refuse(Unreadable("the request ended too soon"))
        if self.phase is Phase.WHOLE and self.is_answering():
            self._leaving = self.loop.call_later(_LEAVING_S, self._leave)
            return True
        return self.refusal is not None

    def _leave(self) -> None:
        if self.answering is None or not self.answering.response_started:
            self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._leaving and not self.is_answering():
            self.transport.close()

    def resume_writing(self) -> None:
        """Note that what was written is being taken."""
        self._moved = self.loop.time()
        super().resume_writing()

    def _look(self) -> None:
        """Look whether anything is late, and come again."""
        now = self.loop.time()
        if self._is_unread(now):
            self._cut_off()
            return
        if self.flow.read_paused:
            # It is we who do not read.
            self.heard = now
            if self.phase is Phase.HEAD:
                self.since = now
        self._look_at_reading(now, now - self.since)
        self._timer = self.loop.call_later(self._tick_s, self._look)

    def _cut_off(self) -> None:
        """Close at once; what the system still holds for the client is dropped too."""
        own = self.transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _is_unread(self, now: float) -> bool:
        """Tell whether the client does not take what is written to it."""
        unsent = self.transport.get_write_buffer_size()
        if not unsent or not self._unsent:
            self._sending_since = now
        if not unsent or not self._unsent or unsent < self._unsent:
            self._moved = now
        self._unsent = unsent
        return (
            now - self._moved > self.limits.stalled_seconds
            or now - self._sending_since > self.limits.body_seconds
        )

    def _look_at_reading(self, now: float, since: float) -> None:
        if self.phase is Phase.OPENING and since > self.limits.head_seconds:
            self.transport.close()
        elif self.phase is Phase.HEAD and since > self.limits.head_seconds:
            most = self.limits.head_seconds
            self.refuse(TooSlow("the headers did not come within {seconds} seconds", seconds=most))
        elif self.phase is Phase.BODY:
            self._look_at_body(now, since)
        elif self.phase is Phase.REFUSED and self.refusal is None and since > _LINGER_S:
            self.transport.abort()

    def _look_at_body(self, now: float, since: float) -> None:
        if self.cycle.response_complete:
            # Answered without being read to its end, which may be far away.
            self._answered_early = self._answered_early or now
            if now - self._answered_early > _LINGER_S:
                self.transport.close()
            return
        self._answered_early = None
        if now - self.heard > self.limits.stalled_seconds:
            most = self.limits.stalled_seconds
            self.refuse(TooSlow("no byte of the body came for {seconds} seconds", seconds=most))
        elif since > self.limits.body_seconds:
            most = self.limits.body_seconds
            self.refuse(TooSlow("the body did not come within {seconds} seconds", seconds=most))
