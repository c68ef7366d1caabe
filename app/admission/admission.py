"""Who may work now: lanes for what takes long, shares of the service's memory, an end to waiting.

Small work is done at once on the event loop and takes no lane. Medium work takes little memory
and has a lane of its own, so that it never waits behind heavy work; what asks a model that somebody
sent, which may take its time, has another. Heavy work takes a share of a budget that holds for all
workers together. Bodies and answers take shares of two more while they are on their way, so that
clients who send or read slowly hold no more than that.
"""

import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from app.admission.places import MEDIUM, Place, result_of
from app.admission.room import Ended, NeedsMore, Room
from app.admission.shares import Budget, Share, Units, service_file
from app.observe.counts import counts
from app.observe.layout import Number
from app.problems import Busy
from app.settings import MIB, Limits, Settings

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
T = TypeVar("T")

# How much is done at a time in each process.
_MEDIUM_LANES, _HEAVY_LANES, _SENT_LANES = 2, 1, 1
# Bodies and answers below this are held without being counted: of 512 connections, as many as a
# process takes by itself, they are 64 MiB at most.
UNCOUNTED = 128 * 1024
_WORK_UNIT, _TRAVEL_UNIT = 8 * MIB, MIB
# Of bodies and answers each process has so many bytes to itself.
_OWN = 4 * MIB
# How long a request waits for its body's share, all parts of it together, and then for its
# answer's: with its turn between them it is refused, if at all, within 5 s.
TRAVEL_WAIT_S, _ANSWER_WAIT_S = 1.0, 0.5
_MOST_WAITING = 64


