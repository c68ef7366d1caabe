"""Each answer carries the id of its request: the client's, or one made here."""

import pytest
from starlette.testclient import TestClient

ANSWERS = [
    ("GET", "/api/v1/layers", 200),
    ("GET", "/en/", 200),
    ("GET", "/", 307),
    ("GET", "/static/css/tokens.css", 200),
    ("HEAD", "/static/css/tokens.css", 200),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/a/b/c/d", 404),
    ("PUT", "/api/v1/layers/softmax", 405),
    ("POST", "/api/v1/layers/softmax", 422),
    ("GET", "/openapi.json", 200),
    ("GET", "/metrics", 200),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_echoes_the_id(
    client: TestClient, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path, headers={"X-Request-ID": "a.B_9-z"})
    assert answer.status_code == status
    assert answer.headers.get_list("x-request-id") == ["a.B_9-z"]


def test_an_answer_that_has_not_changed_too(client: TestClient) -> None:
    first = client.get("/static/css/tokens.css")
    again = client.get(
        "/static/css/tokens.css",
        headers={"If-None-Match": first.headers["etag"], "X-Request-ID": "same"},
    )
    assert (again.status_code, again.headers["x-request-id"]) == (304, "same")


def test_our_own_mistakes_too(broken: TestClient) -> None:
    answer = broken.get(f"/api/v1/tensors/{'a' * 32}", headers={"X-Request-ID": "mistake"})
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "mistake"
    assert answer.headers["content-type"] == "application/problem+json"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "sent", ["", " ", "a b", "a" * 65, "a\tb", "<script>", "ü", "a/b", "%0a", '"', "{}", "a,b"]
)
def test_an_id_that_is_not_well_formed_is_replaced(client: TestClient, sent: str) -> None:
    header = [(b"X-Request-ID", sent.encode("latin-1"))]
    made = [client.get("/health/live", headers=header).headers["x-request-id"] for _ in "ab"]
    assert made[0] != made[1]
    assert all(id.replace("-", "").isalnum() and id != sent for id in made)


def test_the_longest_id(client: TestClient) -> None:
    answer = client.get("/health/live", headers={"X-Request-ID": "a" * 64})
    assert answer.headers["x-request-id"] == "a" * 64
