"""Servers started for a measurement, and the processor time that they take."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.works import Request


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _tree(int(child))
    return found


class Server:
    """A server in a process of its own, spoken to over one connection that is kept."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._process = process
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def cpu_seconds(self) -> float:
        """Return the processor time of the whole process tree so far, to the nanosecond."""
        spent = 0
        for pid in _tree(self._process.pid):
            for task in Path(f"/proc/{pid}/task").iterdir():
                spent += int((task / "schedstat").read_text().split()[0])
        return spent / 1e9

    def post(self, request: Request) -> bytes:
        """Send a request and return the body of its answer."""
        self._link.request("POST", request.path, request.body, request.headers)
        response = self._link.getresponse()
        body = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{response.status} {body[:300]!r}")
        return body


def uvicorn(app: str) -> list[str]:
    """Return the arguments that serve an application with uvicorn, in one process."""
    return ["-m", "uvicorn", app, "--no-access-log", "--log-level", "warning", "--port"]


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    """Run Python with these arguments and a port as the last one, until the block ends."""
    port = _free_port()
    environment = os.environ | {"LAYERLAB_PORT": str(port), "LAYERLAB_WORKERS": "1"}
    last = [str(port)] if arguments[-1] == "--port" else []
    process = subprocess.Popen(
        [sys.executable, *arguments, *last], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(20)
