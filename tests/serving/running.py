"""A server whose processes, counts and log are looked at, and requests that are not whole yet."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.serving.server import SOFTMAX, Answer, Link, Server, post, serving, until

READY = b"GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n"
WORK = post(SOFTMAX, b'{"input": [0, 0]}')


class Running:
    """A service and its processes.

    Args:
        server: as it was started.
        log: what it writes.
        links: closes the connections in the end.
    """

    def __init__(self, server: Server, log: Path, links: ExitStack) -> None:
        self.process, self._server, self._log = server.process, server, log
        self._links = links

    def link(self) -> Link:
        """Open a connection that stays open as long as the test lasts."""
        return self._links.enter_context(self._server.link())

    def begin(self, number: int) -> list[Link]:
        """Send requests but for their last bytes; return when all of them are being read."""
        begun = [self.link() for _ in range(number)]
        for link in begun:
            link.send(WORK[:-1])
        # The one more is the request that asks.
        wait_for(lambda: self.metric("layerlab_requests_open") == number + 1)
        return begun

    def ask(self, data: bytes) -> Answer:
        """Return the answer to bytes over a new connection."""
        return self._server.ask(data)

    def refuses(self) -> bool:
        """Tell whether no new connection is taken."""
        try:
            self._server.link().close()
        except ConnectionRefusedError:
            return True
        return False

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children]

    def metric(self, name: str) -> float:
        """Return the sum of the samples whose name and labels begin so."""
        text = self.ask(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").body.decode()
        return sum(float(li.split()[-1]) for li in text.splitlines() if li.startswith(name))

    def requests_told(self) -> list[dict[str, Any]]:
        """Return the lines of the log that tell of requests."""
        lines = [json.loads(line) for line in self._log.read_bytes().splitlines()]
        return [line for line in lines if "status" in line]

    def messages(self) -> list[str]:
        """Return the other lines' messages."""
        lines = [json.loads(line) for line in self._log.read_bytes().splitlines()]
        return [line["message"] for line in lines if "message" in line]

    def ended(self) -> int:
        """Return the exit status, waited for."""
        return self.process.wait(60)


def wait_for(what: Callable[[], bool]) -> None:
    """Return when this holds."""
    assert until(what, 60), "this did not come about"


def finish(begun: list[Link]) -> list[tuple[int, list[float], str]]:
    """Send the last bytes; return status, output and what is said of the connection."""
    for link in begun:
        link.send(WORK[-1:])
    answers = [link.answer() for link in begun]
    return [(a.status, a.json["output"], a.headers.get("connection", "")) for a in answers]


@contextmanager
def running(folder: Path, **settings: object) -> Iterator[Running]:
    """Run the command as long as the block does."""
    log = folder / "log"
    with log.open("wb") as told, serving(told, **settings) as server, ExitStack() as links:
        yield Running(server, log, links)
