"""Small work is done at once, on the event loop; what may go to another device never is."""

import threading
from pathlib import Path

import httpx2
import numpy as np
import orjson
import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.api.jobs import SMALL_EFFORT, Endpoint, Job, Weigh
from app.api.layers.routes import weigh_run
from app.api.pipeline.routes import weigh_pipeline
from app.api.request.body import NPY, SentHeaders
from app.api.v2.infer import weigh_infer
from app.api.v2.sent import BYTES, HEADER_LENGTH
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


def _sent(kind: str, **more: str) -> SentHeaders:
    told = {"content-type": kind, **more}
    return SentHeaders({"headers": [(n.encode(), v.encode()) for n, v in told.items()]})


def _asked(route: str, form: str, numbers: Array) -> tuple[Weigh, str, bytes, Headers, str]:
    """Return a request to one of the routes, in bytes, and how it is weighed."""
    if route == "layer":
        return weigh_run, "activation", npy(numbers), _sent(NPY), f"format={form}"
    if route == "pipeline":
        said = {"layers": '[{"layer": "activation"}]', "format": form}
        request = httpx2.Request("POST", "http://a", data=said, files={"input": npy(numbers)})
        kind = request.headers["content-type"]
        return weigh_pipeline, "", request.read(), _sent(kind), ""
    parameters = {"binary_data_output": form == "npy"}
    told = {"name": "input", "datatype": "FP32", "shape": numbers.shape}
    size = {"binary_data_size": numbers.nbytes}
    head = orjson.dumps({"parameters": parameters, "inputs": [told | {"parameters": size}]})
    headers = _sent(BYTES, **{HEADER_LENGTH.lower(): str(len(head))})
    return weigh_infer, "activation", head + numbers.tobytes(), headers, ""


@pytest.mark.parametrize("route", ["layer", "pipeline", "v2"])
@pytest.mark.parametrize("form", ["npy", "json", "png"])
@pytest.mark.parametrize("side", [400, 1000])
def test_many_numbers_are_written_in_their_turn(
    tmp_path: Path, route: str, form: str, side: int
) -> None:
    numbers = np.zeros((1, 1, side, side), np.float32)
    weigh, name, body, headers, query = _asked(route, form, numbers)
    job = weigh(make_state(Settings(store_dir=tmp_path)), name, body, headers, query)
    assert (job.effort < SMALL_EFFORT) == (form == "npy" or side == 400)
