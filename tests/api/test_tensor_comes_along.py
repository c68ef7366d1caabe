"""A tensor that is lodged comes along with its ref where safetensors is wanted."""

import gzip
import json
import zlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from httpx2 import Headers
from starlette.testclient import TestClient

from tests.api.conftest import Array, npy, png
from tests.tensors.test_safetensors import read

TENSORS = "/api/v1/tensors"
SAFETENSORS = "application/vnd.safetensors"
UNPACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
}


class Got(NamedTuple):
    """An answer, its body as it went over the wire."""

    status: int
    headers: Headers
    body: bytes


@pytest.fixture(scope="module")
def pixels() -> Array:
    """A picture with more bytes than patterns."""
    rows, columns, colours = np.ogrid[:64, :48, :3]
    return np.asarray(rows * 2 + columns + colours * 40, np.uint8)


def _put(client: TestClient, pixels: Array, query: str = "", takes: str = "gzip, deflate") -> Got:
    headers = {"Accept": SAFETENSORS, "Accept-Encoding": takes}
    files = {"input": ("a.png", png(pixels), "image/png")}
    with client.stream("POST", TENSORS + query, files=files, headers=headers) as answer:
        return Got(answer.status_code, answer.headers, b"".join(answer.iter_raw()))


def test_the_numbers_are_those_that_the_ref_names(client: TestClient, pixels: Array) -> None:
    answer = _put(client, pixels)
    assert answer.status == 201
    assert "content-encoding" not in answer.headers  # nobody asked for it
    tensors, notes = read(answer.body)
    told = json.loads(notes["layerlab"])
    wanted = pixels.transpose(2, 0, 1)[None] * np.float32(1 / 255)
    np.testing.assert_array_equal(tensors["output"], wanted)
    assert told["shape"] == [1, 3, 64, 48]
    held = client.get(f"{TENSORS}/{told['ref']}?format=safetensors")
    np.testing.assert_array_equal(read(held.content)[0]["output"], wanted)


@pytest.mark.parametrize("coding", UNPACKED)
def test_a_picture_comes_compressed_where_that_is_asked(
    client: TestClient, pixels: Array, coding: str
) -> None:
    plain, packed = _put(client, pixels), _put(client, pixels, f"?coding={coding}")
    assert packed.headers["content-encoding"] == coding
    assert int(packed.headers["content-length"]) == len(packed.body)
    body = UNPACKED[coding](packed.body)
    assert len(packed.body) * 2 < len(body)
    found, wanted = read(body)[0], read(plain.body)[0]
    np.testing.assert_array_equal(found["output"], wanted["output"])


@pytest.mark.parametrize("takes", ["identity", "br", "gzip;q=0"])
def test_not_where_that_is_not_taken(client: TestClient, pixels: Array, takes: str) -> None:
    answer = _put(client, pixels, "?coding=gzip", takes)
    assert "content-encoding" not in answer.headers
    assert read(answer.body)[0]["output"].shape == (1, 3, 64, 48)


def test_what_is_large_is_sent_as_it_is(client: TestClient) -> None:
    files = {"input": ("a.npy", npy(np.zeros((1, 1, 1025, 1024), np.float32)))}
    headers = {"Accept": SAFETENSORS, "Accept-Encoding": "gzip"}
    answer = client.post(f"{TENSORS}?coding=gzip", files=files, headers=headers)
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/png", "application/x-npy"])
def test_for_all_others_it_is_json(client: TestClient, pixels: Array, accept: str) -> None:
    files = {"input": ("a.png", png(pixels))}
    answer = client.post(TENSORS, files=files, headers={"Accept": accept})
    assert answer.status_code == 201
    assert answer.json().keys() == {"ref", "shape", "dtype", "stats", "conversions"}


@pytest.mark.parametrize("coding", ["br", "zip", "1"])
def test_another_way_is_refused(client: TestClient, pixels: Array, coding: str) -> None:
    answer = client.post(TENSORS, data={"coding": coding}, files={"input": ("a", png(pixels))})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["msg"] == "coding must be one of gzip, deflate"
