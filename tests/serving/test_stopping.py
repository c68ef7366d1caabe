"""A signal to stop loses nothing that was begun, and a second one is obeyed at once."""

import os
import signal
from pathlib import Path

import pytest

from tests.serving.running import READY, WORK, finish, running, wait_for
from tests.serving.server import Link

GOOD = (200, [0.5, 0.5], "close")
several = pytest.mark.parametrize("workers", [1, 2])


@several
def test_what_was_begun_is_finished(tmp_path: Path, workers: int) -> None:
    with running(tmp_path, workers=workers) as service:
        probe, begun = service.link(), service.begin(6)
        half_a_head = service.link()
        half_a_head.send(WORK[:20])
        probe.send(READY)
        assert probe.answer().status == 200
        service.process.terminate()
        wait_for(service.refuses)
        # A connection that was open is told that it should look elsewhere.
        probe.send(READY)
        answer = probe.answer()
        assert (answer.status, answer.headers["connection"]) == (503, "close")
        assert int(answer.headers["retry-after"]) > 0
        half_a_head.send(WORK[20:-1])
        assert finish([*begun, half_a_head]) == [GOOD] * 7
        assert service.ended() == 0
    told = [line["status"] for line in service.requests_told() if line["bytes_in"] == 17]
    assert told == [200] * 7


@several
def test_new_connections_are_served_while_it_drains_and_a_second_signal_ends_it(
    tmp_path: Path, workers: int
) -> None:
    with running(tmp_path, workers=workers, drain_seconds=3600) as service:
        children = service.workers()
        service.process.terminate()
        wait_for(lambda: service.ask(READY).status == 503)
        assert service.ask(WORK).json["output"] == [0.5, 0.5]
        service.link().send(WORK[:-1])
        service.process.terminate()
        assert service.ended() == 128 + signal.SIGTERM
        wait_for(service.refuses)
        wait_for(lambda: not any(_runs(pid) for pid in children))


def test_what_never_ends_is_given_up(tmp_path: Path) -> None:
    with running(tmp_path, workers=1, stop_seconds=0) as service:
        service.begin(1)
        service.process.terminate()
        assert service.ended() == 1
        assert "stopped before 1 requests were answered" in service.messages()


def test_whoever_waits_to_be_accepted_is_answered(tmp_path: Path) -> None:
    """Those who have connected, but have not been taken yet, when the listening ends."""
    with running(tmp_path, workers=1) as service:
        os.kill(service.process.pid, signal.SIGSTOP)
        waiting: list[Link] = [service.link() for _ in range(20)]
        for link in waiting:
            link.send(WORK[:-1])
        service.process.terminate()
        os.kill(service.process.pid, signal.SIGCONT)
        assert finish(waiting) == [GOOD] * 20
        assert service.ended() == 0


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@several
def test_no_file_of_its_own_is_left_behind(tmp_path: Path, workers: int) -> None:
    store = tmp_path / "store"
    with running(tmp_path, workers=workers, store_dir=store) as service:
        assert finish(service.begin(1)) == [(200, [0.5, 0.5], "")]
        assert {file.stem for file in store.glob(".shares/*")} == {str(service.process.pid)}
        service.process.terminate()
        assert service.ended() == 0
    assert [file for file in store.rglob("*") if file.is_file()] == []
