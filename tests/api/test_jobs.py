"""Small work is done at once, on the event loop; what may go to another device never is."""

import threading
from pathlib import Path

import numpy as np
import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.api.body import NPY
from app.api.jobs import Endpoint, Job
from app.main import create_app
from app.settings import Settings
from app.state import State, make_state
from app.tensors.npy import read_npy
from tests.api.conftest import Array, npy


@pytest.mark.parametrize("may_leave", [False, True])
def test_where_small_work_is_done(tmp_path: Path, may_leave: bool) -> None:
    weighed, worked = list[int](), list[int]()

    def weigh(_state: State, _name: str, _body: bytes, _headers: Headers, _query: str) -> Job:
        weighed.append(threading.get_ident())

        def work() -> Response:
            worked.append(threading.get_ident())
            return Response("done")

        return Job(work, 0, 0, may_leave)

    app = create_app(make_state(Settings(store_dir=tmp_path)))
    app.router.routes.insert(0, Route("/tried", Endpoint(weigh), methods=["POST"]))
    with TestClient(app) as client:
        assert client.post("/tried", json={}).text == "done"
    assert (weighed != worked) == may_leave


@pytest.mark.parametrize(
    ("sent", "is_at_once"),
    [
        (np.zeros((1024, 1024), np.float32), True),
        (np.zeros((1024, 1028), np.float32), False),
        (np.zeros((1000, 1000), np.uint8), True),
        # Four times as large as float32.
        (np.zeros((1100, 1100), np.uint8), False),
    ],
)
def test_where_npy_is_read(tmp_path: Path, sent: Array, is_at_once: bool) -> None:
    threads = list[int]()

    def weigh(state: State, _name: str, body: bytes, _headers: Headers, _query: str) -> Job:
        read_npy(body, state.limits)
        threads.append(threading.get_ident())
        return Job(lambda: Response("done"), 0, 0)

    async def where(_: Request) -> Response:
        return Response(str(threading.get_ident()))

    app = create_app(make_state(Settings(store_dir=tmp_path)))
    routes = [Route("/tried", Endpoint(weigh), methods=["POST"]), Route("/where", where)]
    app.router.routes[:0] = routes
    with TestClient(app) as client:
        loop = int(client.get("/where").text)
        answer = client.post("/tried", content=npy(sent), headers={"content-type": NPY})
    assert answer.text == "done"
    assert (threads == [loop]) == is_at_once
    assert len(threads) == 1
