"""What a model's process may take, set before anything of the model is looked at."""

import os
import resource
import signal
from typing import NamedTuple


class Jail(NamedTuple):
    """Limits of one process.

    Attributes:
        memory: bytes of its own.
        cpu_seconds: of processor time, in all.
        files: how many it may have open.
    """

    memory: int
    cpu_seconds: int
    files: int = 64

    def close(self) -> None:
        """Shut this process in: no more memory, time or files than that, no file written.

        Raises:
            OSError: this system does not let a process limit itself, so nothing can be run.
        """
        # A signal's own action ends the process wherever it is; nobody's handler is asked.
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        for kind, most in (
            (resource.RLIMIT_DATA, self.memory),
            (resource.RLIMIT_CPU, self.cpu_seconds),
            (resource.RLIMIT_NOFILE, self.files),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(kind, (most, most))
        os.umask(0o077)


def allow_seconds(seconds: float) -> None:
    """End this process when it has used so much processor time from now on; 0 takes that back."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def seconds_left() -> float:
    """Return how much of that is left; 0 where nothing was allowed."""
    return signal.getitimer(signal.ITIMER_PROF)[0]