class Admission:
    """What one worker lets in.

    Args:
        how: how many bytes there are for the whole service.
        most: how long and how many may wait, and how long work may take.
        folder: that all workers share.
    """

    def __init__(self, how: Settings, most: Limits, folder: Path) -> None:
        self._limits = most
        self._file, self._parts, self._places = service_file(folder), how.workers, 0
        self.work = self._budget(how.work_bytes, _WORK_UNIT)
        self.bodies = self._travel(how.reading_bytes)
        self.answers = self._travel(how.sending_bytes)
        self._medium = anyio.CapacityLimiter(_MEDIUM_LANES)
        self._heavy = anyio.CapacityLimiter(_HEAVY_LANES)
        self._sent = anyio.CapacityLimiter(_SENT_LANES)
        self._threads = anyio.CapacityLimiter(_MEDIUM_LANES + _HEAVY_LANES + _SENT_LANES)
        self.waiting = 0
        self._travelling = 0

    def _travel(self, size: int) -> Budget:
        """Return a budget of which each process has a little to itself."""
        own = min(_OWN, size // 8 // self._parts)
        return self._budget(size - own * self._parts, _TRAVEL_UNIT, own)

    def _budget(self, size: int, unit: int, own: int = 0) -> Budget:
        # Without a file the processes cannot know of each other.
        count = max(size // unit // (1 if self._file is not None else self._parts), 1)
        units = Units(self._file, self._places, count)
        self._places += count + 1
        return Budget(units, unit, own)

    async def do(
        self,
        work: Callable[[], T],
        receive: Receive,
        weigh: Callable[[T], int],
        size: int = 0,
        *,
        asks_sent: bool = False,
    ) -> tuple[T, Share | None]:
        """Do work in its turn, in a thread.

        Args:
            work: what is done; it says what it needs by `app.admission.room`.
            receive: tells that the client is gone, and then the work is dropped.
            weigh: how many bytes the answer has.
            size: bytes that the work is known to need.
            asks_sent: it waits for the process of a model that somebody sent.

        Returns:
            The answer, and a share to be held until it is sent.

        Raises:
            Busy: no turn in time, or it took too long.
        """
        # One who comes back for more room does not wait anew.
        end = anyio.current_time() + self._limits.wait_seconds
        while True:
            lane = self._sent if asks_sent else self._medium
            turn = partial(self._in_turn, work, weigh, size, end, lane)
            try:
                return await self._while_wanted(turn, receive)
            except NeedsMore as more:
                size = max(min(more.amount, self.work.size), MEDIUM + 1)

    async def _while_wanted(self, work: Callable[[], Awaitable[T]], receive: Receive) -> T:
        done: list[T] = []
        failed: list[Exception] = []

        async def attempt() -> None:
            try:
                done.append(await work())
            except Exception as error:
                failed.append(error)
            except anyio.get_cancelled_exc_class():
                # Nobody waits. A task that ends by this error is kept in a circle by its group,
                # and with it all that its frames hold: the body, and what will come of the work.
                return
            tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(attempt)
            while (await receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()
        return result_of(done, failed)

    async def _in_turn(
        self,
        work: Callable[[], T],
        weigh: Callable[[T], int],
        size: int,
        end: float,
        lane: anyio.CapacityLimiter,
    ) -> tuple[T, Share | None]:
        place = await self._enter(size, end, lane)
        seconds, done, failed = self._limits.work_seconds, list[T](), list[Exception]()
        try:
            with anyio.fail_after(seconds):
                await anyio.to_thread.run_sync(
                    place.around(work, done, failed), limiter=self._threads, abandon_on_cancel=True
                )
            answer = result_of(done, failed)
            left = min(max(end - anyio.current_time(), _ANSWER_WAIT_S), TRAVEL_WAIT_S)
            return answer, await self.for_answer(weigh(answer), left)
        except (TimeoutError, Ended):
            raise Busy(
                "this took longer than {seconds} seconds and was ended", seconds=seconds
            ) from None
        finally:
            place.give_up()

    async def _enter(self, size: int, end: float, lane: anyio.CapacityLimiter) -> Place:
        """Wait for a place in a lane, and in the heavy one, where much is needed, for a share."""
        is_heavy = size > MEDIUM
        lane = self._heavy if is_heavy else lane
        place = Place(lane)
        with self._waiting(end):
            await lane.acquire_on_behalf_of(place)
            if is_heavy:
                try:
                    place.share = await self.work.take(size)
                except BaseException:
                    place.leave()
                    raise
                # Who has all there is may take what it needs; the limits hold it.
                has_all = place.share.size >= self.work.size
                place.room = Room(sys.maxsize if has_all else place.share.size)
        return place

    @contextmanager
    def _waiting(self, end: float) -> Iterator[None]:
        if self.waiting >= self._limits.waiting:
            raise Busy("{waiting} requests are waiting for their turn", waiting=self.waiting)
        self._count_waiting(1)
        seconds = self._limits.wait_seconds
        try:
            with anyio.fail_after(max(end - anyio.current_time(), 0)):
                yield
        except TimeoutError:
            raise Busy("its turn did not come within {seconds} seconds", seconds=seconds) from None
        finally:
            self._count_waiting(-1)

    def _count_waiting(self, more: int) -> None:
        self.waiting += more
        counts().add(Number.WAITING, more)

    async def for_answer(self, size: int, seconds: float = TRAVEL_WAIT_S) -> Share | None:
        """Return a share for an answer of so many bytes, to be held until it is sent.

        Raises:
            Busy: there is none within so many seconds.
        """
        return await self._for_travel(self.answers, size, seconds)

    async def for_body(self, size: int, seconds: float = TRAVEL_WAIT_S) -> Share | None:
        """Return a share for a body, or the next part of one, to be held until it is worked on.

        Raises:
            Busy: there is none within so many seconds.
        """
        return await self._for_travel(self.bodies, size, seconds)

    async def _for_travel(self, budget: Budget, size: int, seconds: float) -> Share | None:
        if size <= UNCOUNTED:
            return None
        # It is there mostly, and a deadline costs more than to look.
        if share := budget.take_now(size):
            return share
        if self._travelling >= _MOST_WAITING:
            raise Busy("too much is being sent and read just now")
        self._travelling += 1
        try:
            with anyio.fail_after(seconds):
                return await budget.take(size)
        except TimeoutError:
            raise Busy("too much is being sent and read just now") from None
        finally:
            self._travelling -= 1
