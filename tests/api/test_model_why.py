"""Why a network says what it says, through HTTP."""

import json
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.api import model_why
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


def test_too_many_squares_are_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_why, "MOST_SQUARES", 71)
    files, data = {"input": ("x.npy", npy(X))}, {"size": "1", "step": "1"}
    answer = client.post(f"{URL}/occlude", files=files, data=data)
    assert (answer.status_code, "72 times" in answer.json()["detail"]) == (413, True)
