"""The normalisations of groups as they are asked for: planned, told, taken away, opened again."""

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from starlette.testclient import TestClient

X = np.random.default_rng(4).normal(size=(2, 4, 3, 3)).astype(np.float32)
CHAIN: list[dict[str, Any]] = [
    {"layer": "group_norm", "num_groups": 2, "weight": [1, 2, 3, 4]},
    {"layer": "instance_norm", "bias": [0, 1, 0, 1]},
    {"layer": "local_response_norm", "size": 4, "alpha": 1},
    {"layer": "layer_norm", "normalized_shape": [3, 3], "eps": 0.1},
]


def test_a_chain_of_them_opens_as_it_was(client: TestClient) -> None:
    asked = {"input": X.tolist(), "layers": CHAIN}
    file = client.post("/api/v1/pipeline/export?format=onnx", json=asked).content
    opened = client.post("/api/v1/pipeline/open", files={"model": ("chain.onnx", file)})
    assert opened.status_code == 200, opened.text
    layers = opened.json()["layers"]
    assert [one["layer"] for one in layers] == [one["layer"] for one in CHAIN]
    # What can be left out is.
    assert layers[3] == {"layer": "layer_norm", "normalized_shape": [3, 3], "eps": 0.1}
    assert layers[0]["num_groups"] == 2


def test_it_is_pytorch_s_chain(client: TestClient) -> None:
    found = client.post("/api/v1/pipeline", json={"input": X.tolist(), "layers": CHAIN}).json()
    x = F.group_norm(torch.tensor(X), 2, torch.tensor([1.0, 2, 3, 4]))
    x = F.instance_norm(x, bias=torch.tensor([0.0, 1, 0, 1]))
    x = F.layer_norm(F.local_response_norm(x, 4, 1.0), (3, 3), eps=0.1)
    np.testing.assert_allclose(found["output"], x.numpy(), 1e-3, 1e-4)
    assert [stage["cost"]["macs"] for stage in found["stages"]] == [0, 0, 0, 0]
    assert [stage["cost"]["parameters"] for stage in found["stages"]] == [4, 4, 0, 0]


@pytest.mark.parametrize("written", ["3,3", "[3, 3]"])
def test_a_shape_in_a_query_is_a_list(client: TestClient, written: str) -> None:
    asked = {"input": X.tolist(), "normalized_shape": [3, 3]}
    expected = client.post("/api/v1/layers/layer_norm", json=asked).json()["output"]
    answer = client.post(
        "/api/v1/layers/layer_norm",
        data={"input": str(X.tolist()), "normalized_shape": written},
    )
    assert answer.json()["output"] == expected


def test_neighbours_come_by_their_contribution_if_they_are_to(client: TestClient) -> None:
    asked = {"input": X.tolist(), "size": 3, "at": [1, 2, 0, 1]}
    asked |= {"order": "contribution", "limit": 2}
    answer = client.post("/api/v1/layers/local_response_norm/explain", json=asked).json()
    [found] = answer["elements"]
    assert found["terms_total"] == 3
    inputs = [abs(term["input"]) for term in found["terms"]]
    assert inputs == sorted(map(abs, X[1, 1:4, 0, 1].tolist()), reverse=True)[:2]
    assert found["total"] == pytest.approx(float((X[1, 1:4, 0, 1] ** 2).sum()))


def test_what_does_not_work_is_said_with_its_numbers(client: TestClient) -> None:
    asked = {"input": {"shape": [1, 6, 4, 4]}, "num_groups": 4}
    answer = client.post("/api/v1/layers/group_norm/plan", json=asked)
    assert answer.status_code == 422
    assert "num_groups 4 does not divide the 6 channels" in answer.json()["detail"]
    assert answer.json()["errors"][0]["loc"] == ["num_groups"]
