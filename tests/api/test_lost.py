"""What is said where nothing is: a page to a person, a problem to a program."""

import pytest
from starlette.testclient import TestClient

from app.layers import LABS

# As browsers send it.
PERSON = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "language", "heading"),
    [
        ("/en/nonsense", "zh", "Nothing is at this address"),
        ("/zh/nonsense", "en", "这个地址没有内容"),
        ("/zh/conv/more", "en", "这个地址没有内容"),
        ("/fr/", "zh-CN", "这个地址没有内容"),
        ("/nonsense", "fr, en;q=0.5", "Nothing is at this address"),
        ("/en/%22%3E%3Cscript%3E", "en", "Nothing is at this address"),
    ],
)
def test_a_person_gets_a_page(client: TestClient, path: str, language: str, heading: str) -> None:
    answer = client.get(path, headers={"Accept": PERSON, "Accept-Language": language})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["vary"] == "Accept, Accept-Language"
    shown = "zh" if heading.startswith("这") else "en"
    assert answer.headers["content-language"] == shown
    assert f"<h1>{heading}</h1>" in answer.text
    assert "<script>" not in answer.text
    for layer in LABS:
        assert f'href="/{shown}/{layer}"' in answer.text


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/en/nonsense", "*/*"),
        ("/en/nonsense", "application/json"),
        ("/en/nonsense", "application/json, text/html;q=0.5"),
        ("/en/nonsense", "text/html;q=0, */*"),
        ("/nonsense", ""),
        ("/api/v1/nonsense", PERSON),
        ("/api/v1/tensors/" + "0" * 32, PERSON),
        ("/health/nonsense", PERSON),
        ("/static/nonsense", PERSON),
    ],
)
def test_a_program_gets_a_problem(client: TestClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["vary"] == "Accept, Accept-Language"
    assert answer.json()["status"] == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    [
        *("/v2/nonsense", "/v2/models", "/v2/models/", "/v2/networks", "/v2/build", "/v2/conv"),
        *("/api", "/api/", "/api/v1", "/api/v1/", "/api/nonsense", "/api/v1/nonsense"),
        *("/health", "/health/", "/health/nonsense", "/metrics/nonsense", "/nonsense/conv"),
    ],
)
def test_where_nothing_is_no_method_is_allowed(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, path, follow_redirects=False)
    assert answer.status_code == 404
    assert "allow" not in answer.headers


def test_a_slash_behind_an_address_leads_to_it(client: TestClient) -> None:
    answer = client.get("/v2/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/v2")
    answer = client.get("/health/live/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/health/live")


@pytest.mark.parametrize("end", ["", "/"])
@pytest.mark.parametrize("page", ["build", "networks", "networks/lenet-digits", *LABS])
def test_a_page_named_without_a_language_is_found(client: TestClient, page: str, end: str) -> None:
    for language in ("en", "zh"):
        headers = {"Accept-Language": language}
        answer = client.get(f"/{page}{end}?a=1&b=%2F", headers=headers, follow_redirects=False)
        assert answer.status_code == 307
        assert answer.headers["location"] == f"/{language}/{page}?a=1&b=%2F"
        assert answer.headers["vary"] == "Accept-Language"
        assert client.get(f"/{language}/{page}").status_code == 200


@pytest.mark.parametrize("accept", ["*/*", PERSON])
def test_a_client_of_model_servers_gets_its_own_form(client: TestClient, accept: str) -> None:
    answer = client.get("/v2/nonsense", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    offered = "GET /v2 lists the extensions of the protocol that are offered here"
    assert answer.json() == {"error": f"nothing is at this address; {offered}"}


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("/en", "/en/"),
        ("/zh?a=1&b=%2F", "/zh/?a=1&b=%2F"),
        ("/en/build/", "/en/build"),
        ("/en/conv/?stride=2", "/en/conv?stride=2"),
        ("/api/v1/layers/", "/api/v1/layers"),
        ("/static", "/static/"),
    ],
)
def test_a_slash_at_the_end_leads_on_within_this_host(
    client: TestClient, asked: str, there: str
) -> None:
    answer = client.get(asked, headers={"Host": "evil.example"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, there)


@pytest.mark.parametrize("path", ["//evil.example/en/", "//evil.example", "///", "/%2Fevil/"])
def test_no_slash_leads_to_another_host(client: TestClient, path: str) -> None:
    answer = client.get(f"http://testserver{path}", follow_redirects=False)
    where = answer.headers.get("location", "/")
    assert where.startswith("/")
    assert not where.startswith("//")
