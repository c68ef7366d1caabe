"""Each awkward request is answered as the contract says, and the service is well afterwards."""

import json
import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.state import make_state
from tests.hostile.cases import LONG, SOFTMAX, Case, every_case
from tests.hostile.cases_further import every_further_case

_LONGEST_ANSWER = 6000
_SECONDS = 5.0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client to which no exception comes: what a server would answer is what it sees."""
    how = Settings(store_dir=tmp_path_factory.mktemp("store"))
    app = create_app(make_state(how))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


@pytest.mark.parametrize("case", [*every_case(), *every_further_case()], ids=lambda case: case.name)
def test_is_answered(client: TestClient, case: Case) -> None:
    started = time.perf_counter()
    headers = [(k.encode(), v.encode("latin-1")) for k, v in case.headers]
    answer = client.request(case.method, case.url, content=case.content, headers=headers)
    assert answer.status_code in case.statuses, answer.text[:400]
    assert time.perf_counter() - started < _SECONDS
    if answer.status_code < 400 or case.method == "HEAD":
        return
    assert answer.headers["content-type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert problem["status"] == answer.status_code
    assert all(
        isinstance(problem[key], str) and problem[key] for key in ("type", "title", "detail")
    )
    assert LONG not in answer.text
    assert len(answer.content) < _LONGEST_ANSWER
    good = client.post(SOFTMAX, json={"input": [0, 0]})
    assert good.json()["output"] == [0.5, 0.5]
