"""A connection that can be refused: the right answer, at the right time, and then an end."""

import asyncio
import enum
import resource
from functools import lru_cache
from typing import Any, ClassVar, NoReturn

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.problems import Busy, Problem, Unreadable
from app.serving.accepting import AT_ONCE
from app.settings import limits, settings
from app.transport.answers import last_answer

# Files that a process needs besides its connections.
_OTHER_FILES = 64
# Of those who come when all places are taken, as many as a quarter of the places are told so at
# leisure; the others are told and cut off.
_DIVISOR = 4


class Phase(enum.Enum):
    """What a connection is waiting for."""

    OPENING = enum.auto()  # nothing has come yet
    HEAD = enum.auto()
    BODY = enum.auto()
    WHOLE = enum.auto()  # the last request has come whole: it is being answered, or was
    REFUSED = enum.auto()  # what still comes is thrown away


class _Refused(Exception):
    """Ends the parser's work."""


@lru_cache(1)
def most_connections() -> int:
    """Return how many connections this process takes: the setting, or what its open files allow."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return settings().connections
    # Those who are told that there is no place need one for a moment too.
    places = (files - _OTHER_FILES - 2 * AT_ONCE) * _DIVISOR // (_DIVISOR + 1)
    return max(min(settings().connections, places), 1)


class Refusing(HttpToolsProtocol):
    """One connection, with the phase that it is in.

    A client may still be writing when it is refused. Were the connection closed at once, the system
    would answer those bytes with a reset, and the client would never read why. So only our side is
    closed at first; the deadlines close the other.
    """

    _turned_away: ClassVar[set["Refusing"]] = set()

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.limits, self.url = limits(), b""
        self.phase, self.since = Phase.OPENING, self.loop.time()
        self.answering: RequestResponseCycle | None = None
        # What will be said when the requests before are answered.
        self.refusal: Problem | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        most = most_connections()
        if len(self.connections) <= most:
            return
        self.connections.discard(self)
        self.refuse(Busy("there are {most} connections already", most=most))
        if len(self._turned_away) >= max(most // _DIVISOR, 1):
            transport.close()
        self._turned_away.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._turned_away.discard(self)
        # uvicorn tells the newest of several requests only.
        self._end(self.answering)
        super().connection_lost(exc)

    def enter(self, phase: Phase) -> None:
        """Begin a phase now."""
        self.phase, self.since = phase, self.loop.time()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.answering = cycle
        super()._start_asgi_task(cycle, app)

    def is_answering(self) -> bool:
        """Tell whether an answer is still to come, or on its way."""
        return self.answering is not None and not self.answering.response_complete

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.is_answering() and self.refusal is not None:
            self._say(self.refusal)

    def stop(self, problem: Problem) -> NoReturn:
        """End the parser's work from one of its callbacks; it ends in `send_400_response`."""
        self.refusal = problem
        raise _Refused

    def send_400_response(self, msg: str) -> None:
        """Answer what uvicorn's parser, or `stop`, does not let pass."""
        problem, self.refusal = self.refusal, None
        self.refuse(problem or Unreadable("this is not HTTP as it can be read here"))

    def refuse(self, problem: Problem) -> None:
        """Say why and close, once what was asked before is answered."""
        current, was_reading = self.answering, self.phase is Phase.BODY
        self.enter(Phase.REFUSED)
        if current is None or current.response_complete:
            self._say(problem)
        elif current is not self.cycle or not was_reading:
            if was_reading:
                self.pipeline.popleft()  # it is the one refused; those before it are answered
            self.refusal = problem
        elif current.response_started:
            self.transport.abort()
        else:
            self._end(current)
            self._say(problem)

    def _say(self, problem: Problem) -> None:
        self.refusal, self.since = None, self.loop.time()
        if self.transport.is_closing():
            return
        self.transport.write(last_answer(problem, self.headers or (), self.url))
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _end(self, cycle: RequestResponseCycle | None) -> None:
        """Tell a route that its client is gone."""
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
