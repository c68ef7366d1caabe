"""Memory that was freed goes back to the system, where the C library is glibc.

By itself glibc keeps what it got: the size from which an array has pages of its own grows with the
arrays that are freed, up to 32 MiB, and each thread fills an arena of its own; what it is told of
that stands in `app/serving/glibc.py`.
"""

import asyncio
import ctypes
import platform
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from app.settings import MIB

# How often it is looked whether this process has worked, in seconds of its processor time.
_LOOK_S, _WORKED_S = 3.0, 0.1
# How long what is kept stays if nobody uses it, in seconds. What has small parts all over the heaps
# keeps whole pages from being given back.
UNUSED_S = 60.0
# malloc.h
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8


@lru_cache(1)
def _glibc() -> Any:
    """Return the C library if it is glibc, else None."""
    if platform.libc_ver()[0] != "glibc":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") else None


def settle() -> bool:
    """Set this process up to give memory back; tell whether that is possible."""
    library = _glibc()
    if library is None:
        return False
    # Said once, a threshold stays. Arrays of a picture's size are quicker from the heap than as
    # pages of their own, which the system clears each time: at 1 MiB a convolution of 224 x 224
    # took twice the processor time. More than 32 MiB it cannot be.
    done = [
        library.mallopt(_MMAP_THRESHOLD, 32 * MIB),
        library.mallopt(_TRIM_THRESHOLD, 64 * MIB),
        library.mallopt(_ARENA_MAX, 1),
    ]
    return all(done)


def give_back() -> None:
    """Give free pages within the heaps back; takes milliseconds, without Python's lock."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


async def give_back_after_work(forget: Callable[[float], bool]) -> None:
    """Give free pages back again and again, as long as there is work; never returns.

    Args:
        forget: drops what is kept and was not used since a `time.monotonic()`, and tells whether
            there was any.
    """
    worked = time.process_time()
    while True:
        await asyncio.sleep(_LOOK_S)
        has_dropped = await asyncio.to_thread(forget, time.monotonic() - UNUSED_S)
        if has_dropped or time.process_time() - worked > _WORKED_S:
            await asyncio.to_thread(give_back)
            worked = time.process_time()
