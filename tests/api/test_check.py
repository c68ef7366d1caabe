"""A run compared with the NumPy form of its layer, over HTTP."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.layers import FAMILIES
from tests.api.conftest import npy

CONV = "/api/v1/layers/conv"
NPY = {"Content-Type": "application/x-npy"}


def test_it_names_the_largest_difference_and_where_it_is(client: TestClient) -> None:
    x = np.random.default_rng(0).normal(size=(1, 3, 12, 12)).tolist()
    asked = {"input": x, "out_channels": 4, "padding": 1, "check": True}
    answer = client.post(CONV, json=asked).json()
    check, output = answer["check"], np.array(answer["output"])
    assert check["by"] == "numpy"
    assert check["elements"] == output.size
    assert check["ours"] == pytest.approx(output[tuple(check["at"])])
    assert check["max_abs_difference"] == abs(check["ours"] - check["theirs"]) < 1e-5


def test_it_is_there_only_when_it_is_asked_for(client: TestClient) -> None:
    assert "check" not in client.post("/api/v1/layers/softmax", json={"input": [1, 2]}).json()


def test_what_is_wrong_is_found(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = FAMILIES["softmax"].first
    right = layer.numpy_call

    def wrong(self: Any, shapes: Any) -> Any:
        call = right(self, shapes)

        def off(*given: Any, **arguments: Any) -> Any:
            y = call.function(*given, **arguments)
            y[1] += 0.25
            return y

        return call._replace(function=off)

    monkeypatch.setattr(layer, "numpy_call", wrong)
    asked = {"input": [1.0, 2.0, 3.0], "check": True}
    check = client.post("/api/v1/layers/softmax", json=asked).json()["check"]
    assert check["at"] == [1]
    assert check["max_abs_difference"] == pytest.approx(0.25)


def test_nan_and_infinities_on_both_sides_are_no_difference(client: TestClient) -> None:
    body = npy(np.array([np.nan, np.inf, -np.inf, 3e38, 1.0], np.float32))
    answer = client.post(
        "/api/v1/layers/activation?function=elu&check=1", content=body, headers=NPY
    )
    assert answer.json()["check"]["max_abs_difference"] == pytest.approx(0, abs=1e-6)
    empty = npy(np.zeros((0, 3), np.float32))
    answer = client.post("/api/v1/layers/softmax?check=1", content=empty, headers=NPY)
    assert answer.json()["check"] == {
        "by": "numpy", "max_abs_difference": 0.0, "at": None, "elements": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"check_ns": 100_000}, "at most 0.0 s can be"),
        ({"working_bytes": 400_000}, "at most 400000 can be"),
    ],
)
def test_what_would_pass_a_limit_is_not_checked_and_says_so(
    limited: Callable[..., TestClient], limits: dict[str, int], said: str
) -> None:
    asked = {"input": np.ones((1, 1, 100, 100)).tolist(), "kernel": "box", "check": True}
    with limited(**limits) as client:
        answer = client.post(CONV, json=asked).json()
    assert answer["check"] is None
    assert answer["check_note"].endswith(said)
    assert answer["shape"] == [1, 1, 98, 98]


def test_a_kernel_of_very_many_cells_is_not_walked_through(client: TestClient) -> None:
    body = npy(np.ones((1, 1, 2048, 2048), np.float32))
    answer = client.post(
        "/api/v1/layers/pooling?kernel_size=2048&check=1&fields=check,check_note",
        content=body, headers=NPY,
    )  # fmt: skip
    assert answer.json()["check"] is None


def test_padding_a_million_times_the_input_is_not_laid_out(client: TestClient) -> None:
    asked = {
        "input": [[[[1.0]]]], "weight": [[[[2.0]]]], "padding": 100_000, "stride": 100_000,
        "check": True,
    }  # fmt: skip
    answer = client.post(CONV, json=asked).json()
    assert answer["check"] is None
    assert "bytes of working memory" in answer["check_note"]
