"""`of=input` and `of=weight`: an explanation turned round."""

import pytest
from starlette.testclient import TestClient

CONV = "/api/v1/layers/conv/explain"
GRID = [[float(4 * y + x) for x in range(4)] for y in range(4)]


def span(start: int, stop: int, step: int = 1) -> dict[str, int]:
    return {"start": start, "stop": stop, "step": step}


def test_an_input_cell_names_the_outputs_it_feeds(client: TestClient) -> None:
    asked = {"input": GRID, "kernel": "box", "stride": 2, "padding": 1}
    answer = client.post(CONV, json=asked | {"of": "input", "at": [0, 0, 1, 2]}).json()
    assert answer["of"] == "input"
    (element,) = answer["elements"]
    assert element["at"] == [0, 0, 1, 2]
    assert element["value"] == 6.0
    assert element["outputs"] == [[span(0, 1), span(0, 1), span(0, 2), span(1, 2)]]


def test_a_weight_names_the_inputs_it_meets_and_the_outputs_it_makes(client: TestClient) -> None:
    asked = {"input": GRID, "kernel": "sobel_x", "stride": 2, "of": "weight"}
    answer = client.post(CONV, json=asked | {"at": [[0, 0, 1, 0], [0, 0, 0, 2]]}).json()
    first, second = answer["elements"]
    assert (first["value"], second["value"]) == (-2.0, 1.0)
    assert first["inputs"] == [[span(0, 1), span(0, 1), span(1, 2, 2), span(0, 1, 2)]]
    assert second["outputs"] == [[span(0, 1), span(0, 1), span(0, 1), span(0, 1)]]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"of": "bias", "at": [0]}, "of must be one of input, weight"),
        ({"of": 3, "at": [0]}, "of must be one of input, weight"),
        ({"of": "weight", "at": [0, 0, 3, 0]}, "at [0, 0, 3, 0] lies outside the weight"),
        ({"of": "input", "at": [0, 0]}, "one for each axis of the input [1, 1, 4, 4]"),
        ({"of": "input"}, "at must be an index into the input"),
    ],
)
def test_what_cannot_be_is_said(client: TestClient, more: dict[str, object], said: str) -> None:
    answer = client.post(CONV, json={"input": GRID, "kernel": "box"} | more)
    assert answer.status_code == 422
    assert said in answer.json()["detail"] + str(answer.json()["errors"])


def test_a_cell_that_a_border_repeats_a_million_times_is_refused(client: TestClient) -> None:
    line = {"input": [[[0.0] * 5000]], "weight": [[[1.0, 1.0]]], "padding_mode": "replicate"}
    asked = line | {"of": "input", "at": [0, 0, 0]}
    few = client.post(CONV, json=asked | {"padding": 4000})
    assert few.json()["elements"][0]["outputs"] == [[span(0, 1), span(0, 1), span(0, 4001)]]
    many = client.post(CONV, json=asked | {"padding": 1_000_000})
    assert many.status_code == 413
    assert "more than 4096 parts" in many.json()["detail"]


def test_a_layer_without_weights_has_only_its_input(client: TestClient) -> None:
    asked = {"input": GRID, "of": "weight", "at": [0, 0, 0, 0]}
    answer = client.post("/api/v1/layers/pooling/explain", json=asked)
    assert answer.status_code == 422
    assert "of must be one of input" in answer.text
