"""Whoever asks a model that was sent waits in turn, as long as anybody; files go in pieces."""

import asyncio
import threading
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from starlette.testclient import TestClient
from starlette.types import Message

from app.api.answer.files import RestOfFile
from app.main import create_app
from app.problems import Busy
from app.settings import Limits, Settings
from app.state import State, make_state
from tests.uploads.made import good, model, node

URL = "/api/v1/models"
_CLIENTS = 12


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    made = make_state(Settings(store_dir=tmp_path, model_uploads=True), Limits(wait_seconds=1))
    yield made
    made.uploads.close()


@pytest.fixture
def client(state: State) -> Iterator[TestClient]:
    with TestClient(create_app(state)) as made:
        yield made


def _send(client: TestClient, sent: onnx.ModelProto) -> Any:
    answer = client.post(URL, files={"model": ("m.onnx", sent.SerializeToString())})
    assert answer.status_code == 201, answer.text
    return answer.json()


def _large() -> onnx.ModelProto:
    """Return a convolution whose weights have some megabytes, all different."""
    weight = np.random.default_rng(0).normal(0, 1, (512, 512, 3, 3)).astype(np.float32)
    held = [numpy_helper.from_array(weight, "w")]
    return model([node("Conv", "x w", "y")], (1, 512, 4, 4), held)


def test_who_asks_for_weights_of_a_model_at_work_holds_nobody_else_up(
    client: TestClient, state: State
) -> None:
    told = _send(client, good())
    weight = f"{URL}/{told['name']}/tensors/{told['stages'][0]['tensors']['weight']}"
    at_work = state.uploads._hosts._lock
    with ThreadPoolExecutor(_CLIENTS + 1) as threads:
        with at_work:  # its process answers somebody who asked for much
            waiting = [threads.submit(client.get, weight) for _ in range(_CLIENTS)]
            alive = threads.submit(client.get, "/health/live").result(60)
            statuses = {one.result(60).status_code for one in waiting}
        assert alive.status_code == 200
        assert statuses == {503}
    assert client.get(weight).status_code == 200


def test_a_process_at_work_is_waited_for_as_long_as_anything(state: State) -> None:
    hosts = state.uploads._hosts
    hosts._lock.acquire()
    seen: list[Exception] = []

    def ask() -> None:
        try:
            hosts.ask("own", Path("nothing"), "facts")
        except Busy as busy:
            seen.append(busy)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(60)
    hosts._lock.release()
    assert "all at work" in str(seen[0])


def test_its_file_is_not_read_to_say_what_it_is(client: TestClient, state: State) -> None:
    sent = _large()
    name = _send(client, sent)["name"]
    tracemalloc.start()
    try:
        found = state.uploads.find(name)
        assert found is not None
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.file().size == len(sent.SerializeToString()) > 10 * most


@pytest.mark.parametrize("is_dropped", [False, True])
def test_a_slow_reader_of_its_file_holds_a_piece(tmp_path: Path, is_dropped: bool) -> None:
    whole = np.random.default_rng(0).bytes(1 << 20)
    path = tmp_path / "file"
    path.write_bytes(b"what is known" + whole)
    answer = RestOfFile(path, len(b"what is known"), "application/octet-stream", "m.onnx")
    if is_dropped:
        path.unlink()
    pieces: list[bytes] = []

    async def send(message: Message) -> None:
        pieces.append(message.get("body", b""))

    async def receive() -> Message:
        raise AssertionError

    asyncio.run(answer({"type": "http"}, receive, send))
    assert answer.headers["content-length"] == str(len(whole))
    assert max(map(len, pieces)) < len(whole) / 8
    assert b"".join(pieces) == whole
