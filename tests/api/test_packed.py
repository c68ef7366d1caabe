"""Pages and the texts beside them are compressed for who takes that, and for nobody else."""

import gzip

import pytest
from starlette.testclient import TestClient

from app.settings import ROOT

_SCRIPT = "/static/js/theme.js"
_TEXTS = {"/en/": b"<!doctype html>", _SCRIPT: b"", "/static/css/base.css": b""}
each = pytest.mark.parametrize("url", _TEXTS)


def _read(
    client: TestClient, url: str, accept: str, **headers: str
) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body as it was on the way, not unpacked by the client."""
    sent = {"Accept-Encoding": accept, **headers}
    with client.stream("GET", url, headers=sent) as answer:
        return dict(answer.headers), b"".join(answer.iter_raw())


@each
@pytest.mark.parametrize("accept", ["gzip", "gzip, deflate, br, zstd", "br, GZIP;q=0.5"])
def test_who_takes_it_gets_the_same_in_fewer_bytes(
    client: TestClient, url: str, accept: str
) -> None:
    plain, whole = _read(client, url, "identity")
    told, body = _read(client, url, accept)
    assert told["content-encoding"] == "gzip"
    assert int(told["content-length"]) == len(body) < len(whole)
    assert gzip.decompress(body) == whole
    for name in ("content-type", "cache-control", "vary"):
        assert told[name] == plain[name]
    assert "Accept-Encoding" in told["vary"]


@each
@pytest.mark.parametrize(
    "accept", ["", "identity", "gzip;q=0", "br", "*", "gzip;q=0.2, identity;q=1"]
)
def test_who_does_not_gets_it_as_it_is(client: TestClient, url: str, accept: str) -> None:
    told, body = _read(client, url, accept)
    assert "content-encoding" not in told
    assert body.startswith(_TEXTS[url])
    assert int(told["content-length"]) == len(body)


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    told, _ = _read(client, _SCRIPT, "gzip")
    assert told["etag"].startswith("W/")
    again = client.get(_SCRIPT, headers={"If-None-Match": told["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == told["etag"]  # RFC 9110, 15.4.5
    assert "Accept-Encoding" in again.headers["vary"]


def test_a_part_is_one_of_the_file_itself(client: TestClient) -> None:
    told, body = _read(client, _SCRIPT, "gzip", Range="bytes=3-7")
    assert "content-encoding" not in told
    assert body == (ROOT / _SCRIPT[1:]).read_bytes()[3:8]


@pytest.mark.parametrize("url", ["/static/samples/chelsea.jpg", "/static/samples/grid.npy"])
def test_pictures_and_numbers_are_left_as_they_are(client: TestClient, url: str) -> None:
    told, body = _read(client, url, "gzip")
    assert "content-encoding" not in told
    assert body == (ROOT / url[1:]).read_bytes()
