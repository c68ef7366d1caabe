"""Each awkward request is answered as the contract says, and the service is well afterwards."""

import json
import re
import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.exports.files import EXPORTS
from app.main import create_app
from app.settings import Settings
from app.state import make_state
from tests.conftest import FULL
from tests.hostile.cases import LAYERS, LONG, READ_OR_NOT, SOFTMAX, Case, every_case
from tests.hostile.cases_further import every_further_case
from tests.hostile.cases_models import every_model
from tests.hostile.cases_stages import every_case_of_stages

_LONGEST_ANSWER = 6000
_SECONDS = 5.0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client to which no exception comes: what a server would answer is what it sees."""
    how = Settings(store_dir=tmp_path_factory.mktemp("store"))
    app = create_app(make_state(how))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as made:
        yield made


# Of more than ten thousand requests a few thousand, of all kinds; `make test-full` sends them all.
_EVERY = 1 if FULL else 9


def _some() -> list[Case]:
    others = [*every_case(), *every_further_case(), *every_case_of_stages()]
    return [*others[::_EVERY], *every_model()]


@pytest.mark.parametrize("case", _some(), ids=lambda case: case.name)
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


# Each is asked for in five forms more, so fewer of them.
_EVERY_LAYER = 1 if FULL else 37


def _of_layers() -> list[Case]:
    cases = [*every_case(), *every_further_case()]
    found = [c for c in cases if c.method == "POST" and re.match(rf"{LAYERS}/\w+(\?|$)", c.url)]
    return found[::_EVERY_LAYER]


@pytest.mark.parametrize("more", ["code=1&check=1", *(f"format={kind}" for kind in EXPORTS)])
@pytest.mark.parametrize("case", _of_layers(), ids=lambda case: case.name)
def test_is_answered_as_a_program_too(client: TestClient, case: Case, more: str) -> None:
    """With programs and a cross-check, and as each of the files."""
    path, _, query = case.url.partition("?")
    path = path if more.startswith("code") else f"{path}/export"
    headers = [(k.encode(), v.encode("latin-1")) for k, v in case.headers]
    started = time.perf_counter()
    answer = client.post(f"{path}?{query}&{more}", content=case.content, headers=headers)
    assert answer.status_code in READ_OR_NOT, answer.text[:400]
    assert time.perf_counter() - started < _SECONDS
