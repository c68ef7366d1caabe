"""Small work is done at once, on the event loop; what may go to another device never is."""

import threading
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.api.jobs import Endpoint, Job
from app.main import create_app
from app.settings import Settings
from app.state import State, make_state


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
