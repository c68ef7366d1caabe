"""A network that takes (N, H, W, C) is given pictures like any other, over HTTP."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.layers.base import Array
from app.main import create_app
from app.settings import Limits, Settings
from app.state import make_state
from tests.api.conftest import npy
from tests.networks.keras_like import CLASSES, HEIGHT, WIDTH, by_torch, channels_last

URL = "/api/v1/models"
PIXELS = np.random.default_rng(8).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
X = (PIXELS.astype(np.float32) / 255).transpose(2, 0, 1)[None]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("store")
    state = make_state(Settings(store_dir=folder, model_uploads=True), Limits())
    with TestClient(create_app(state)) as made:
        yield made
    state.uploads.close()


@pytest.fixture(scope="module")
def sent(client: TestClient) -> dict[str, Any]:
    file = {"model": ("m.onnx", channels_last("N").SerializeToString())}
    found: dict[str, Any] = client.post(URL, files=file).json()
    return found


def _picture() -> dict[str, Any]:
    with io.BytesIO() as out:
        Image.fromarray(PIXELS).save(out, "PNG")
        return {"input": ("x.png", out.getvalue(), "image/png")}


def _ask(client: TestClient, sent: dict[str, Any], what: str, **fields: str) -> dict[str, Any]:
    files = {"input": ("x.npy", npy(np.ascontiguousarray(X.transpose(0, 2, 3, 1))))}
    answer = client.post(f"{URL}/{sent['name']}/{what}", files=files, data=fields)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _shares(answer: dict[str, Any]) -> Array:
    made = np.zeros(CLASSES)
    for one in answer["classes"]:
        made[one["index"]] = one["probability"]
    return made


def test_a_picture_is_taken_and_told_of(client: TestClient, sent: dict[str, Any]) -> None:
    assert sent["input"] == {
        "shape": [1, HEIGHT, WIDTH, 3],
        "dtype": "float32",
        "channels_last": True,
        "range": [0, 1],
    }
    answer = client.post(f"{URL}/{sent['name']}/predict", files=_picture())
    assert answer.status_code == 200, answer.text
    told = answer.json()["input"]
    assert told["shape"] == [1, HEIGHT, WIDTH, 3]
    assert told["conversions"][-1] == (
        "its channels were put last, as this network takes them: (N, H, W, C)"
    )
    chinese = {"Accept-Language": "zh"}
    answer = client.post(f"{URL}/{sent['name']}/predict", files=_picture(), headers=chinese)
    assert "通道" in answer.json()["input"]["conversions"][-1]


def test_numbers_are_taken_as_the_file_has_them(client: TestClient, sent: dict[str, Any]) -> None:
    found = _ask(client, sent, "predict", classes="[0, 1, 2, 3]")
    np.testing.assert_allclose(_shares(found), by_torch(X)["shares"][0], 1e-4, 1e-6)
    assert found["input"]["conversions"] == []
    answer = client.post(
        f"{URL}/{sent['name']}/predict", files={"input": ("x.npy", npy(np.ascontiguousarray(X)))}
    )
    assert answer.status_code == 422
    assert "takes [1, 9, 12, 3], not [1, 3, 9, 12]" in answer.json()["detail"]
    told = client.get(f"/v2/models/{sent['name']}").json()["inputs"][0]
    assert told["shape"][1:] == [HEIGHT, WIDTH, 3]


def test_what_is_covered_are_rows_and_columns(client: TestClient, sent: dict[str, Any]) -> None:
    found = _ask(client, sent, "predict", classes="[0,1,2,3]", cover="[2,3,7,11]", value="0.25")
    part = X.copy()
    part[:, :, 2:7, 3:11] = 0.25
    np.testing.assert_allclose(_shares(found), by_torch(part)["shares"][0], 1e-4, 1e-6)
    outside = {"input": ("x.npy", npy(np.ascontiguousarray(X.transpose(0, 2, 3, 1))))}
    answer = client.post(
        f"{URL}/{sent['name']}/predict", files=outside, data={"cover": "[0, 0, 10, 12]"}
    )
    assert "within 9 × 12" in answer.json()["detail"]


def test_every_place_is_covered_in_turn(client: TestClient, sent: dict[str, Any]) -> None:
    asked = {"class": "1", "size": "4", "step": "4", "value": "0"}
    found = _ask(client, sent, "occlude", **asked)
    assert (found["tops"], found["lefts"]) == ([0, 4, 5], [0, 4, 8])
    for top, row in zip(found["tops"], found["covered"], strict=True):
        for left, given in zip(found["lefts"], row, strict=True):
            part = X.copy()
            part[:, :, top : top + 4, left : left + 4] = 0
            assert given == pytest.approx(by_torch(part)["shares"][0, 1], 1e-4, 1e-6)


def test_a_mean_and_a_std_are_those_of_its_channels(client: TestClient) -> None:
    file = {"model": ("m.onnx", channels_last().SerializeToString())}
    taken = client.post(URL, files=file, data={"mean": "0.1,0.2,0.3", "std": "0.5,0.25,1"})
    assert taken.status_code == 201, taken.text
    refused = client.post(URL, files=file, data={"mean": "0.1,0.2", "std": "1,1"})
    assert refused.status_code == 422
    assert "a picture for this model 3 channels" in refused.json()["detail"]
