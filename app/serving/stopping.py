"""How one process stops: it says so, finishes what it was asked, and is gone."""

import asyncio
import contextlib
import logging
import os
import socket
import time
from types import FrameType

from uvicorn.config import Config
from uvicorn.server import Server

from app.observe.logs import log
from app.serving.accepting import Accepting
from app.serving.readiness import readiness
from app.transport.guard import Guard
from app.transport.refusing import Phase

_log = logging.getLogger("layerlab")
_TICK_S = 0.05
# A request that a client is just sending on a connection that it has open still arrives.
_LINGER_S = 0.25


class StoppingServer(Server):
    """A server that loses nothing that has reached it.

    At SIGTERM or SIGINT it is not ready any more, and each answer closes its connection. New
    connections are taken for `drain_s` longer. Then it listens no more and waits for what runs, at
    most `stop_s`. A second signal ends it at once.

    Args:
        config: of uvicorn.
        drain_s: seconds.
        stop_s: seconds.
        supervised: whether a parent process decides about second signals.
    """

    def __init__(
        self, config: Config, drain_s: float, stop_s: float, *, supervised: bool = False
    ) -> None:
        super().__init__(config)
        self._drain_s, self._stop_s, self._supervised = drain_s, stop_s, supervised

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; uvicorn would raise it again in the end, and the status would not be 0."""
        if not readiness.stopping:
            readiness.stopping = self.should_exit = True
        elif not self._supervised:
            _end(128 + sig)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        self._accepting = Accepting(sockets or [], self._take)

    async def on_tick(self, counter: int) -> bool:
        self._accepting.go_on()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        _log.info("stopping: %d requests are running", len(self.server_state.tasks))
        await self._until(time.monotonic() + self._drain_s)
        await self._accepting.end()
        end = time.monotonic() + self._stop_s
        await self._until(time.monotonic() + _LINGER_S)
        while (running := self._running()) and time.monotonic() < end:
            await asyncio.sleep(_TICK_S)
        if running:
            _log.error("stopped before %d requests were answered", running)
            _end(1)
        await super().shutdown()
        log().flush()

    def _running(self) -> int:
        """Return how many requests are being answered, or read."""
        heads = sum(
            isinstance(found, Guard) and found.phase is Phase.HEAD
            for found in self.server_state.connections
        )
        return len(self.server_state.tasks) + heads

    async def _take(self, accepted: socket.socket) -> None:
        """Serve a connection."""
        loop, config = asyncio.get_running_loop(), self.config
        with contextlib.suppress(OSError):
            await loop.connect_accepted_socket(
                lambda: Guard(config, self.server_state, self.lifespan.state, loop), accepted
            )

    async def _until(self, end: float) -> None:
        """Go on serving; the loop keeps the date of the answers right meanwhile."""
        count = 0
        while time.monotonic() < end:
            await self.on_tick(count)
            count += 1
            await asyncio.sleep(min(_TICK_S * 2, max(end - time.monotonic(), 0)))


def _end(status: int) -> None:
    """End this process now, whatever its threads do."""
    log().flush()
    os._exit(status)
