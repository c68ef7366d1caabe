"""A budget of bytes that all workers of the service share, first come, first served.

The budget is cut into units, and a unit is one byte of a file, locked by the process that has it
(`fcntl`). The system unlocks the units of a process that dies, so nothing is ever lost. Where there
is no folder to write to, each process has its part of the budget to itself.
Beside the units for all, each process may have some bytes of its own, which are had without a lock.
"""

import contextlib
import fcntl
import multiprocessing
import os
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

_LOOK_S = 0.01
_FOLDER = ".shares"


def service_file(folder: Path, mark: str = "work") -> int | None:
    """Open the file in which the workers of this service lock units, or return None.

    A process opens each file once: closing any of its handles would unlock all that it has.
    """
    parent = multiprocessing.parent_process()
    service = parent.pid if parent else os.getpid()
    try:
        (folder / _FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(folder / _FOLDER / f"{service}.{mark}", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None


def remove_service_files(folder: Path) -> None:
    """Remove what the workers of this service locked, when the last of them has ended."""
    for file in (folder / _FOLDER).glob(f"{os.getpid()}.*"):
        with contextlib.suppress(OSError):
            file.unlink()


class Units:
    """Units of a file that can be locked, and one more that says whose turn it is.

    Args:
        file: an open file, or None: then all units are this process's own.
        first: the place of the first unit in the file.
        count: how many there are.
    """

    def __init__(self, file: int | None, first: int, count: int) -> None:
        self._file, self._first, self.count = file, first, count
        # The system does not tell a process about its own locks.
        self._held: set[int] = set()

    def lock(self, unit: int) -> bool:
        """Take one unit, if nobody has it."""
        if unit in self._held:
            return False
        if self._file is not None:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, self._first + unit)
            except OSError:
                return False
        self._held.add(unit)
        return True

    def unlock(self, unit: int) -> None:
        """Give a unit back, from any thread."""
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, self._first + unit)
        # Not before: another thread would take it, and then it would be unlocked under that one.
        self._held.discard(unit)

    def take(self, most: int) -> list[int]:
        """Take as many free units as there are, at most `most`."""
        found: list[int] = []
        for unit in range(self.count):
            if len(found) == most:
                break
            if self.lock(unit):
                found.append(unit)
        return found

    def lock_turn(self) -> bool:
        """Take the turn to take units, which one process at a time has."""
        return self.lock(self.count)

    def unlock_turn(self) -> None:
        """Let another have the turn."""
        self.unlock(self.count)


class Share(ABC):
    """Bytes that are held until they are given back."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Return how many bytes it is."""

    @abstractmethod
    def release(self) -> None:
        """Give all back; more than once is no mistake."""

    def __del__(self) -> None:
        self.release()


class _Locked(Share):
    """Units."""

    def __init__(self, units: Units, held: list[int], unit_bytes: int) -> None:
        self._units, self._held, self._unit_bytes = units, held, unit_bytes

    @property
    def size(self) -> int:
        return len(self._held) * self._unit_bytes

    def release(self) -> None:
        while self._held:
            self._units.unlock(self._held.pop())


class _Own(Share):
    """Bytes that a process has to itself.

    Args:
        back: gets what is given back, in whatever thread that is.
        size: how many.
    """

    def __init__(self, back: list[int], size: int) -> None:
        self._back, self._size = back, size

    @property
    def size(self) -> int:
        return self._size

    def release(self) -> None:
        if self._size:
            self._back.append(self._size)
            self._size = 0


class Budget:
    """Bytes to be had in turn.

    Args:
        units: what is locked.
        unit_bytes: what a unit stands for.
        own: more bytes, of this process alone: to take some of them is no call of the system.
    """

    def __init__(self, units: Units, unit_bytes: int, own: int = 0) -> None:
        self._units, self._unit_bytes = units, unit_bytes
        self._own, self._back = own, list[int]()
        self._order = anyio.Lock()

    @property
    def size(self) -> int:
        """Return how many bytes there are in all, but for what a process has to itself."""
        return self._units.count * self._unit_bytes

    def take_now(self, size: int) -> Share | None:
        """Return a share of `size` bytes if it is there and nobody waits for one."""
        while self._back:
            self._own += self._back.pop()
        if size <= self._own:
            self._own -= size
            return _Own(self._back, size)
        if self._order.locked() or not self._units.lock_turn():
            return None
        held = self._units.take(count := self._count(size))
        share = _Locked(self._units, held, self._unit_bytes)
        self._units.unlock_turn()
        if len(held) < count:
            share.release()
            return None
        return share

    def _count(self, size: int) -> int:
        return min(-(-size // self._unit_bytes), self._units.count)

    async def take(self, size: int) -> Share:
        """Return a share of `size` bytes, or of all where that is more than there are.

        It waits without end; whoever calls sets a deadline.
        """
        async with self._order, self._turn():
            held = await self._gather(self._count(size))
            return _Locked(self._units, held, self._unit_bytes)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        while not self._units.lock_turn():
            await anyio.sleep(_LOOK_S)
        try:
            yield
        finally:
            self._units.unlock_turn()

    async def _gather(self, count: int) -> list[int]:
        """Take units as they come free; who has the turn keeps them, so a large share comes too."""
        held = self._units.take(count)
        try:
            while len(held) < count:
                await anyio.sleep(_LOOK_S)
                held += self._units.take(count - len(held))
        except BaseException:
            for unit in held:
                self._units.unlock(unit)
            raise
        return held
