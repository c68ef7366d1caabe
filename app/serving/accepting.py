"""How connections are taken: a few at a time, so that open files never run out in between.

uvloop takes all who wait before it looks at any of them. Those for whom no open file is left it
cuts off without a word; and one process may take so many that it has no place for them while
another has.
"""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

# In one turn of the event loop, from each socket.
AT_ONCE = 16
_BACKLOG = 2048


class Accepting:
    """Takes connections from listening sockets, until it is told to end.

    Args:
        sockets: bound.
        take: serves a connection.
    """

    def __init__(
        self,
        sockets: Sequence[socket.socket],
        take: Callable[[socket.socket], Coroutine[Any, Any, None]],
    ) -> None:
        self._take, self._loop = take, asyncio.get_running_loop()
        self._listening, self._resting = list(sockets), list(sockets)
        self._tasks = set[asyncio.Task[None]]()
        for listening in sockets:
            listening.setblocking(False)
            listening.listen(_BACKLOG)
        self.go_on()

    def go_on(self) -> None:
        """Listen again where no open file was left."""
        resting, self._resting = self._resting, []
        for listening in resting:
            self._loop.add_reader(listening, self._accept, listening, AT_ONCE)

    async def end(self) -> None:
        """Listen no more; who has connected already is taken, for closing would cut them off."""
        for listening in self._listening:
            self._loop.remove_reader(listening)
            self._accept(listening, _BACKLOG)
            listening.close()
        self._resting.clear()
        await asyncio.gather(*self._tasks)

    def _accept(self, listening: socket.socket, most: int) -> None:
        for _ in range(most):
            try:
                accepted, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:
                self._loop.remove_reader(listening)
                self._resting.append(listening)
                return
            accepted.setblocking(False)
            task = self._loop.create_task(self._take(accepted))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
