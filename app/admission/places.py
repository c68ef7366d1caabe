"""Where work is while it is done in a thread, and what comes out of it there."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

import anyio

from app.admission.memory import give_back
from app.admission.room import Room, working_in
from app.admission.shares import Share
from app.observe.counts import counts
from app.observe.layout import Number
from app.problems import Busy
from app.settings import MIB

T = TypeVar("T")

# What work may take without a share, in bytes: a picture of 512 x 512 through some layers.
MEDIUM = 32 * MIB
# Pages that work leaves free behind it: so many are there at once for the next, until the process
# has worked for a tenth of a second or dropped what was not used for a minute (`memory.py`); more
# go back before another process counts on them.
_LEFT = 64 * MIB


class Place:
    """A place in a lane and a share of memory, given back when the work in it has really ended.

    A thread cannot be killed: work that nobody waits for any more keeps its place until it ends.
    """

    def __init__(self, lane: anyio.CapacityLimiter) -> None:
        self._lane = lane
        self.share: Share | None = None
        self.room = Room(MEDIUM)
        self._is_running = self._has_begun = self._is_over = self._is_given_up = False
        self._lock = threading.Lock()

    def leave(self) -> None:
        """The work has ended, or will not begin."""
        self._leave(only_unbegun=False)

    def _leave(self, *, only_unbegun: bool) -> None:
        with self._lock:
            if self._is_over or (only_unbegun and self._has_begun):
                return
            self._is_over = True
        if self._is_running:
            counts().add(Number.RUNNING, -1)
        self._lane.release_on_behalf_of(self)
        self._settle()

    def give_up(self) -> None:
        """Its answer is on its way, or nobody waits for it."""
        self._is_given_up = True
        self.room.end()
        # A client can be gone after the place was taken and before a thread was: none will come.
        self._leave(only_unbegun=True)
        self._settle()

    def _begin(self) -> bool:
        """Tell whether the place is still there for the work, in the thread that would do it."""
        with self._lock:
            self._has_begun = not self._is_over
            return self._has_begun

    def _settle(self) -> None:
        if self._is_over and self._is_given_up and self.share:
            self.share.release()

    def around(
        self, work: Callable[[], T], done: list[T], failed: list[Exception]
    ) -> Callable[[], None]:
        """Return the work as a thread does it; what came of it stands in one of the lists."""
        self._is_running = True
        counts().add(Number.RUNNING)
        loop = asyncio.get_running_loop()

        def do() -> None:
            if not self._begin():
                return
            try:
                with working_in(self.room):
                    done.append(work())
            except Exception as error:
                failed.append(error)
            finally:
                if self.share and self.share.size > _LEFT:
                    give_back()
                with contextlib.suppress(RuntimeError):  # the loop is closed: all is over
                    loop.call_soon_threadsafe(self.leave)

        return do


def result_of(done: list[T], failed: list[Exception]) -> T:
    """Return what was done, or raise what went wrong, and let go of it.

    An error knows its frames. If one of them knew the error, or a list or a future in which it
    stands, that would be a circle, and all that the frames hold would stay until it is collected.
    """
    if failed:
        raise failed.pop()
    if not done:
        raise Busy("nobody waits for this any more")
    return done.pop()
