"""The same convolution asked for in every form, and answered in every form."""

import struct
from io import BytesIO
from typing import Any

import numpy as np
import orjson
import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.api.conftest import Array, from_npy, npy, png

CONV = "/api/v1/layers/conv"
X = np.arange(25, dtype=np.float32).reshape(1, 1, 5, 5)
KERNEL = np.ones((1, 1, 3, 3), np.float32)
# A 3x3 window of ones over 0..24: nine times the middle one.
EXPECTED = 9 * X[:, :, 1:4, 1:4]


def _json_tensors() -> list[dict[str, Any]]:
    flat = {"shape": [1, 1, 5, 5], "data": X.reshape(-1).tolist()}
    return [
        {"input": X.tolist()},
        {"input": X[0].tolist()},
        {"input": X[0, 0].tolist()},
        {"input": flat},
        {"input": {**flat, "dtype": "float32"}},
        {"input": {"shape": [5, 5], "dtype": "int64", "data": X[0, 0].astype(int).tolist()}},
        {"input": {"data": X.tolist()}},
    ]


@pytest.mark.parametrize("tensors", _json_tensors())
def test_json(client: TestClient, tensors: dict[str, Any]) -> None:
    answer = client.post(CONV, json={**tensors, "weight": KERNEL.tolist()})
    assert answer.status_code == 200, answer.text
    np.testing.assert_array_equal(answer.json()["output"], EXPECTED)


def test_parts_of_a_form(client: TestClient) -> None:
    files = {"input": ("x.npy", npy(X)), "weight": ("w.npy", npy(KERNEL))}
    answer = client.post(CONV, files=files, data={"stride": "2,1", "padding": "[1, 0]"})
    assert answer.json()["params"]["stride"] == [2, 1]
    assert answer.json()["params"]["padding"] == [1, 0, 1, 0]
    assert answer.json()["shape"] == [1, 1, 3, 3]


def test_the_whole_body(client: TestClient) -> None:
    headers = {"Content-Type": "application/x-npy", "Accept": "application/x-npy"}
    answer = client.post(f"{CONV}?kernel=box&padding=1", content=npy(X), headers=headers)
    assert answer.status_code == 200, answer.text
    np.testing.assert_allclose(from_npy(answer.content)[:, :, 1:4, 1:4], EXPECTED / 9, rtol=1e-6)


def test_a_picture_as_the_whole_body(client: TestClient) -> None:
    pixels = np.full((6, 4, 3), 51, np.uint8)
    headers = {"Content-Type": "image/png"}
    answer = client.post(f"{CONV}?kernel=identity", content=png(pixels), headers=headers)
    assert answer.json()["input"] == {"shape": [1, 3, 6, 4], "dtype": "float32", "conversions": []}
    np.testing.assert_allclose(answer.json()["output"], np.full((1, 1, 4, 2), 0.6), rtol=1e-6)


def test_how_a_picture_is_decoded_stands_beside_it(client: TestClient) -> None:
    pixels = np.full((6, 4, 3), 255, np.uint8)
    form = {"kernel": "identity", "input.mode": "L", "input.size": "8x12"}
    answer = client.post(CONV, files={"input": ("a.png", png(pixels))}, data=form)
    said = answer.json()["input"]
    assert said["shape"] == [1, 1, 12, 8]
    assert said["conversions"] == [
        "its colours (RGB) became grey (L)",
        "resized from 4 × 6 to 8 × 12",
    ]


@pytest.mark.parametrize("dtype", ["float64", "float16", "int8", "uint16", ">i4", "bool"])
def test_other_types_are_converted_and_said(client: TestClient, dtype: str) -> None:
    array = np.eye(5).astype(dtype)
    answer = client.post(f"{CONV}?kernel=identity", files={"input": ("x", npy(array))})
    name = np.dtype(dtype).newbyteorder("=").name
    assert answer.json()["input"]["conversions"][0] == f"{name} became float32"
    np.testing.assert_array_equal(answer.json()["output"][0][0], np.eye(3))


@pytest.mark.parametrize("dtype", ["complex64", "<U3", "M8[s]"])
def test_types_that_are_no_real_numbers_are_refused(client: TestClient, dtype: str) -> None:
    array = np.zeros((5, 5), dtype)
    answer = client.post(f"{CONV}?kernel=identity", files={"input": ("x", npy(array))})
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["loc"] == ["input"]


