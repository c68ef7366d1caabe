"""A model in a process of its own: asked, refused, ended, and the next one is served."""

import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import numpy as np
import onnx
import pytest

from app.admission.room import Ended, Room, working_in
from app.layers.base import INPUT
from app.problems import Problem
from app.settings import MIB
from app.uploads import host as host_module
from app.uploads.host import Allowed, Host
from app.uploads.sent import Sent
from tests.networks.light import NAMES, expected, light
from tests.uploads.made import HOSTILE, function, good

ALLOWED = Allowed(
    memory=2048 * MIB,
    seconds=4,
    cpu_seconds=600,
    macs=20_000_000_000,
    elements=100_000_000,
    message_bytes=512 * MIB,
)
Start = Callable[[onnx.ModelProto | bytes], Host]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return what starts a process for a model; it is ended after the test."""
    hosts: list[Host] = []

    def begin(sent: onnx.ModelProto | bytes) -> Host:
        path = tmp_path / f"{len(hosts)}"
        model = sent if isinstance(sent, bytes) else sent.SerializeToString()
        path.write_bytes(Sent({}, [], None, {}, model).packed())
        hosts.append(Host(path, ALLOWED))
        return hosts[-1]

    yield begin
    for host in hosts:
        host.close()
        assert not host.is_alive


def test_a_model_is_told_of_run_and_explained(start: Start) -> None:
    host, x = start(good()), np.random.default_rng(0).normal(0, 1, (1, 3, 8, 8)).astype(np.float32)
    facts = host.ask("facts").facts
    assert [stage["operator"] for stage in facts["stages"]] == ["Conv", "Relu"]
    traced = host.ask("trace", stages=[0, 1], arrays={INPUT.name: x})
    made = traced.arrays["0"]
    assert made.shape == (1, 2, 6, 6)
    np.testing.assert_array_equal(traced.arrays["output"], np.maximum(made, 0))
    steps = host.ask("follow", stage=0, at=[0, 1, 2, 3], arrays={INPUT.name: x}).facts["steps"]
    assert steps[0]["explanation"]["value"] == pytest.approx(float(made[0, 1, 2, 3]), 1e-4)
    weight = host.ask("tensor", called=f"{facts['stages'][0]['name']}.weight").arrays["tensor"]
    assert weight.shape == (2, 3, 3, 3)


def test_functions_of_its_own_are_unfolded(start: Start) -> None:
    facts = start(function()).ask("facts").facts
    assert [stage["operator"] for stage in facts["stages"]] == ["Relu", "Relu"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_model_is_refused_in_time(start: Start, name: str) -> None:
    made, why = HOSTILE[name]
    host, began = start(made()), time.process_time()
    with pytest.raises(Problem, match=why) as refused:
        host.ask("facts")
    assert 400 <= refused.value.status < 500
    assert time.process_time() - began < 1, "the service itself does nothing of it"


@pytest.mark.parametrize("part", [0, 1, 10, 100, 200])
def test_a_part_of_a_file_is_refused(start: Start, part: int) -> None:
    whole = good().SerializeToString()
    with pytest.raises(Problem) as refused:
        start(whole[:part]).ask("facts")
    assert 400 <= refused.value.status < 500


def test_what_is_refused_does_not_end_the_process(start: Start) -> None:
    host = start(good())
    for _ in range(2):
        with pytest.raises(Problem, match="no tensor"):
            host.ask("tensor", called="nothing.weight")
    assert host.is_alive
    assert host.ask("facts").facts["stages"]


def test_a_question_that_is_ended_reads_nobody_elses_bytes(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, room = start(good()), Room(512 * MIB)
    has_waited, go_on = threading.Event(), threading.Event()
    wait = host_module._wait

    def wait_and_rest(pipe: int, event: int, end: float) -> None:
        wait(pipe, event, end)
        if event == select.POLLIN:
            has_waited.set()
            assert go_on.wait(60)

    def ask() -> None:
        # What had been said before the end may still be read.
        with suppress(Ended), working_in(room):
            asked.ask("facts")

    monkeypatch.setattr(host_module, "_wait", wait_and_rest)
    thread = threading.Thread(target=ask)
    thread.start()
    assert has_waited.wait(60)
    room.end()
    # Files that are opened now have the numbers of those that were closed.
    with ExitStack() as stack:
        others = [stack.enter_context(end) for _ in range(4) for end in socket.socketpair()]
        for other in others:
            other.send(b"x")
        go_on.set()
        thread.join(60)
        assert [other.recv(8, socket.MSG_DONTWAIT) for other in others] == [b"x"] * 8
    assert not asked.is_alive


@pytest.mark.parametrize("name", NAMES)
def test_a_published_architecture_is_walked(start: Start, name: str) -> None:
    host = start(light(name))
    facts = host.ask("facts").facts
    ones = np.ones(facts["input"]["shape"], np.float32)
    numbers = list(range(len(facts["stages"])))
    traced = host.ask("trace", stages=numbers[:3], arrays={INPUT.name: ones})
    np.testing.assert_allclose(traced.arrays["output"], expected(name), 1e-3, 1e-6)
    assert len(traced.facts["stats"]) == len(numbers)
    at = [0, 1] + [0] * (len(facts["stages"][-1]["shape"]) - 2)
    steps = host.ask("follow", stage=numbers[-1], at=at, arrays={INPUT.name: ones}).facts["steps"]
    assert steps[-1]["explanation"]["at"] == at
    assert steps[0]["stage"] == 0
