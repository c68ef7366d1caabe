"""Two workers under heavy work: who gets a turn, who is told to come again, what stays free."""

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from tests.api.conftest import npy, png
from tests.serving.server import SOFTMAX, Server, post, serving, until

MIB = 1 << 20
NPY = "application/x-npy"
RELU = "/api/v1/layers/activation?format=npy"
LARGE = npy(np.zeros((1, 8, 1024, 1024), np.float32))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    store = tmp_path_factory.mktemp("store")
    budgets = {"work_bytes": 128 * MIB, "reading_bytes": 80 * MIB, "sending_bytes": 80 * MIB}
    with serving(workers=2, store_dir=store, max_wait_seconds=20, **budgets) as made:
        yield made
        assert made.is_well()


def resident(server: Server) -> int:
    """Return the memory of all processes in bytes, what they share counted once."""
    total = 0
    for pid in server.processes():
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.search(r"^Pss: +(\d+) kB", told, re.M)[1]) * 1024  # type: ignore[index]
    return total


def test_many_heavy_requests_are_each_answered_and_memory_is_given_back(server: Server) -> None:
    def ask() -> None:
        answer = server.ask(post(RELU, LARGE, kind=NPY))
        assert answer.status in (200, 503), answer.json
        if answer.status == 503:
            assert int(answer.headers["retry-after"]) > 0
            assert answer.headers["content-type"] == "application/problem+json"
        statuses.append(answer.status)

    statuses = list[int]()
    server.ask(post(RELU, LARGE, kind=NPY))
    before = resident(server)
    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    assert server.is_well()
    for asker in askers:
        asker.join()
    assert len(statuses) == 8
    assert 200 in statuses
    assert until(lambda: resident(server) < before + 48 * MIB)


def test_what_a_crowd_took_is_given_back_when_it_is_gone(tmp_path: Path) -> None:
    """None of these is heavy, so none has a share of memory that is given back at its end."""
    pixels = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    asked = post("/api/v1/layers/conv?kernel=sobel_x&format=png", png(pixels), kind="image/png")
    with serving(workers=2, store_dir=tmp_path) as server, ExitStack() as stack:
        assert server.ask(asked).status == 200
        before = resident(server)
        links = [stack.enter_context(server.link()) for _ in range(400)]
        for link in links:
            link.send(asked)
        assert {link.answer().status for link in links} <= {200, 503}
        assert until(lambda: resident(server) < before + 32 * MIB)


def test_a_body_that_is_not_sent_holds_little(server: Server) -> None:
    """However much is said to come: twenty of 33 MiB are waited for, and one that comes is read."""
    head = post(RELU, LARGE, "Expect: 100-continue", kind=NPY)[: -len(LARGE)]
    with ExitStack() as stack:
        for _ in range(20):
            link = stack.enter_context(server.link())
            link.send(head)
            assert link.line() == b"HTTP/1.1 100 Continue\r\n"
        assert server.ask(post(RELU, LARGE, kind=NPY)).status == 200
        assert server.ask(post(SOFTMAX, b'{"input": [0]}')).status == 200


def test_a_body_that_is_half_sent_holds_only_its_share(server: Server) -> None:
    """Two of 33 MiB have room, all of it; a third one is told to come again when it has begun."""
    half = post(RELU, LARGE, kind=NPY)[: len(LARGE) // 2]
    with server.link() as first, server.link() as second:
        for link in (first, second):
            link.send(half)
        answer = server.ask(half)
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert "being sent and read" in answer.json["detail"]
        assert server.ask(post(SOFTMAX, b'{"input": [0]}')).status == 200
    # What they had reserved is free as soon as they are gone.
    assert until(lambda: server.ask(post(RELU, LARGE, kind=NPY)).status == 200)


def test_an_answer_that_is_not_read_holds_only_its_share(server: Server) -> None:
    with server.link() as first, server.link() as second:
        for link in (first, second):
            link.send(post(RELU, LARGE, kind=NPY))
            assert link.line() == b"HTTP/1.1 200 OK\r\n"
        answer = server.ask(post(RELU, LARGE, kind=NPY))
        assert answer.status == 503
        assert server.ask(post(SOFTMAX, b'{"input": [0]}')).status == 200
    assert until(lambda: server.ask(post(RELU, LARGE, kind=NPY)).status == 200)
