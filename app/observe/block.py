"""Memory that the workers of the service share, a slot each, without a file that has a name."""

import mmap
import os
import tempfile
from collections.abc import Callable
from multiprocessing.reduction import DupFd
from typing import Any

from app.observe.layout import SLOT_CELLS

_CELL_BYTES = 8


class Block:
    """Whole numbers of 64 bits, all zero at first, in slots that only their owners write.

    The memory has no name, so nothing is left behind whatever ends the service. A child that is
    being started inherits it.

    Args:
        places: how many slots.
        handle: of a block that is there already.
    """

    def __init__(self, places: int, handle: int | None = None) -> None:
        self.places = places
        size = places * SLOT_CELLS * _CELL_BYTES
        self._handle = _nameless(size) if handle is None else handle
        self.cells = memoryview(mmap.mmap(self._handle, size)).cast("q")

    def slot(self, place: int) -> memoryview:
        """Return the numbers of one place."""
        return self.cells[place * SLOT_CELLS : (place + 1) * SLOT_CELLS]

    def __reduce__(self) -> tuple[Callable[..., "Block"], tuple[Any, int]]:
        return _inherited, (DupFd(self._handle), self.places)


def _nameless(size: int) -> int:
    if hasattr(os, "memfd_create"):
        handle: int = os.memfd_create("layerlab-counts")
    else:
        with tempfile.TemporaryFile() as file:
            handle = os.dup(file.fileno())
    os.truncate(handle, size)
    return handle


def _inherited(handle: Any, places: int) -> Block:
    return Block(places, handle.detach())
