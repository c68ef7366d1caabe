"""How much memory a piece of work has been let in with, known where the memory is taken.

What a picture or an array will take is known only when its header has been read, deep below the
place where work is let in. So work is let in with little, says what it needs where it knows it, and
where that is more than it has, it ends before it has taken it, to come again with more room.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class NeedsMore(Exception):
    """The work cannot be done in the room that it has.

    Args:
        amount: bytes that it needs in all, as far as it knows.
    """

    def __init__(self, amount: int) -> None:
        super().__init__(amount)
        self.amount = amount


class Ended(Exception):
    """The work was ended from outside: it was late, or nobody waits for it."""


class Room:
    """What one piece of work has.

    Args:
        granted: bytes that it may take.
    """

    def __init__(self, granted: int) -> None:
        self._granted, self._kept = granted, 0
        self._is_ended = False
        self._stop: Callable[[], None] | None = None
        self._stopping = threading.Lock()

    def need(self, amount: int, keep: int) -> None:
        """Take note of bytes that are taken for a while, and of those that stay taken."""
        if self._kept + amount > self._granted:
            raise NeedsMore(self._kept + amount)
        self._kept += keep

    def need_in_all(self, amount: int) -> None:
        """Take note of bytes among which are those that stayed taken."""
        if max(amount, self._kept) > self._granted:
            raise NeedsMore(amount)

    def end(self) -> None:
        """End the work, from another thread, as soon as it can be ended."""
        with self._stopping:
            self._is_ended = True
            if self._stop:
                self._stop()

    @contextmanager
    def stopping_by(self, stop: Callable[[], None]) -> Iterator[None]:
        """Run a block that `stop()`, called from another thread, makes fail.

        It is not called any more when the block is over: what it stops may then be at work for
        somebody else. It must not take long.

        Raises:
            Ended: that is what happened, or happened before.
        """
        with self._stopping:
            if self._is_ended:
                raise Ended
            self._stop = stop
        try:
            yield
        except Exception as error:
            if self._is_ended:
                raise Ended from error
            raise
        finally:
            with self._stopping:
                self._stop = None


_ROOM: ContextVar[Room | None] = ContextVar("room", default=None)


def current_room() -> Room | None:
    """Return the room of this work; what is done at once, being small, has none."""
    return _ROOM.get()


def need(amount: int, keep: int = 0) -> None:
    """Say that this work is about to take bytes of memory.

    Args:
        amount: bytes, for a while.
        keep: bytes of them that stay taken until the work is done.

    Raises:
        NeedsMore: it has not that much room.
    """
    room = _ROOM.get()
    if room is not None:
        room.need(amount, keep)


def need_in_all(amount: int) -> None:
    """Say how many bytes this work takes from here on, what it has kept so far among them.

    Raises:
        NeedsMore: it has not that much room.
    """
    room = _ROOM.get()
    if room is not None:
        room.need_in_all(amount)


@contextmanager
def working_in(room: Room) -> Iterator[None]:
    """Do what the block does in this room."""
    token = _ROOM.set(room)
    try:
        yield
    finally:
        _ROOM.reset(token)
