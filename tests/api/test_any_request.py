"""Forms, queries, refs and ranges: what other programs write is read back, and anything is told."""

import json
import re
import string
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx2
import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from starlette.testclient import TestClient

from app.api.request.form import Part, read_multipart, read_urlencoded
from app.layers.base import Array
from app.settings import Limits
from tests.api.conftest import from_npy, npy

LIMITS = Limits()
POOL = "/api/v1/layers/pooling"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
# A name that stands in a header as it is, whoever writes it.
NAMES = st.text(string.ascii_letters + string.digits + "._-é漢", min_size=1, max_size=12)
ARRAYS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=1, max_dims=4, max_side=3),
    elements=st.floats(-1e6, 1e6, width=32),
)
FAILED = range(500, 600)


@given(st.lists(st.tuples(NAMES, st.binary(max_size=60), st.booleans()), min_size=1, max_size=6))
def test_a_form_is_read_as_it_was_written(parts: list[tuple[str, bytes, bool]]) -> None:
    files = [(name, ("x" if file else None, data)) for name, data, file in parts]
    sent = httpx2.Request("POST", "http://x", files=files)
    found = read_multipart(sent.read(), sent.headers["content-type"], LIMITS)
    assert found == [Part(name, data, file, "x" * file) for name, data, file in parts]


@given(st.lists(st.tuples(TEXT, TEXT), max_size=8))
def test_a_query_is_read_as_it_was_written(pairs: list[tuple[str, str]]) -> None:
    expected = [Part(name, value.encode(), False) for name, value in pairs]
    for written in (urlencode(pairs), urlencode(pairs).encode()):
        assert read_urlencoded(written, LIMITS) == expected


@given(array=ARRAYS, kernel=st.integers(1, 2), stride=st.lists(st.integers(1, 3), min_size=1))
def test_every_form_says_the_same(
    client: TestClient, array: Array, kernel: int, stride: list[int]
) -> None:
    """JSON, a query beside an .npy, a form with a file, a form with text: one answer."""
    asked = {"kernel_size": kernel, "stride": stride[:2], "ceil_mode": True}
    plain = {name: json.dumps(value) for name, value in asked.items()}
    tensor = {"input": array.tolist()}
    file = {"input": ("x", npy(array))}
    texts = {"input": json.dumps(array.tolist()), **plain}
    answers = [
        client.post(POOL, json=tensor | asked),
        client.post(f"{POOL}?{urlencode(plain)}", files=file),
        client.post(POOL, data=plain, files=file),
        client.post(POOL, data=texts),
        client.post(
            f"{POOL}?{urlencode(plain)}",
            content=npy(array),
            headers={"Content-Type": "application/x-npy"},
        ),
    ]
    assert len({answer.status_code for answer in answers}) == 1
    assert answers[0].status_code in (200, 422)
    outputs = [answer.json().get("output") for answer in answers]
    assert all(output == outputs[0] for output in outputs)


@given(query=TEXT | st.lists(st.tuples(st.sampled_from(
    ["input", "mode", "kernel_size", "stride", "padding", "p", "format", "fields", "refs",
     "device", "input.mode", "input.size", "at", "limit"]), TEXT), max_size=5).map(urlencode),
    body=st.binary(max_size=80),
    kind=st.sampled_from(["application/json", "application/x-npy", "image/png", "text/plain", "",
                          "application/x-www-form-urlencoded", "multipart/form-data",
                          "multipart/form-data; boundary=b"]))  # fmt: skip
def test_any_query_and_any_body_are_answered(
    client: TestClient, query: str, body: bytes, kind: str
) -> None:
    sent = quote(query, safe="=&%+;,")
    for path in (POOL, f"{POOL}/explain", f"{POOL}/plan", "/api/v1/tensors"):
        answer = client.post(f"{path}?{sent}", content=body, headers={"Content-Type": kind})
        assert answer.status_code not in FAILED, answer.text


