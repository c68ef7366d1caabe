"""Servers started for a measurement: the processor time and the memory that they take."""

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.works import Request

ROOT = Path(__file__).parents[1]
_TICK = os.sysconf("SC_CLK_TCK")
_START_S, _STOP_S = 90.0, 20.0


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for each in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and of its children that have ended.

    Its own is read from its clock, to the nanosecond and with the threads that have ended.
    """
    own = time.clock_gettime(~pid << 3 | 2)
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return own + (int(fields[13]) + int(fields[14])) / _TICK


def _bytes(pid: int, file: str, name: str) -> int:
    """Return one of the figures that the kernel gives of a process's memory, 0 where it is gone."""
    with contextlib.suppress(OSError):
        found = re.search(rf"^{name}:\s+(\d+) kB", Path(f"/proc/{pid}/{file}").read_text(), re.M)
        return int(found[1]) * 1024 if found else 0
    return 0


def shared_out(pids: Sequence[int]) -> int:
    """Return the bytes of processes, what they share with each other counted once."""
    return sum(_bytes(pid, "smaps_rollup", "Pss") for pid in pids)


class Server:
    """A server that runs, in however many processes."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process, self.port = process, port
        self.url = f"http://127.0.0.1:{port}"
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._used = 0.0

    def cpu_seconds(self) -> float:
        """Return the processor time of the whole process tree so far, ended children too."""
        spent = 0.0
        for pid in self.tree():
            with contextlib.suppress(OSError):
                spent += _cpu_seconds(pid)
        return spent

    def memory(self) -> int:
        """Return the bytes of all processes, what they share counted once."""
        return shared_out(self.tree())

    def tree(self) -> list[int]:
        """Return its processes, the one that was started first."""
        return tree(self.process.pid)

    def resident(self) -> list[int]:
        """Return the bytes of each process, what it shares with others in each."""
        return [_bytes(pid, "status", "VmRSS") for pid in self.tree()]

    def peak(self) -> int:
        """Return the sum of the most bytes that each process had since the peaks were cleared."""
        return sum(_bytes(pid, "status", "VmHWM") for pid in self.tree())

    def clear_peaks(self) -> None:
        """Let each process's peak be what it has now."""
        for pid in self.tree():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def post(self, request: Request) -> bytes:
        """Send a request over one connection that is kept, and return the body of its answer."""
        # The server closes what is idle for some seconds.
        if time.monotonic() - self._used > 1.0:
            self._link.close()
        self._link.request("POST", request.path, request.body, request.headers)
        response = self._link.getresponse()
        body = response.read()
        self._used = time.monotonic()
        if response.status >= 300:
            raise RuntimeError(f"{response.status} {body[:300]!r}")
        return body

    def hang_up(self) -> None:
        """Close the connection; the next request opens another."""
        self._link.close()


def uvicorn(app: str) -> list[str]:
    """Return the arguments that serve an application with uvicorn, in one process."""
    return ["-m", "uvicorn", app, "--no-access-log", "--log-level", "warning", "--port"]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a server and whatever of its processes outlives it."""
    handles = []
    for pid in tree(process.pid):
        with contextlib.suppress(OSError):
            handles.append(os.pidfd_open(pid))
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_S)
    for handle in handles:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        os.close(handle)
    process.wait()


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    settings: Mapping[str, str],
    is_ready: Callable[[Server], bool] | None = None,
) -> Iterator[Server]:
    """Run a command from the project's folder until the block ends.

    Args:
        command: that serves on the port.
        port: the port.
        settings: environment variables beside those that are set.
        is_ready: tells whether it works; otherwise it is enough that it listens.
    """
    log = ROOT / "build" / "bench" / f"{Path(command[0]).parent.parent.name}-{port}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as told:
        process = subprocess.Popen(
            command, env=os.environ | settings, cwd=ROOT, stdout=told, stderr=told
        )
    try:
        server, end = Server(process, port), time.monotonic() + _START_S
        while not (_listens(port) and (is_ready is None or is_ready(server))):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{' '.join(command)} did not start: {log.read_text()[-2000:]}")
            time.sleep(0.01)
        yield server
    finally:
        _end(process)


@contextmanager
def serving(*arguments: str, workers: int = 1) -> Iterator[Server]:
    """Run our Python with these arguments and a port as the last one, until the block ends."""
    port = free_port()
    last = [str(port)] if arguments[-1] == "--port" else []
    settings = {"LAYERLAB_PORT": str(port), "LAYERLAB_WORKERS": str(workers)}
    with running([sys.executable, *arguments, *last], port, settings) as server:
        yield server
