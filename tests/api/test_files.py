"""A part of a file, and headers that ask for what no file has."""

import pytest
from starlette.testclient import TestClient

from app.settings import ROOT

_STATIC = "/static/samples/chelsea.jpg"
_FILES = {
    _STATIC: ROOT / "static/samples/chelsea.jpg",
    "/api/v1/models/one-conv/file": ROOT / "models/one-conv/model.onnx",
}
each = pytest.mark.parametrize("url", _FILES)


@each
@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=0-0", slice(0, 1)), ("bytes=5-9", slice(5, 10)), ("bytes=100-", slice(100, None)),
     ("bytes=-3", slice(-3, None)), ("bytes=2-99999999", slice(2, None))],
)  # fmt: skip
def test_one_part_is_given(client: TestClient, url: str, asked: str, part: slice) -> None:
    whole = _FILES[url].read_bytes()
    answer = client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, whole[part])
    first, last = range(len(whole))[part][0], range(len(whole))[part][-1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"


@each
@pytest.mark.parametrize(
    "asked",
    ["bytes=" + ",".join(["0-0"] * 10_000), "bytes=0-0,2-2", "bytes=5-1", "bytes=999999999-",
     "bytes=a-b", "bytes=", "bytes", "lines=0-1", "bytes=-0", "bytes=" + "9" * 5000 + "-"],
    ids=lambda asked: asked[:20],
)  # fmt: skip
def test_what_cannot_be_given_is_passed_over(client: TestClient, url: str, asked: str) -> None:
    answer = client.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, _FILES[url].read_bytes())


def test_two_headers_are_passed_over_too(client: TestClient) -> None:
    answer = client.get(_STATIC, headers=[("Range", "bytes=0-0"), ("Range", "bytes=1-1")])
    assert answer.status_code == 200


def test_what_has_not_changed_is_not_sent(client: TestClient) -> None:
    first = client.get(_STATIC)
    again = client.get(_STATIC, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
