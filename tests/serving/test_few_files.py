"""With few open files, a crowd is answered all the same: in turn, or that there is no place."""

import re
import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.serving.server import SOFTMAX, Link, Server, post, serving, until

FILES, CROWD = 150, 400
WORK = post(SOFTMAX, b'{"input": [0, 0]}')


@contextmanager
def cramped() -> Iterator[Server]:
    """Run a server that may have few files open; what is limited at its start stays limited."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, before[1]))
    with ExitStack() as stack:
        try:
            server = stack.enter_context(serving(workers=2))
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        yield server


def test_whoever_comes_at_once_is_answered() -> None:
    with cramped() as server:
        links = list[Link]()
        try:
            for _ in range(CROWD):
                links.append(server.link())
            for link in links:
                link.send(WORK)
            answers = [link.answer() for link in links]
        finally:
            for link in links:
                link.close()
        statuses = Counter(answer.status for answer in answers)
        assert set(statuses) == {200, 503}
        told = [answer for answer in answers if answer.status == 503]
        assert {answer.headers["retry-after"] for answer in told} == {"1"}
        places = {int(re.findall(r"\d+", answer.json["detail"])[0]) for answer in told}
        # The files are enough for all of these and for those who are turned away.
        assert len(places) == 1
        assert FILES // 5 < places.pop() < FILES * 2 // 3
        assert until(server.is_well)
