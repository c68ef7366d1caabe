"""Several workers: one that is killed is replaced, and none outlives the service."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.serving.running import READY, finish, running, wait_for

LAYERS = b"GET /api/v1/layers HTTP/1.1\r\nHost: x\r\n\r\n"
COUNTED = 'layerlab_requests_total{route="/api/v1/layers",'


def test_a_killed_worker_costs_what_it_ran_and_comes_back(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as service:
        wait_for(lambda: service.metric("layerlab_workers") == 2)
        for _ in range(4):
            assert service.ask(LAYERS).status == 200
        # A request is counted when its last byte is on its way.
        wait_for(lambda: service.metric(COUNTED) == 4)
        before = service.workers()
        os.kill(before[0], signal.SIGKILL)
        wait_for(lambda: service.metric("layerlab_worker_restarts_total") == 1)
        wait_for(lambda: service.metric("layerlab_workers") == 2)
        assert service.metric(COUNTED) == 4
        after = service.workers()
        assert before[1] in after
        assert before[0] not in after
        # Ctrl+C on a terminal comes to every process at once.
        begun = service.begin(4)
        os.killpg(service.process.pid, signal.SIGINT)
        wait_for(service.refuses)
        assert finish(begun) == [(200, [0.5, 0.5], "close")] * 4
        assert service.ended() == 0
    assert "worker 0 ended with -9; another is started" in service.messages()


def test_no_two_requests_have_one_id_whichever_workers_answer(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as service:
        wait_for(lambda: service.metric("layerlab_workers") == 2)
        ids = list[str]()

        def both_have_answered() -> bool:
            ids.append(service.ask(READY).headers["x-request-id"])
            return len({id.split("-")[0] for id in ids}) == 2

        wait_for(both_have_answered)
        ids += [service.ask(READY).headers["x-request-id"] for _ in range(20)]
    assert len(set(ids)) == len(ids)


def test_no_worker_outlives_its_parent(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as service:
        service.process.kill()
        wait_for(service.refuses)


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.05])
def test_a_signal_that_comes_while_a_worker_is_replaced_ends_that_one_too(
    tmp_path: Path, seconds: float
) -> None:
    with running(tmp_path, workers=2) as service:
        wait_for(lambda: service.metric("layerlab_workers") == 2)
        os.kill(service.workers()[0], signal.SIGKILL)
        time.sleep(seconds)
        os.killpg(service.process.pid, signal.SIGTERM)
        assert service.ended() in (0, signal.SIGKILL)
        wait_for(service.refuses)
