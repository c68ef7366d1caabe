"""The protocol that uvicorn is given: what a request's head and framing may be."""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.server import ServerState

from app.problems import Busy, HeadTooLarge, TooLarge, Unexpected, Unreadable
from app.transport.refusing import Phase
from app.transport.together import Together
from app.transport.upgrades import Plain

_MOST_PIPELINED = 16


class Guard(Plain):
    """One connection, whose requests are held against the limits before anything is read."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        # Bytes of the head, later of what frames the body. The piece in which a phase begins is not
        # counted, for it may hold the end of another request; `_first` is how long that was.
        self._framing = 0
        self._piece = self._first = 0
        self._is_expecting = self._closes = False

    def data_received(self, data: bytes) -> None:
        if self.phase is Phase.REFUSED:
            return
        self.heard, self._piece = self.loop.time(), len(data)
        if self.phase in (Phase.OPENING, Phase.WHOLE):
            self._begin(Phase.HEAD)
        else:
            self._framing += len(data)
        super().data_received(data)
        if self.phase is Phase.HEAD or self.phase is Phase.BODY:
            self._check_what_is_unfinished()

    def _check_what_is_unfinished(self) -> None:
        # Headers may come behind a body in chunks too.
        if self.headers is not None and len(self.headers) > self.limits.headers:
            self.refuse(self._too_many_headers())
        elif self._framing > self.limits.head_bytes:
            if self.phase is Phase.HEAD:
                self.refuse(self._head_too_large())
            else:
                self.refuse(Unreadable("the body comes in pieces that are too small"))

    def _begin(self, phase: Phase) -> None:
        self.phase, self.since = phase, self.heard
        self._framing, self._first = 0, self._piece

    def _too_many_headers(self) -> HeadTooLarge:
        most = self.limits.headers
        return HeadTooLarge("there are more than {most} headers", most=most)

    def _head_too_large(self) -> HeadTooLarge:
        most = self.limits.head_bytes
        return HeadTooLarge("the target and the headers have more than {most} bytes", most=most)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self.phase is not Phase.HEAD:
            self._begin(Phase.HEAD)
        if len(self.pipeline) >= _MOST_PIPELINED:
            most = _MOST_PIPELINED
            self.stop(Busy("{most} requests are waiting on this connection already", most=most))

    def on_headers_complete(self) -> None:
        if len(self.headers) > self.limits.headers:
            self.stop(self._too_many_headers())
        # At most so many; what else that piece held is not the head's.
        if self._first + self._framing > self.limits.head_bytes:
            head = len(self.url) + sum(len(n) + len(v) + 4 for n, v in self.headers)
            if head > self.limits.head_bytes:
                self.stop(self._head_too_large())
        if self.is_set_aside():
            return
        has_body = self._check_body()
        super().on_headers_complete()
        cycle = self.cycle
        if self.scope["method"] != "HEAD":
            cycle.transport = Together(self.transport)  # type: ignore[assignment]
        if not has_body or self.scope["http_version"] == "1.0":
            cycle.waiting_for_100_continue = False
        if self.parser.should_upgrade():
            cycle.keep_alive = False  # the parser reads no further
        self._is_expecting = cycle.waiting_for_100_continue
        # An answer that comes before the body's end must not close the connection at once.
        self._closes = has_body and not cycle.keep_alive
        cycle.keep_alive = cycle.keep_alive or has_body
        self._begin(Phase.BODY)

    def _check_body(self) -> bool:
        """Tell whether a body is said to follow; refuse one that never could be read.

        What else a request's headers must be is seen on the way: they are gone through once.
        """
        length, is_chunked, hosts = 0, False, 0
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
            elif name == b"content-length":
                length = int(value)
            elif name == b"transfer-encoding":
                is_chunked = True
                if value.lower() != b"chunked":
                    self.stop(Unreadable("Transfer-Encoding can be chunked and nothing else"))
            elif name == b"expect" and value.lower() != b"100-continue":
                self.stop(Unexpected("Expect can be 100-continue and nothing else"))
        if hosts != 1:
            self._check_hosts(hosts)
        most = self.limits.body_bytes
        if length > most:
            self.stop(
                TooLarge("the body has {said} bytes; at most {most} can be", said=length, most=most)
            )
        return is_chunked or length > 0

    def _check_hosts(self, count: int) -> None:
        # Who stands in front might take another of two hosts than we do (RFC 9112, 3.2).
        if count or self.parser.get_http_version() == "1.1":
            self.stop(Unreadable("a request has one Host header, not {count}", count=count))

    def on_body(self, body: bytes) -> None:
        self._is_expecting = False
        # What frames a body may be as long as the body itself.
        self._framing = max(self._framing - 2 * len(body), 0)
        cycle = self.cycle
        if cycle.response_complete:
            return
        # As uvicorn does, but that what comes alone is not copied, nor is reading stopped for it.
        waiting = cycle.body
        if not waiting:
            cycle.body = body  # type: ignore[assignment]
        else:
            cycle.body = waiting if isinstance(waiting, bytearray) else bytearray(waiting)
            cycle.body += body
            if len(cycle.body) > HIGH_WATER_LIMIT:
                self.flow.pause_reading()
        cycle.message_event.set()

    def on_message_complete(self) -> None:
        if self.is_set_aside():
            return
        if len(self.headers) > self.limits.headers:
            self.stop(self._too_many_headers())
        super().on_message_complete()
        self._begin(Phase.WHOLE)
        if self._closes:
            self.cycle.keep_alive = False
            if self.cycle.response_complete:
                self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        is_read = self.phase is Phase.BODY and self.cycle.response_complete
        if is_read and self._is_expecting:
            # Nobody could tell whether the body or another request comes next.
            self.transport.close()
