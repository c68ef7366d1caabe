"""What is told of a request to `/v2` below its routes, and what it takes."""

import gzip
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
import pytest
from starlette.testclient import TestClient
from tritonclient import http
from tritonclient.utils import InferenceServerException

from app.settings import Limits
from tests.hostile.fired import Memory, Target
from tests.observe.test_metrics import scrape
from tests.serving.server import Server, post, serving, until
from tests.v2.conftest import LENGTH, asked, in_bytes, infer, packed, tensor

# A session, the answer's head, and the steps by which heaps grow.
_BESIDE = 24_000_000
_ROUTE = "/v2/models/{name}/infer"
_HEAD = f"POST {infer('softmax')} HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def service() -> Iterator[Target]:
    with tempfile.TemporaryDirectory() as folder, serving(workers=1, store_dir=folder) as server:
        assert server.is_well()
        yield Target(server, Memory(server, Path(folder)))


@pytest.mark.parametrize(
    ("lines", "status", "said"),
    [
        (f"Content-Length: {10**15}\r\n", 413, "the body has 1000000000000000 bytes"),
        ("X: y\r\n" * 200, 431, "more than 100 headers"),
        ("Content-Length: 1\r\nExpect: nothing\r\n", 417, "Expect can be 100-continue"),
    ],
)
def test_what_no_route_sees_is_refused_in_its_form(
    server: Server, lines: str, status: int, said: str
) -> None:
    answer = server.ask(f"{_HEAD}{lines}\r\n".encode())
    assert answer.status == status
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json) == ["error"]
    assert said in answer.json["error"]


def test_what_is_refused_before_its_address_is_known_is_read_by_both(tmp_path: Path) -> None:
    """A problem of RFC 9457, which takes further members, and the text that these clients read."""
    with serving(workers=1, store_dir=tmp_path, log="off", connections=1) as full:
        assert until(lambda: full.connections() == 0)
        with full.link() as held, http.InferenceServerClient(f"127.0.0.1:{full.port}") as triton:
            assert full.is_well(held)
            with pytest.raises(InferenceServerException) as caught:
                triton.get_server_metadata()
        assert caught.value.message() == "there are 1 connections already"
        answer = full.ask(b"nothing\r\n\r\n")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["title"] == "What was sent cannot be read"
    assert (
        answer.json["error"] == answer.json["detail"] == "this is not HTTP as it can be read here"
    )


def test_busy_is_told_with_a_time(tmp_path: Path) -> None:
    said = orjson.dumps(asked(tensor("input", np.zeros(60_000))))
    with serving(store_dir=tmp_path, max_waiting=0, max_wait_seconds=1) as full:
        answer = full.ask(post(infer("softmax"), said))
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json == {"error": "0 requests are waiting for their turn"}


def test_errors_are_told_in_the_language_that_is_wanted(client: TestClient) -> None:
    answer = client.post(infer("softmax"), json={"inputs": []}, headers={"Accept-Language": "zh"})
    assert answer.json() == {"error": "input: 缺少张量“input”"}


@pytest.mark.parametrize("end", ["", "/ready", "/config"])
def test_a_version_stands_in_the_address_alone(client: TestClient, end: str) -> None:
    assert client.get(f"/v2/models/softmax{end}?version=2").status_code == 200
    assert client.get(f"/v2/models/softmax/versions/2{end}").status_code == 404
    paths = client.get("/openapi.json").json()["paths"]
    for path, names in {
        f"/v2/models/{{name}}{end}": ["name"],
        f"/v2/models/{{name}}/versions/{{version}}{end}": ["name", "version"],
    }.items():
        told = paths[path]["get"]["parameters"]
        assert [(one["name"], one["in"]) for one in told] == [(n, "path") for n in names]


@pytest.mark.parametrize("path", ["{name}", "{name}/versions/{version}"])
def test_bytes_behind_the_json_stand_in_the_openapi(client: TestClient, path: str) -> None:
    told = client.get("/openapi.json").json()["paths"][f"/v2/models/{path}/infer"]["post"]
    bytes_alone = {"schema": {"type": "string", "format": "binary"}}
    answer = told["responses"]["200"]
    for content in (told["requestBody"]["content"], answer["content"]):
        assert content["application/octet-stream"] == bytes_alone
    header = next(one for one in told["parameters"] if one["name"] == LENGTH)
    assert (header["in"], header.get("required", False)) == ("header", False)
    assert header["schema"] == answer["headers"][LENGTH]["schema"]
    assert header["schema"] == {"type": "integer", "minimum": 0}


def test_a_model_may_be_named_in_the_body_and_the_address_says_which_runs(
    client: TestClient,
) -> None:
    named = {"model_name": "conv", "model_version": "2"}
    answer = client.post(infer("softmax"), json=asked(tensor("input", [0.0, 0.0]), **named))
    told = answer.json()
    assert (told["model_name"], told["model_version"]) == ("softmax", "1")
    assert told["outputs"][0]["data"] == [0.5, 0.5]
    answer = client.post(infer("softmax"), json=asked(model_name=1))
    assert answer.json() == {"error": "model_name: must be text"}


def test_an_id_and_the_times_are_told(client: TestClient) -> None:
    said = asked(tensor("input", [0.0, 1.0]))
    answer = client.post(infer("softmax"), json=said, headers={"X-Request-ID": "mine"})
    assert answer.headers["x-request-id"] == "mine"
    told = answer.headers["server-timing"]
    assert [one.split(";")[0] for one in told.split(", ")] == ["decode", "run", "encode"]


