"""A service started for a measurement, and the memory that it takes."""

import contextlib
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from benchmarks.servers import free_port, shared_out, tree

MIB = 1 << 20
_LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
_START_S, _LOOK_S, _REST_S = 60.0, 0.1, 6.0
_FORK = multiprocessing.get_context("fork")


def until(holds: Callable[[], bool], seconds: float) -> float | None:
    """Wait for a condition; return how many seconds it took, or None."""
    started = time.monotonic()
    while not holds():
        if time.monotonic() - started > seconds:
            return None
        time.sleep(0.01)
    return time.monotonic() - started


class Service:
    """One that runs.

    Args:
        process: that was started.
        port: it listens on.
        store: its folder for tensors.
        log: what it wrote.
    """

    def __init__(
        self, process: "subprocess.Popen[bytes]", port: int, store: Path, log: Path
    ) -> None:
        self.process, self.port, self.store, self.log = process, port, store, log

    def tree(self) -> list[int]:
        """Return all of its processes, the one that was started first."""
        return tree(self.process.pid)

    def workers(self) -> list[int]:
        """Return the processes that have none below them."""
        return [pid for pid in self.tree() if pid != self.process.pid]

    def processes_memory(self) -> int:
        """Return the bytes of all processes, what they share counted once."""
        return shared_out(self.tree())

    def memory(self) -> int:
        """Return the bytes of all processes and of the tensors held."""
        held = 0
        with contextlib.suppress(OSError):
            held = sum(entry.stat().st_size for entry in os.scandir(self.store))
        return self.processes_memory() + held

    def starts(self) -> int:
        """Return how many workers have begun to serve so far."""
        return self.log.read_bytes().count(b"Application startup complete")

    def is_live(self) -> bool:
        """Tell whether it answers."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as link:
                link.sendall(_LIVE)
                return link.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


@contextmanager
def service(
    *, before: Sequence[str] = (), store: Path | None = None, **settings: object
) -> Iterator[Service]:
    """Run `layerlab serve` until the block ends.

    Args:
        before: a command that runs it, as `prlimit`.
        store: its folder for tensors; by default one in memory, of its own.
        settings: by name, without LAYERLAB_.
    """
    port, shm = free_port(), Path("/dev/shm")
    inside = shm if os.access(shm, os.W_OK) else None
    made = Path(tempfile.mkdtemp(prefix="layerlab-reliability-", dir=inside))
    held = store or made / "store"
    given = {"port": port, "workers": 2, "store_dir": held} | settings
    environment = os.environ | {f"LAYERLAB_{k.upper()}": str(v) for k, v in given.items()}
    with (made / "log").open("wb") as log:
        process = subprocess.Popen(
            [*before, sys.executable, "-m", "app.cli", "serve"], env=environment, stderr=log
        )
    try:
        running = Service(process, port, held, made / "log")
        if until(lambda: running.is_live() or process.poll() is not None, _START_S) is None:
            raise RuntimeError("the service did not start")
        yield running
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
            shutil.rmtree(made, ignore_errors=True)


class Watch:
    """The memory of a service while a block runs: at first, at most, and what remains after 6 s.

    It looks from a process of its own, so that it does not hold up the clients.
    """

    def __init__(self, running: Service) -> None:
        self._running = running
        self.first = self.most = self.last = 0
        self._ours, theirs = _FORK.Pipe()
        self._process = _FORK.Process(target=self._look, args=(theirs,), daemon=True)

    def _look(self, theirs: "Connection[int, None]") -> None:
        most = 0
        while not theirs.poll(_LOOK_S):
            most = max(most, self._running.memory())
        theirs.send(most)

    def __enter__(self) -> "Watch":
        self.first = self._running.memory()
        self._process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._ours.send(None)
        self.most = max(self._ours.recv(), self.first)
        self._process.join()
        time.sleep(_REST_S)
        self.last = self._running.memory()

    def told(self) -> str:
        """Return the three as cells of a table."""
        return " | ".join(f"{size / MIB:.0f}" for size in (self.first, self.most, self.last))
