"""Errors are part of the product: the status, the place, the rule with its numbers."""

import gzip
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import npy, png
from tests.tensors.painted import RAMP, encoded

CONV = "/api/v1/layers/conv"
X = [[0.0] * 5] * 5
JSON = {"Content-Type": "application/json"}


def _problem(answer: Any, status: int, *loc: str | int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == status
    if loc:
        assert body["errors"][0]["loc"] == list(loc)
    return str(body["detail"])


@pytest.mark.parametrize(
    ("params", "loc", "said"),
    [
        (
            {"out_channels": 1, "kernel_size": 9, "padding": 1},
            "kernel_size",
            "kernel_size 9 is larger than the padded input 5 + 2·1 = 7",
        ),
        ({"kernal": "box"}, "kernal", "there is no field 'kernal' here; did you mean 'kernel'?"),
        ({"kernel": "soble_x"}, "kernel", "no filter is called 'soble_x'"),
        ({"kernel": "box", "stride": 0}, "stride", "must be at least 1, not 0"),
        (
            {"kernel": "box", "stride": -(10**12)},
            "stride",
            "must be at least 1, not −1",
        ),
        ({"kernel": "box", "stride": [1, 2, 3, 4]}, "stride", "has 4 numbers"),
        ({"kernel": "box", "stride": "1"}, "stride", "must be a whole number"),
        ({"kernel": "box", "stride": True}, "stride", "must be a whole number"),
        ({"kernel": "box", "stride": 1.5}, "stride", "must be a whole number"),
        ({"kernel": "box", "padding": [1, 2, 3]}, "padding", "padding has 3 numbers"),
        ({"kernel": "box", "groups": 2}, "groups", "groups 2 must divide both the 1 input"),
        ({"out_channels": 4, "seed": 1.5}, "seed", "must be a whole number"),
        ({}, "weight", "one of weight, kernel or out_channels must be there"),
        ({"weight": [[1, 2], [3, 4]]}, "weight", "a weight of 2 axes"),
        ({"weight": [[[[1.0]]], [[[1.0]]]], "bias": [1, 2, 3]}, "bias", "bias [3] must have one"),
        ({"kernel": "box", "device": "cuda:7"}, "device", "device 'cuda:7' is not here"),
        (
            {"kernel": "box", "padding_mode": "mirror"},
            "padding_mode",
            "must be one of zeros, ",
        ),
        (
            {"kernel": "box", "padding": 5, "padding_mode": "reflect"},
            "padding",
            "can take at most 4 from an axis of 5",
        ),
    ],
)
def test_the_rule_and_the_numbers(
    client: TestClient, params: dict[str, Any], loc: str, said: str
) -> None:
    assert said in _problem(client.post(CONV, json={"input": X, **params}), 422, loc)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"layer": "activation", "fuction": "relu"}, "did you mean 'function'?"),
        ({"layer": "pooling", "mdoe": "avg"}, "did you mean 'mode'?"),
        ({"layer": "activation", "slope": 1}, "there are function, input, layer"),
        ({"layer": "flatten", "lyaer": "flatten"}, "did you mean 'layer'?"),
    ],
)
def test_what_chooses_a_layer_is_among_the_names_told_in_a_chain(
    client: TestClient, wrong: dict[str, Any], said: str
) -> None:
    answer = client.post("/api/v1/pipeline", json={"input": [1], "layers": [wrong]})
    assert said in _problem(answer, 422, "layers", 0, [*wrong][-1])


@pytest.mark.parametrize(
    ("layer", "wrong", "said"),
    [
        ("activation", {"fuction": "relu"}, "did you mean 'function'?"),
        ("pooling", {"mdoe": "avg"}, "did you mean 'mode'?"),
    ],
)
def test_what_chooses_a_layer_is_among_the_names_told(
    client: TestClient, layer: str, wrong: dict[str, Any], said: str
) -> None:
    for end, tensor in (("", [1]), ("/plan", {"shape": [1]})):
        answer = client.post(f"/api/v1/layers/{layer}{end}", json={"input": tensor} | wrong)
        assert said in _problem(answer, 422, *wrong)
    inputs = [{"name": "input", "shape": [1], "datatype": "FP32", "data": [1]}]
    answer = client.post(f"/v2/models/{layer}/infer", json={"inputs": inputs, "parameters": wrong})
    assert said in answer.json()["error"]


