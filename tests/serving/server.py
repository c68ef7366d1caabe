"""The real server, started as a user starts it, and sockets that speak to it byte by byte."""

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

_START_S = 60.0
# How long a test waits for bytes that must come: longer than the server waits for a client's, which
# is 20 s by itself.
PATIENCE_S = 40.0
SOFTMAX = "/api/v1/layers/softmax"


class Answer(NamedTuple):
    """One answer, as it stood on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Link:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._file = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        """Send; a server that does not listen any more is no mistake of the test."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def has_bytes(self) -> bool:
        """Tell whether something has come that was not read yet, or the end."""
        return bool(select.select([self.socket], [], [], 0)[0])

    def line(self) -> bytes:
        return self._file.readline()

    def answer(self, *, head: bool = False) -> Answer:
        """Read the next answer whole."""
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        length = 0 if head else int(headers.get("content-length", 0))
        return Answer(status, headers, self._file.read(length))

    def rest(self) -> bytes:
        """Read until the server closes."""
        try:
            return self._file.read()
        except ConnectionResetError:
            return b""

    def is_closed(self) -> bool:
        """Tell whether the server closes within the time a test waits."""
        try:
            return self.rest() == b""
        except TimeoutError:
            return False

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def __enter__(self) -> "Link":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Server(NamedTuple):
    """A server that runs."""

    port: int
    process: "subprocess.Popen[bytes]"

    def link(self) -> Link:
        return Link(self.port)

    def ask(self, data: bytes) -> Answer:
        """Send bytes over a connection of their own and return the answer."""
        with self.link() as link:
            link.send(data)
            return link.answer()

    def connections(self) -> int:
        """Return how many connections it has taken and not closed."""
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        ours = (row for row in rows if row[1].endswith(f":{self.port:04X}"))
        # What it listens with is none; nobody has those with no inode, not yet or no more.
        return sum(row[3] != "0A" and row[9] != "0" for row in ours)

    def processes(self) -> list[int]:
        """Return the server's process and all below it."""
        found = [self.process.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    found += map(int, (task / "children").read_text().split())
        return found

    def is_well(self, link: Link | None = None) -> bool:
        """Tell whether a plain request is answered right, over a new connection if none is given.

        Args:
            link: a connection that is open.
        """
        plain = post(SOFTMAX, b'{"input": [0, 0]}')
        if link is not None:
            link.send(plain)
        answer = link.answer() if link is not None else self.ask(plain)
        return answer.status == 200 and answer.json["output"] == [0.5, 0.5]


def until(holds: Callable[[], bool], seconds: float = PATIENCE_S) -> bool:
    """Wait for a condition; tell whether it came to hold."""
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.02)
    return held


def post(path: str, body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    """Return a POST as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {kind}", *headers]
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def serving(stderr: int | IO[bytes] = subprocess.DEVNULL, **settings: object) -> Iterator[Server]:
    """Run `layerlab serve` with these settings, by name without LAYERLAB_, until the block ends.

    It has a session of its own, as a terminal's foreground job has: a signal can be sent to all of
    its processes.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    given = {"port": port, "workers": 1} | settings
    environment = os.environ | {f"LAYERLAB_{k.upper()}": str(v) for k, v in given.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve"],
        env=environment,
        stderr=stderr,
        start_new_session=True,
    )
    try:
        _wait(port, process)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError, IndexError), Link(port) as link:
            link.send(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            if link.answer().status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")
