"""What a worker counts. Plain additions to shared memory: the hot path passes here.

The metrics library's own multiprocess mode takes 8 to 12 µs for what one request counts, this
under 1. A worker that takes the place of a dead one counts on in its slot, so no number ever falls
and no dead worker's file has to be kept. Only the event loop's thread may count, but for the
sessions, which are counted under their own lock.
"""

import os
from bisect import bisect_left
from collections.abc import Iterable

from app.observe.block import Block
from app.observe.layout import (
    BOUNDS_NS,
    BYTES_IN,
    BYTES_OUT,
    FIRST_REASON,
    FIRST_ROUTE,
    GAUGES,
    HISTOGRAM,
    HISTOGRAMS,
    NAME,
    NAME_BYTES,
    NUMBERS,
    REASON_ROW,
    REASONS,
    ROUTE_ROW,
    ROUTES,
    STATUSES,
    Number,
)

_STATUS = {status: NAME + place for place, status in enumerate(STATUSES)}
_OTHER_STATUS = _STATUS[0]
OTHERS = "others"


class _Rows:
    """Rows that begin with their name; one more is made when a new name comes.

    Args:
        cells: of the slot.
        first: where the rows begin.
        size: cells of a row.
        most: how many rows; the last takes every name that found no room.
    """

    def __init__(self, cells: memoryview, first: int, size: int, most: int) -> None:
        self._cells, self._size, self._most = cells, size, most
        self._first, self._places = first, dict(named_rows(cells, first, size, most))

    def at(self, name: str) -> int:
        """Return where the row of this name begins."""
        place = self._places.get(name)
        return self._new(name) if place is None else place

    def _new(self, name: str) -> int:
        if len(self._places) >= self._most - 1 and name != OTHERS:
            return self.at(OTHERS)
        place = self._first + len(self._places) * self._size
        raw = name.encode()[:NAME_BYTES].ljust(NAME_BYTES, b"\0")
        self._cells[place : place + NAME] = memoryview(raw).cast("q")
        self._places[name] = place
        return place


def named_rows(cells: memoryview, first: int, size: int, most: int) -> Iterable[tuple[str, int]]:
    """Return each row that is in use: its name and where it begins."""
    for place in range(first, first + most * size, size):
        name = cells[place : place + NAME].tobytes().rstrip(b"\0").decode("utf-8", "replace")
        if not name:
            return
        yield name, place


class Counts:
    """The numbers of this process.

    Args:
        block: shared with the other workers.
        place: which of its slots is ours.
    """

    def __init__(self, block: Block, place: int) -> None:
        self.block = block
        self._cells = cells = block.slot(place)
        self._routes = _Rows(cells, FIRST_ROUTE, ROUTE_ROW, ROUTES)
        self._reasons = _Rows(cells, FIRST_REASON, REASON_ROW, REASONS)

    def begin(self) -> None:
        """Take the slot over: what a dead process was just doing is not done any more."""
        for place in range(GAUGES, NUMBERS):
            self._cells[place] = 0
        self._cells[Number.PROCESS] = os.getpid()
        self._cells[Number.STARTS] += 1

    def add(self, number: Number, by: int = 1) -> None:
        """Add to one of the single numbers."""
        self._cells[number] += by

    def put(self, number: Number, value: int) -> None:
        """Set one of the single numbers."""
        self._cells[number] = value

    def refused(self, reason: str) -> None:
        """Count a refusal under the slug of its problem."""
        self._cells[self._reasons.at(reason) + NAME] += 1

    def answered(self, route: str, status: int, bytes_in: int, bytes_out: int) -> int:
        """Count an answer and return the row of its route, which `took` wants."""
        cells, row = self._cells, self._routes.at(route)
        cells[row + _STATUS.get(status, _OTHER_STATUS)] += 1
        cells[row + BYTES_IN] += bytes_in
        cells[row + BYTES_OUT] += bytes_out
        return row

    def took(self, row: int, stage: int, ns: int) -> None:
        """Count a duration, in ns, of a stage (its place in `STAGES`)."""
        place = row + HISTOGRAMS + stage * HISTOGRAM
        self._cells[place] += ns
        self._cells[place + 1 + bisect_left(BOUNDS_NS, ns)] += 1


_here: Counts | None = None


def counts() -> Counts:
    """Return the numbers of this process, alone in their block unless `join` came before."""
    return join(Block(1), 0) if _here is None else _here


def join(block: Block, place: int) -> Counts:
    """Count in this slot from now on."""
    global _here
    _here = Counts(block, place)
    _here.begin()
    return _here
