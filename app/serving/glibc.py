"""What glibc is told of memory, which it hears only when a process begins.

**Pages of 2 MiB** where the system gives them to who asks. It gives memory a page at a time, when
it is first written to, and clears it: 4096 times for 16 MiB in pages of 4 KiB. A convolution of 16
megapixels took twice the processor time by that.

**One arena** for all threads. By itself each gets one of its own, and what is free at the end of
such a one is never given back: after a crowd 30 to 60 MB in each process.

**No small chunks put aside** for each thread. An array that ONNX Runtime wants at a multiple of 64
bytes is cut out of a chunk that is a little larger. What was cut off was put aside and stayed
between two free chunks, and neither was large enough for the next array of the same size: eight
convolutions took the room of up to five maps more than they need.
"""

import os
import platform
import sys
from contextlib import suppress

_VARIABLE = "GLIBC_TUNABLES"
_TOLD = ":".join(
    f"glibc.malloc.{name}={value}"
    for name, value in {"hugetlb": 1, "arena_max": 1, "tcache_count": 0}.items()
)


def begin_with_glibc_told() -> None:
    """Begin this process anew with glibc told so.

    Nothing happens where it is told something already, where there is no glibc, or where this
    process cannot begin anew.
    """
    if _VARIABLE in os.environ or platform.libc_ver()[0] != "glibc" or not sys.executable:
        return
    os.environ[_VARIABLE] = _TOLD
    # Python may lie where this user cannot start it again; then it goes on as it is.
    with suppress(OSError):
        # The same process by its number, and what it has open stays open.
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