@pytest.mark.parametrize(
    ("tensor", "said"),
    [
        ([[1, 2], [3]], "the list is ragged: [2] at [0], but [1] at [1]"),
        ([[1, None], [3, 4]], "null at [0, 1] is not a number"),
        ([[1, "2"], [3, 4]], "text at [0, 1] is not a number"),
        ([[1, True], [3, 4]], "true at [0, 1] is not a number"),
        ([[1, 1e39], [3, 4]], "the number at [0, 1] is too large for float32"),
        ([[1, {}], [3, 4]], "an object at [0, 1] is not a number"),
        ([1, [2]], "the list is ragged"),
        ("1,2", "not text"),
        ({"shape": [3], "data": [1, 2]}, "shape [3] has 3 elements, but data has 2"),
        ({"data": [1.5], "dtype": "int32"}, "1.5 at [0] is no int32"),
        ({"data": [1], "dtype": "complex64"}, "dtype 'complex64' is not one of"),
        ({"numbers": [1]}, "a tensor object has 'data'"),
    ],
)
def test_the_place_in_a_tensor(client: TestClient, tensor: Any, said: str) -> None:
    answer = client.post("/api/v1/layers/softmax", json={"input": tensor})
    assert said in _problem(answer, 422, "input")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'{"input": NaN}',
        b'{"input": [1], "note": "\\ud800"}',
        b"\xff\xfe",
    ],
)
def test_a_body_that_is_not_json(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/v1/layers/softmax", content=body, headers=JSON)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/layers/softmax", "/api/v1/pipeline", "/api/v1/tensors"])
@pytest.mark.parametrize("body", [b'{"input":[1.25,1.25]}', b' \n{"input": 1}', b"[[12345]]"])
def test_json_that_is_said_to_be_a_form(client: TestClient, path: str, body: bytes) -> None:
    """Some programs say so of whatever they send, if nobody says otherwise."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post(path, content=body, headers=form)
    assert "send it with Content-Type: application/json" in _problem(answer, 415)
    assert "input" not in answer.text
    assert "12345" not in answer.text


@pytest.mark.parametrize("body", [b"", b"garbage", b"\x93NUMP", b"\x89PN"])
@pytest.mark.parametrize("kind", ["application/x-npy", "image/png", "image/jpeg", "image/tiff"])
def test_a_body_that_does_not_begin_as_it_says(client: TestClient, kind: str, body: bytes) -> None:
    answer = client.post("/api/v1/layers/softmax", content=body, headers={"Content-Type": kind})
    assert f"does not begin as '{kind}' does" in _problem(answer, 400, "input")


def test_a_picture_of_a_kind_that_is_not_read(client: TestClient) -> None:
    for kind in ("image/svg+xml", "image/avif", "image/x"):
        answer = client.post(
            "/api/v1/layers/softmax", content=b"<svg/>", headers={"Content-Type": kind}
        )
        _problem(answer, 415, "input")


def test_a_list_of_very_many_axes(client: TestClient) -> None:
    body = b'{"input": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = client.post("/api/v1/layers/softmax", content=body, headers=JSON)
    assert "100000 axes" in _problem(answer, 413, "input")


def test_a_long_list_is_for_tensors_only(client: TestClient) -> None:
    long = [1] * 20_000
    for field in ("padding", "stride", "device", "fields", "format", "refs"):
        body = {"input": X, "kernel": "box", field: long}
        _problem(client.post(CONV, json=body), 422, field)
    for described in ({"dtype": long}, {"shape": long}, {"ref": long}):
        answer = client.post(CONV, json={"input": {"data": [1], **described}, "kernel": "box"})
        assert _problem(answer, 422, "input")
    for at in (long, [long]):
        body = {"input": X, "kernel": "box", "at": at}
        _problem(client.post(f"{CONV}/explain", json=body), 422, "at")


def test_json_is_short_but_for_tensors(client: TestClient) -> None:
    body = {"input": X, "kernel": ["box"] * 200_000}
    assert "besides long lists" in _problem(client.post(CONV, json=body), 413)


def test_two_fields_that_do_not_go_together_name_one_of_them(client: TestClient) -> None:
    given = {"input": X, "function": "hardtanh", "min_val": 2}
    answer = client.post("/api/v1/layers/activation", json=given)
    assert _problem(answer, 422, "min_val") == "min_val 2.0 is above max_val 1.0"


TOO_LARGE = ("1e400", "-1.5E+999", "9" * 309, "9" * 5000, "1" + "0" * 400 + ".5")


@pytest.mark.parametrize("number", TOO_LARGE)
@pytest.mark.parametrize("others", [1, 100_000])
def test_a_number_past_float64_is_told_as_one_past_float32(
    client: TestClient, number: str, others: int
) -> None:
    """The second list is so long that it is read another way."""
    body = f'{{"input": [{"1," * others}{number}, 2]}}'.encode()
    answer = client.post("/api/v1/layers/softmax", content=body, headers=JSON)
    assert "is too large for float32, which ends at 3.4e38" in _problem(answer, 422)


def test_where_a_number_past_float64_stands(client: TestClient) -> None:
    body = b'{"input":\n [1, 1e400]}'
    answer = client.post("/api/v1/layers/softmax", content=body, headers=JSON)
    assert "the number at line 2, column 6 is too large" in _problem(answer, 422, "body")
    answer = client.post("/api/v1/layers/softmax", data={"input": "[1]", "dim": "1e400"})
    assert "too large" in _problem(answer, 422, "dim")
    layers = {"layers": ("l", b'[{"layer": "softmax", "dim": 1e400}]')}
    answer = client.post("/api/v1/pipeline", data={"input": "[[1]]"}, files=layers)
    assert "too large" in _problem(answer, 422, "layers")


@pytest.mark.parametrize("number", ["1e", "01", "1.e400", "+1e400", "Infinity"])
def test_what_is_no_number_is_no_json(client: TestClient, number: str) -> None:
    body = f'{{"input": [1, {number}]}}'.encode()
    answer = client.post("/api/v1/layers/softmax", content=body, headers=JSON)
    assert "the body is not JSON" in _problem(answer, 400)


def test_the_input_is_never_echoed(client: TestClient) -> None:
    secret = "s3cret" * 40
    for body in ({"input": [secret]}, {"input": [1], "dim": secret}, {"input": {"data": secret}}):
        assert secret not in client.post("/api/v1/layers/softmax", json=body).text


def test_statuses(client: TestClient) -> None:
    _problem(client.post("/api/v1/layers/convolution", json={}), 404)
    _problem(client.get("/nothing/at/all"), 404)
    _problem(client.get(CONV), 405)
    good = {"input": X, "kernel": "box"}
    _problem(client.post(CONV, json=good, headers={"Accept": "text/csv"}), 406)
    _problem(client.post(CONV, content=b"a,b", headers={"Content-Type": "text/csv"}), 415)
    _problem(client.post(CONV, files={"input": ("a.png", b"hello")}), 415, "input")
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    told = _problem(client.post(CONV, content=gzip.compress(b"{}"), headers=packed), 415)
    assert "without Content-Encoding" in told
    for url in ("/api/v1/pipeline/open", "/v2/repository/index"):
        packed = {"Content-Encoding": "gzip", "Content-Type": "application/octet-stream"}
        assert client.post(url, content=gzip.compress(b"{}"), headers=packed).status_code == 415
    for coding in ("identity", "identity, identity", "", " , Identity"):
        plain = {"Content-Encoding": coding}
        answer = client.post("/api/v1/layers/softmax", json={"input": [0]}, headers=plain)
        assert answer.status_code == 200
    _problem(client.post(f"{CONV}?format=bmp", json=good), 422, "format")
    _problem(client.post(CONV, json={**good, "input": {"ref": "x"}}), 404, "input")


def test_a_tensor_that_is_gone_says_so_in_its_type(client: TestClient) -> None:
    answer = client.post("/api/v1/layers/softmax", json={"input": {"ref": "A" * 32}})
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/tensor-gone")


@pytest.mark.parametrize(("language", "told"), [("zh-CN", "zh"), ("fr", "en"), (None, "en")])
def test_a_problem_says_its_language_to_caches(
    client: TestClient, language: str | None, told: str
) -> None:
    asked = {"Accept-Language": language} if language else {}
    for answer in (
        client.post(CONV, json={"input": X}, headers=asked),
        client.post("/v2/models/conv/infer", json={}, headers=asked),
        client.get("/api/v1/nothing", headers=asked),
        client.get(CONV, headers=asked),
    ):
        assert answer.status_code in (404, 405, 422)
        assert answer.headers["content-language"] == told
        assert "Accept-Language" in answer.headers["vary"]


def test_chinese_readers_are_answered_in_chinese(client: TestClient) -> None:
    body = {"input": X, "out_channels": 1, "kernel_size": 9}
    answer = client.post(CONV, json=body, headers={"Accept-Language": "zh-CN,en;q=0.5"})
    said = answer.json()["detail"]
    assert "9" in said
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said)


Maker = Callable[..., TestClient]


def test_limits_of_what_is_sent(limited: Maker) -> None:
    assert "at most 100" in _problem(
        limited(body_bytes=100).post(CONV, content=b"0" * 101, headers={"Content-Type": "x/y"}), 413
    )
    assert "at most 50" in _problem(
        limited(json_bytes=50).post(CONV, content=b" " * 51, headers=JSON), 413
    )
    files = {"input": ("a", png(np.zeros((20, 20), np.uint8)))}
    assert "20 × 20 = 400 pixels" in _problem(
        limited(pixels=399).post(f"{CONV}?kernel=box", files=files), 413
    )
    tensor = {"input": ("a", npy(np.zeros(11)))}
    assert "11 elements" in _problem(
        limited(elements=10).post("/api/v1/layers/softmax", files=tensor), 413
    )
    parts = {f"p{i}": "1" for i in range(5)}
    _problem(limited(parts=4).post(CONV, data=parts, files={"input": ("a", b"")}), 413)


def test_limits_of_what_would_be_made(limited: Maker) -> None:
    body = {"input": X, "kernel": "box", "padding": 1000}
    assert "the output would have 4012009 elements" in _problem(
        limited(output_elements=10**6).post(CONV, json=body), 413
    )
    assert "multiply-accumulates" in _problem(limited(macs=1000).post(CONV, json=body), 413)
    assert "working memory" in _problem(limited(working_bytes=10**6).post(CONV, json=body), 413)
    small = {"input": X, "kernel": "box", "padding": 10}
    said = _problem(limited(json_elements=100).post(CONV, json=small), 413)
    assert "application/x-npy" in said


def test_terabytes_are_refused_before_anything_is_allocated(client: TestClient) -> None:
    body = {"input": X, "out_channels": 65536, "padding": 2**31 - 1}
    _problem(client.post(CONV, json=body), 413)


def test_a_field_given_twice(client: TestClient) -> None:
    answer = client.post(f"{CONV}?stride=2", json={"input": X, "kernel": "box", "stride": 1})
    assert "given twice" in _problem(answer, 422, "stride")


def test_a_way_to_decode_given_twice(client: TestClient) -> None:
    picture, kind = encoded(RAMP), {"Content-Type": "image/png"}
    answer = client.post(
        f"{CONV}?kernel=box&input.mode=L&input.mode=RGB", content=picture, headers=kind
    )
    assert "given twice" in _problem(answer, 422, "input.mode")


def test_parameters_of_another_function_are_unknown(client: TestClient) -> None:
    body = {"input": [1], "function": "relu", "negative_slope": 0.1}
    _problem(client.post("/api/v1/layers/activation", json=body), 422, "negative_slope")
    body = {"input": [1], "function": "relo"}
    assert "must be one of relu" in _problem(
        client.post("/api/v1/layers/activation", json=body), 422, "function"
    )