@given(array=ARRAYS)
def test_what_is_held_is_given_back(client: TestClient, array: Array) -> None:
    ref = client.post("/api/v1/tensors", files={"input": ("x", npy(array))}).json()["ref"]
    for accept in ("application/x-npy", "application/json"):
        got = client.get(f"/api/v1/tensors/{ref}", headers={"Accept": accept})
        found = from_npy(got.content) if accept.endswith("npy") else got.json()["output"]
        np.testing.assert_array_equal(np.array(found, np.float32), array)


@given(ref=TEXT | st.text("./\\%AZaz09-_", max_size=40) | st.from_regex(r"[\w-]{32}"))
def test_any_other_ref_is_gone(client: TestClient, ref: str) -> None:
    answer = client.post(POOL, json={"input": {"ref": ref}})
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/tensor-gone")
    asked = client.post(POOL, data={"input": f"ref:{ref}"})
    assert asked.json()["type"].endswith("/tensor-gone")


FILE = "/api/v1/models/one-conv/file"


@given(first=st.integers(0, 30_000), last=st.none() | st.integers(0, 30_000))
def test_a_range_is_that_piece_of_the_file(
    client: TestClient, first: int, last: int | None
) -> None:
    whole = Path("models/one-conv/model.onnx").read_bytes()
    said = f"bytes={first}-{'' if last is None else last}"
    answer = client.get(FILE, headers={"Range": said})
    if answer.status_code == 206:
        assert answer.content == whole[first : None if last is None else last + 1]
        assert answer.content
    else:
        assert answer.status_code == 200
        assert answer.content == whole
        assert first >= len(whole) or (last is not None and last < first)


@given(text=st.text(string.printable.strip(), max_size=60) | st.text("0123456789-, =", max_size=60))
def test_any_range_is_answered(client: TestClient, text: str) -> None:
    for said in (text, f"bytes={text}"):
        assert client.get(FILE, headers={"Range": said}).status_code in (200, 206, 416)


@given(
    start=st.floats() | st.integers(),
    stop=st.floats() | st.integers(),
    num=st.integers(-5, 300) | st.integers(),
    ylim=TEXT | st.tuples(st.floats(), st.floats()).map(lambda pair: f"{pair[0]},{pair[1]}"),
)
def test_any_range_of_a_curve_is_answered(
    client: TestClient, start: float, stop: float, num: int, ylim: str
) -> None:
    asked: dict[str, str | float] = {
        "start": start,
        "stop": stop,
        "num": min(num, 10_001),
        "ylim": ylim,
    }
    answer = client.get("/api/v1/activations/elu/curve", params=asked)
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        found = answer.json()
        assert len(found["x"]) == len(found["y"]) == num
        assert found["x"][0] == np.float32(start)
        assert found["x"][-1] == np.float32(stop)


EDGES = st.sampled_from(["0", "-1", "1e-45", "1e-38", "0.1", "1e7", "1e16", "3.4e38", "-3.4e38"])


@example(("threshold", "threshold", "value"), ("1e30", "1e16"))
@example(("softplus", "beta", "threshold"), ("1e-38", "0.1"))
@example(("hardtanh", "min_val", "max_val"), ("3.4e38", "3.4e38"))
@given(
    asked=st.sampled_from(
        [
            ("threshold", "threshold", "value"),
            ("softplus", "beta", "threshold"),
            ("hardtanh", "min_val", "max_val"),
        ]
    ),
    values=st.tuples(EDGES, EDGES),
)
def test_any_curve_is_drawn(
    client: TestClient, asked: tuple[str, str, str], values: tuple[str, str]
) -> None:
    function, *names = asked
    said = dict(zip(names, values, strict=True)) | {"format": "svg"}
    answer = client.get(f"/api/v1/activations/{function}/curve", params=said)
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        numbers = re.findall(r'points="([^"]+)"', answer.text)
        assert numbers
        assert not re.search("nan|inf", " ".join(numbers))