def test_what_is_no_number_is_null_in_json_and_itself_in_bytes(client: TestClient) -> None:
    array = np.array([1, np.nan, np.inf, -np.inf], "<f4")
    wanted = [{"name": "output"}]
    body, headers = in_bytes("input", "FP32", [4], array.tobytes(), outputs=wanted)
    answer = client.post(infer("dropout"), content=body, headers=headers)
    assert answer.json()["outputs"][0]["data"] == [1, None, None, None]
    more = {"parameters": {"binary_data_output": True}}
    body, headers = in_bytes("input", "FP32", [4], array.tobytes(), **more)
    answer = client.post(infer("dropout"), content=body, headers=headers)
    found = np.frombuffer(answer.content[int(answer.headers[LENGTH]) :], "<f4")
    np.testing.assert_array_equal(found, array)


def test_requests_are_counted_by_route(client: TestClient) -> None:
    before = scrape(client)
    client.post(infer("softmax"), json=asked(tensor("input", [0.0, 1.0])))
    client.post(infer("softmax"), json=asked())
    client.post("/v2/models/softmax/versions/1/infer", json=asked())
    after = scrape(client)
    after.subtract(before)
    assert after[f"layerlab_requests_total route={_ROUTE} status=200"] == 1
    assert after[f"layerlab_requests_total route={_ROUTE} status=422"] == 1
    versioned = "/v2/models/{name}/versions/{version}/infer"
    assert after[f"layerlab_requests_total route={versioned} status=422"] == 1
    assert after["layerlab_refusals_total reason=invalid"] == 2
    for stage in ("decode", "run", "encode"):
        assert after[f"layerlab_request_seconds_count route={_ROUTE} stage={stage}"] == 1


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip", "gzip"),
        ("deflate", "deflate"),
        ("identity, gzip;q=0.5", "gzip"),
        ("gzip, deflate", None),
        ("gzip;q=0", None),
        ("br", None),
        ("", None),
    ],
)
def test_an_answer_is_compressed_where_one_way_is_named(
    client: TestClient, accept: str, coding: str | None
) -> None:
    said = asked(tensor("input", np.zeros(2000)))
    answer = client.post(infer("softmax"), json=said, headers={"Accept-Encoding": accept})
    assert answer.headers.get("content-encoding") == coding
    assert "Accept-Encoding" in answer.headers["vary"]
    assert len(answer.json()["outputs"][0]["data"]) == 2000
    assert (int(answer.headers["content-length"]) < 1000) == (coding is not None)


def test_the_length_of_the_json_is_told_as_it_is_unpacked(client: TestClient) -> None:
    body, headers = in_bytes(
        "input", "FP32", [2], bytes(8), parameters={"binary_data_output": True}
    )
    headers = {**headers, "Accept-Encoding": "gzip", "Content-Encoding": "gzip"}
    answer = client.post(infer("softmax"), content=gzip.compress(body), headers=headers)
    size = int(answer.headers[LENGTH])
    assert orjson.loads(answer.content[:size])["model_name"] == "softmax"
    np.testing.assert_array_equal(np.frombuffer(answer.content[size:], "<f4"), [0.5, 0.5])


def _large(kind: str, datatype: str, begins: int) -> tuple[bytes, int]:
    """Return numbers as bytes that begin so many bytes into a body, with the JSON's length."""
    array = np.ones((3000, 2000), kind)
    name = "input"
    while True:
        more = {"id": name, "parameters": {"binary_data_output": True}}
        body, headers = in_bytes("input", datatype, [3000, 2000], array.tobytes(), **more)
        if int(headers[LENGTH]) % 8 == begins:
            return body, int(headers[LENGTH])
        name += "x"


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize(
    ("kind", "datatype", "begins"),
    [("float32", "FP32", 0), ("float32", "FP32", 3), ("float64", "FP64", 0), ("int8", "INT8", 1)],
)
def test_it_takes_no_more_than_it_was_let_in_with(
    service: Target, kind: str, datatype: str, begins: int, coding: str
) -> None:
    body, size = _large(kind, datatype, begins)
    numbers = 3000 * 2000 * 4
    # The input in float32 and the output; what was unpacked, for a moment in pieces too.
    let_in = 2 * numbers + (2 * len(body) if coding == "gzip" else 0)
    sent = gzip.compress(body, 1) if coding == "gzip" else body
    head = (f"{LENGTH}: {size}", f"Content-Encoding: {coding}")
    before = service.memory.now()
    with service.memory.of_one():
        answer = service.server.ask(
            post(infer("activation"), sent, *head, kind="application/octet-stream")
        )
    assert answer.status == 200
    length = int(answer.headers[LENGTH.lower()])
    np.testing.assert_array_equal(np.frombuffer(answer.body[length:], "<f4"), 1)
    # The body is counted apart; it came in pieces, and was put together.
    assert service.memory.peak - before <= let_in + 2 * len(sent) + _BESIDE


def test_what_is_unpacked_has_the_same_limits(client: TestClient) -> None:
    body, headers = packed(asked(), b" " * (Limits().body_bytes + 1))
    coded = {**headers, "Content-Encoding": "deflate"}
    answer = client.post(infer("softmax"), content=_deflated(body), headers=coded)
    assert answer.status_code == 413
    assert str(Limits().body_bytes) in answer.json()["error"]


def _deflated(body: bytes) -> bytes:
    return zlib.compress(body, 1)