def test_answers_as_npy_with_the_facts_in_headers(client: TestClient) -> None:
    body = {"input": X.tolist(), "weight": KERNEL.tolist()}
    answer = client.post(CONV, json=body, headers={"Accept": "application/x-npy"})
    np.testing.assert_array_equal(from_npy(answer.content), EXPECTED)
    facts = orjson.loads(answer.headers["Layerlab-Facts"])
    assert facts["shape"] == [1, 1, 3, 3]
    assert facts["provider"] == "CPUExecutionProvider"
    assert "run;dur=" in answer.headers["Server-Timing"]


def _tiles(client: TestClient, query: str) -> Array:
    two = np.concatenate([KERNEL, -KERNEL])
    body = {"input": X.tolist(), "weight": two.tolist()}
    answer = client.post(f"{CONV}?format=png&{query}", json=body)
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(BytesIO(answer.content)).convert("RGB"))


def test_answers_as_a_picture(client: TestClient) -> None:
    drawn = _tiles(client, "scale=symmetric&colormap=rdbu")
    assert drawn.shape == (3, 7, 3)  # two tiles of 3x3, a gap of 1
    assert (drawn[:, 3] == 255).all()
    red, blue = drawn[2, 2].astype(int), drawn[2, 6].astype(int)
    assert red[0] > red[2]
    assert blue[2] > blue[0]


def test_grey_pictures_are_brighter_where_values_are_larger(client: TestClient) -> None:
    drawn = _tiles(client, "scale=minmax&colormap=gray")[:, :3, 0].astype(int)
    assert (np.diff(drawn.reshape(-1)) >= 0).all()


def test_answers_as_safetensors(client: TestClient) -> None:
    body = {"input": X.tolist(), "kernel": "box"}
    answer = client.post(CONV, json=body, headers={"Accept": "application/vnd.safetensors"})
    (length,) = struct.unpack("<Q", answer.content[:8])
    header = orjson.loads(answer.content[8 : 8 + length])
    facts = orjson.loads(header.pop("__metadata__")["layerlab"])
    assert set(header) == {"output", "weight"}
    start, stop = header["output"]["data_offsets"]
    data = answer.content[8 + length :][start:stop]
    output = np.frombuffer(data, np.float32).reshape(header["output"]["shape"])
    np.testing.assert_allclose(output, EXPECTED / 9, rtol=1e-6)
    assert facts["layer"] == "conv"


def test_a_generated_weight_reproduces_the_answer(client: TestClient) -> None:
    body = {"input": X.tolist(), "out_channels": 2, "seed": 5, "init": "xavier_normal"}
    first = client.post(CONV, json=body).json()
    again = client.post(CONV, json=body).json()
    assert first["output"] == again["output"]
    sent = client.post(CONV, json={"input": X.tolist(), "weight": first["weight"]}).json()
    np.testing.assert_allclose(sent["output"], first["output"], rtol=1e-6)
    assert "weight" not in sent


def test_params_as_used_are_accepted_again(client: TestClient) -> None:
    body = {"input": X.tolist(), "out_channels": 2, "padding": "same", "kernel_size": 2}
    first = client.post(CONV, json=body).json()
    again = client.post(CONV, json={"input": X.tolist(), **first["params"]}).json()
    assert again["output"] == first["output"]
    assert again["params"] == first["params"]


def test_nonfinite_numbers_are_null_and_counted(client: TestClient) -> None:
    x = np.array([np.nan, np.inf, -1.0, 2.0], np.float32)
    answer = client.post("/api/v1/layers/activation", files={"input": ("x", npy(x))}).json()
    assert answer["output"] == [None, None, 0.0, 2.0]
    assert answer["stats"]["nonfinite"] == 2
    assert answer["stats"]["max"] == 2.0


def test_an_empty_batch(client: TestClient) -> None:
    x = np.zeros((0, 1, 5, 5), np.float32)
    answer = client.post(f"{CONV}?kernel=box", files={"input": ("x", npy(x))})
    assert answer.json()["shape"] == [0, 1, 3, 3]
    assert answer.json()["output"] == []


def test_rank_zero(client: TestClient) -> None:
    assert client.post("/api/v1/layers/softmax", json={"input": 3}).json()["output"] == 1.0
