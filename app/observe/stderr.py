"""Standard error, of which the log is the only writer: C libraries are kept out of it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2
_one_at_a_time, _switching = threading.Lock(), threading.Lock()
_written_to = _STDERR


def write(lines: bytes) -> None:
    """Write.

    Raises:
        OSError: nobody reads it.
    """
    with _switching:
        os.write(_written_to, lines)


@contextmanager
def quiet() -> Iterator[None]:
    """Let what libraries write to standard error go nowhere while the block runs."""
    with _one_at_a_time:
        kept, nowhere = os.dup(_STDERR), os.open(os.devnull, os.O_WRONLY)
        try:
            _switch(nowhere, kept)
            yield
        finally:
            _switch(kept, _STDERR)
            os.close(kept)
            os.close(nowhere)


def _switch(to: int, ours: int) -> None:
    """Let standard error be another file, and the log be written to `ours`."""
    global _written_to
    with _switching:
        os.dup2(to, _STDERR)
        _written_to = ours
