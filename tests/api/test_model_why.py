"""Why a network says what it says, through HTTP."""

import json
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.api.models import why as model_why
from tests.api import test_models
from tests.api.conftest import npy
from tests.api.test_models import URL, WEIGHTS, X, by_torch

folder = test_models.folder
ask = test_models.ask


def test_a_square_is_moved_over_the_picture(ask: Any) -> None:
    found = ask("/occlude", **{"class": 2, "size": 4, "step": 4, "value": 0.5}).json()
    assert (found["tops"], found["lefts"]) == ([0, 4, 5], [0, 4])
    assert found["probability"] == pytest.approx(float(by_torch(X)[-1][0, 2]), 1e-4)
    for row, top in enumerate(found["tops"]):
        for column, left in enumerate(found["lefts"]):
            covered = X.copy()
            covered[0, :, top : top + 4, left : left + 4] = 0.5
            expected = float(by_torch(covered)[-1][0, 2])
            assert found["covered"][row][column] == pytest.approx(expected, 1e-4)


def test_by_itself_it_watches_the_most_probable_class(ask: Any) -> None:
    found = ask("/occlude").json()
    assert found["class"] == int(by_torch(X)[-1].argmax()) == found["top"][0]["index"]
    assert found["size"] == 2


def test_squares_are_where_they_are_asked_for(ask: Any) -> None:
    found = ask("/occlude", **{"class": 1, "size": 3, "tops": "[5]", "lefts": "0,4"}).json()
    assert (found["tops"], found["lefts"]) == ([5], [0, 4])
    for column, left in enumerate(found["lefts"]):
        covered = X.copy()
        covered[0, :, 5:8, left : left + 3] = 0.0
        assert found["covered"][0][column] == pytest.approx(
            float(by_torch(covered)[-1][0, 1]), 1e-4
        )


def test_a_part_can_be_covered_before_it_is_asked(ask: Any) -> None:
    found = ask("/predict", cover="2,1,7,4", value=0.25, classes="4,0").json()
    covered = X.copy()
    covered[0, :, 2:7, 1:4] = 0.25
    expected = by_torch(covered)[-1][0]
    told = {one["index"]: one["probability"] for one in found["classes"]}
    assert list(told) == [4, 0]
    assert told == pytest.approx({4: float(expected[4]), 0: float(expected[0])}, 1e-4)
    assert found["top"][0]["index"] == int(expected.argmax())
    assert found["gives"] == "probabilities"
    whole = ask("/predict").json()
    assert "classes" not in whole
    assert whole["top"][0]["probability"] == pytest.approx(float(by_torch(X)[-1].max()), 1e-4)


def test_what_features_add_to_a_score(ask: Any) -> None:
    found = ask("/contributions", **{"class": 3, "limit": 2}).json()
    pooled, scores = by_torch(X)[4][0, :, 0, 0], by_torch(X)[6][0]
    products = WEIGHTS["w3"][3] * pooled
    order = np.argsort(-np.abs(products))
    assert [f["index"] for f in found["features"]] == order[:2].tolist()
    for feature in found["features"]:
        assert feature["product"] == pytest.approx(products[feature["index"]], 1e-4)
        assert (feature["stage"], feature["mean"]) == (3, True)
    assert found["rest"]["count"] == 2
    assert found["rest"]["sum"] == pytest.approx(products[order[2:]].sum(), 1e-4)
    assert (found["stage"], found["maps"], found["total"]) == (6, 3, 4)
    assert found["score"] == pytest.approx(float(scores[3]), 1e-4)
    made = sum(f["product"] for f in found["features"]) + found["rest"]["sum"] + found["bias"]
    assert made == pytest.approx(found["score"], 1e-5)


def test_the_map_of_a_class(ask: Any) -> None:
    found = ask("/class_map", **{"class": 3}).json()
    maps = by_torch(X)[3][0]
    expected = np.einsum("k,khw->hw", WEIGHTS["w3"][3], maps) / maps[0].size
    np.testing.assert_allclose(np.array(found["cells"]), expected, 1e-4, 1e-5)
    assert found["stage"] == 3


@pytest.mark.parametrize(
    ("path", "fields", "blamed"),
    [
        ("/occlude", {"class": 5}, "class"),
        ("/occlude", {"class": -1}, "class"),
        ("/class_map", {"class": "cat"}, "class"),
        ("/occlude", {"size": 0}, "size"),
        ("/occlude", {"step": 1.5}, "step"),
        ("/occlude", {"value": "grey"}, "value"),
        ("/class_map", {"size": 2}, "size"),
        ("/occlude", {"tops": [9]}, "tops"),
        ("/occlude", {"lefts": ["a"]}, "lefts"),
        ("/predict", {"cover": [0, 0, 10, 2]}, "cover"),
        ("/predict", {"cover": [0, 0, 2]}, "cover"),
        ("/predict", {"cover": [3, 0, 3, 2]}, "cover"),
        ("/predict", {"classes": [5]}, "classes"),
        ("/predict", {"classes": []}, "classes"),
        ("/predict", {"value": "grey"}, "value"),
        ("/predict", {"value": 1e7}, "value"),
        ("/occlude", {"step": 100_000}, "step"),
        ("/predict", {"device": "cuda"}, "device"),
        ("/trace", {"device": 1}, "device"),
        ("/predict", {"input.mode": "L"}, "input.mode"),
        ("/explain", {"input.size": "3x3"}, "input.size"),
        ("/contributions", {"class": 9}, "class"),
        ("/contributions", {"limit": 0}, "limit"),
    ],
)
def test_what_cannot_be_is_refused(
    client: TestClient, path: str, fields: dict[str, object], blamed: str
) -> None:
    sent = {"input": ("x.npy", npy(X))}
    data = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
    }
    answer = client.post(URL + path, files=sent, data=data)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["loc"] == [blamed]


@pytest.mark.parametrize("path", ["/predict", "/trace", "/occlude", "/contributions", "/class_map"])
def test_the_processor_may_be_asked_for(ask: Any, path: str) -> None:
    assert ask(path, device="cpu").status_code == ask(path, device="auto").status_code == 200


@pytest.mark.parametrize(
    ("path", "name"), [("/predict", "cover"), ("/trace", "nodes"), ("/occlude", "size")]
)
def test_a_value_that_comes_as_a_file_is_not_passed_over(
    client: TestClient, path: str, name: str
) -> None:
    files = {"input": ("x.npy", npy(X)), name: ("value.txt", b"0,0,2,2")}
    answer = client.post(URL + path, files=files)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["loc"] == [name]


def test_too_many_squares_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_why, "MOST_SQUARES", 71)
    files, data = {"input": ("x.npy", npy(X))}, {"size": "1", "step": "1"}
    answer = client.post(f"{URL}/occlude", files=files, data=data)
    assert (answer.status_code, "72 times" in answer.json()["detail"]) == (413, True)
