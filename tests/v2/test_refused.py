"""Every awkward request to `/v2` is answered, and refused in its own form."""

import json

import pytest
from starlette.testclient import TestClient

from tests.hostile.cases import LONG, Case
from tests.hostile.cases_v2 import every_case_of_v2
from tests.v2.conftest import asked, infer, tensor

_LONGEST = 6000


@pytest.mark.parametrize("case", every_case_of_v2(), ids=lambda case: case.name)
def test_is_answered(client: TestClient, case: Case) -> None:
    headers = [(k.encode(), v.encode("utf-8")) for k, v in case.headers]
    answer = client.request(
        case.method, case.url, content=case.content, headers=headers, follow_redirects=False
    )
    assert answer.status_code in case.statuses, answer.text[:400]
    if answer.status_code >= 400 and case.method != "HEAD":
        assert answer.headers["content-type"] == "application/json"
        told = json.loads(answer.content)
        assert list(told) == ["error"]
        assert told["error"]
        assert LONG not in answer.text
        assert len(answer.content) < _LONGEST
    good = client.post(infer("softmax"), json=asked(tensor("input", [0.0, 0.0])))
    assert good.json()["outputs"][0]["data"] == [0.5, 0.5]


def test_the_index_takes_json_or_nothing(client: TestClient) -> None:
    assert client.post("/v2/repository/index").status_code == 200
    # Blank to Python, not to JSON.
    assert client.post("/v2/repository/index", content=b"\x0b").status_code == 400
