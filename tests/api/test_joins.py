"""What a request says of the layers that give its tensors, and what it cannot say."""

import json
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import npy

PIPELINE = "/api/v1/pipeline"
X = [[[[1.0, -2.0], [3.0, 4.0]]]]
RELU: dict[str, Any] = {"layer": "activation"}


@pytest.mark.parametrize(
    ("layer", "loc", "said"),
    [
        ({"layer": "merge", "other": {"stage": 1}}, "other", "before this one, as {\"stage\": 0}"),
        ({"layer": "merge", "other": {"stage": -1}}, "other", "(0 to 0)"),
        (RELU | {"input": {"stage": 2}}, "input", "input must name a layer before"),
        (RELU | {"input": [1]}, "input", "or another one that is named"),
        (RELU | {"inputs": {"stage": 0}}, "inputs", "'input'"),
        ({"layer": "conv", "weight": {"stage": 0}, "out_channels": 1}, "weight", "'stage'"),
    ],
)  # fmt: skip
def test_what_cannot_be_named(
    client: TestClient, layer: dict[str, Any], loc: str, said: str
) -> None:
    for end, given in (("", X), ("/plan", {"shape": [1, 1, 2, 2]}), ("/export", X)):
        asked = {"input": given, "layers": [RELU, layer]}
        answer = client.post(f"{PIPELINE}{end}", json=asked)
        assert answer.status_code == 422, answer.text
        (fault,) = answer.json()["errors"]
        assert fault["loc"] == ["layers", 1, loc]
        if end != "/plan" or "stage" not in said:
            assert said in fault["msg"]


@pytest.mark.parametrize("name", ["other", "input"])
def test_what_a_layer_gives_is_no_picture(client: TestClient, name: str) -> None:
    layer = {"layer": "merge", "other": {"stage": "input"}, name: {"stage": 0}}
    data = {"layers": json.dumps([RELU, layer]), f"layers.1.{name}.mode": "L"}
    answer = client.post(PIPELINE, data=data, files={"input": npy(np.ones((1, 1, 2, 2)))})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["layers", 1, f"{name}.mode"]


def test_only_what_is_kept_counts(client: TestClient) -> None:
    """Nine normalisations in a row take what one takes, where only the last output is wanted."""
    shape = {"shape": [1, 3, 1000, 1000]}
    sizes = [
        client.post(
            PIPELINE,
            content=npy(np.zeros((1, 3, 1000, 1000), np.float32)),
            headers={"Content-Type": "application/x-npy"},
            params={"layers": json.dumps([{"layer": "layer_norm"}] * count), "format": "npy"},
        ).status_code
        for count in (1, 9)
    ]
    assert sizes == [200, 200]
    asked = {"input": shape, "layers": [{"layer": "layer_norm"}] * 2, "ranges": []}
    assert client.post(f"{PIPELINE}/plan", json=asked).status_code == 200


_CONV: dict[str, Any] = {"layer": "conv", "out_channels": 3, "kernel_size": 3, "padding": 1}


@pytest.mark.parametrize(
    "behind",
    [
        [{"layer": "merge", "other": {"stage": "input"}}],
        [{"layer": "merge", "mode": "concat", "other": {"stage": "input"}}],
        [RELU, {"layer": "merge", "mode": "mul", "other": {"stage": 0}}],
        [_CONV, {"layer": "merge", "other": {"stage": 0}}],
    ],
)
def test_every_value_that_is_said_to_fit_what_follows_does(
    client: TestClient, behind: list[dict[str, Any]]
) -> None:
    """A size of 1 is spread, so it fits again beyond sizes that do not."""
    asked = {"input": {"shape": [1, 3, 6, 6]}, "layers": [_CONV, *behind], "ranges": [0]}
    told = client.post(f"{PIPELINE}/plan", json=asked).json()["stages"][0]
    for name, alone in told["ranges"].items():
        ends = told["later"].get(name, alone)
        if "min" not in ends or ends["max"] is None:
            continue
        for value in range(ends["min"], min(ends["max"], ends["min"] + 12) + 1):
            layers = [_CONV | {name: value}, *behind]
            answer = client.post(f"{PIPELINE}/plan", json=asked | {"layers": layers, "ranges": []})
            assert answer.status_code == 200, (name, value, ends)


@pytest.mark.parametrize("swapped", [False, True])
def test_it_is_the_same_whichever_of_two_is_spread(client: TestClient, swapped: bool) -> None:
    gate = {"layer": "pooling", "kernel_size": 6}
    layers = [_CONV, gate, {"layer": "merge", "mode": "mul", "other": {"stage": 0}}]
    if swapped:
        layers[2] = layers[2] | {"input": {"stage": 0}, "other": {"stage": 1}}
    asked = {"input": {"shape": [1, 3, 6, 6]}, "layers": layers, "ranges": []}
    field = client.post(f"{PIPELINE}/plan", json=asked).json()["stages"][2]["receptive_field"]
    assert field is not None
    assert min(field["size"]) >= 8
