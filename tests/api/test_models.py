"""A network whose branches meet, through HTTP: its graph, its trace, one number followed."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from starlette.testclient import TestClient

from app.networks import network as networks
from tests.api.conftest import Array, from_npy, npy

X = np.random.default_rng(0).uniform(0, 1, (1, 3, 9, 8)).astype(np.float32)
_DRAW = np.random.default_rng(1)
WEIGHTS = {
    "w1": _DRAW.normal(0, 0.4, (4, 3, 3, 3)),
    "b1": _DRAW.normal(0, 0.4, 4),
    "w2": _DRAW.normal(0, 0.4, (4, 1, 3, 3)),
    "w3": _DRAW.normal(0, 0.4, (5, 4)),
}
NODES: list[tuple[str, list[str], str, dict[str, Any]]] = [
    ("Conv", ["x", "w1", "b1"], "stem", {"pads": [1, 1, 1, 1], "strides": [2, 2]}),
    ("Relu", ["stem"], "act", {}),
    ("Conv", ["act", "w2"], "block/depthwise", {"pads": [1, 1, 1, 1], "group": 4}),
    ("Add", ["block/depthwise", "act"], "block/add", {}),
    ("GlobalAveragePool", ["block/add"], "pool", {}),
    ("Flatten", ["pool"], "flat", {}),
    ("Gemm", ["flat", "w3"], "scores", {"transB": 1}),
    ("Softmax", ["scores"], "shares", {"axis": 1}),
]
NAMES = ["stem", "act", "block_depthwise", "block_add", "pool", "flat", "scores", "shares"]
URL = "/api/v1/models/branching"


def by_torch(x: Array) -> list[Array]:
    """Return what PyTorch makes of each node."""
    w = {name: torch.tensor(value, dtype=torch.float32) for name, value in WEIGHTS.items()}
    stem = F.conv2d(torch.tensor(x), w["w1"], w["b1"], stride=2, padding=1)
    act = F.relu(stem)
    deep = F.conv2d(act, w["w2"], padding=1, groups=4)
    pool = F.adaptive_avg_pool2d(deep + act, 1)
    scores = F.linear(pool.flatten(1), w["w3"])
    made = [stem, act, deep, deep + act, pool, pool.flatten(1), scores, F.softmax(scores, 1)]
    return [value.numpy() for value in made]


@pytest.fixture(autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the network where networks are looked for."""
    root = tmp_path_factory.mktemp("models")
    (root / "branching").mkdir()
    nodes = [helper.make_node(op, given, [made], made, **more) for op, given, made, more in NODES]
    held = [numpy_helper.from_array(w.astype(np.float32), name) for name, w in WEIGHTS.items()]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, 9, 8])
    y = helper.make_tensor_value_info("shares", TensorProto.FLOAT, ["N", 5])
    graph = helper.make_graph(nodes, "branching", [x], [y], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    facts = {"title": "Branching", "mode": "RGB", "scale": 2.0, "offset": -1.0}
    helper.set_model_props(model, {"layerlab.facts": json.dumps(facts)})
    onnx.save(model, root / "branching/model.onnx")
    (root / "branching/labels.json").write_text(json.dumps(list("abcde")))
    monkeypatch.setattr(networks, "FOLDER", root)
    return root


@pytest.fixture
def ask(client: TestClient) -> Any:
    def send(to: str, **fields: object) -> Any:
        answer = client.post(URL + to, files={"input": ("x.npy", npy(X))}, data=fields)
        assert answer.status_code == 200, answer.text
        return answer

    return send


def test_the_graph_says_what_each_node_takes(client: TestClient) -> None:
    found = client.get(URL).json()
    stages = {stage["name"]: stage for stage in found["stages"]}
    assert list(stages) == NAMES
    assert stages["block_add"]["sources"] == {"input": "block_depthwise", "input_1": "act"}
    assert stages["stem"]["sources"] == {"input": "input"}
    assert [s["layer"] for s in found["stages"]][:4] == ["conv", "activation", "conv", None]
    assert [s["operator"] for s in found["stages"]] == [op for op, *_ in NODES]
    assert found["parameters"] == sum(w.size for w in WEIGHTS.values())
    assert stages["stem"]["cost"]["macs"] == 5 * 4 * 4 * 27
    assert stages["block_depthwise"]["cost"]["macs"] == 5 * 4 * 4 * 9


def test_every_value_is_pytorchs(ask: Any) -> None:
    traced = ask("/trace").json()
    for number, expected in enumerate(by_torch(X)):
        np.testing.assert_allclose(np.array(traced[str(number)]), expected, 1e-4, 1e-5)
    assert traced["top"][0]["label"] == "abcde"[int(by_torch(X)[-1].argmax())]


def test_some_nodes_can_be_picked_by_name_or_number(ask: Any) -> None:
    traced = ask("/trace", nodes="block_add,0").json()
    assert {key for key in traced if key.isdecimal()} == {"0", "3"}
    picked = ask("/trace?format=npy", nodes="pool")
    np.testing.assert_allclose(from_npy(picked.content), by_torch(X)[-1], 1e-4, 1e-5)


def test_a_node_that_is_not_there_is_refused(client: TestClient) -> None:
    for nodes in ("nothing", "8", "-2", "stem,,act"):
        files = {"input": ("x.npy", npy(X))}
        answer = client.post(f"{URL}/trace", files=files, data={"nodes": nodes})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["nodes"]
        assert "stem" in answer.json()["detail"]


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_an_element_of_each_node_is_explained(ask: Any, number: int) -> None:
    expected = by_torch(X)[number]
    at = [n // 2 for n in expected.shape]
    found = ask("/explain", node=NAMES[number], at=json.dumps(at), limit=50).json()
    own = next(step for step in found["path"] if step["name"] == NAMES[number])
    assert own["at"] == at
    assert own["value"] == pytest.approx(float(expected[tuple(at)]), 1e-4, 1e-5)
    assert [step["value"] for step in found["path"]] == pytest.approx(
        [float(by_torch(X)[s["stage"]][tuple(s["at"])]) for s in found["path"]], 1e-4, 1e-5
    )


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_an_element_is_explained_alone(ask: Any, number: int) -> None:
    expected = by_torch(X)[number]
    at = [n // 2 for n in expected.shape]
    form = {"node": number, "at": json.dumps(at), "path": "0", "limit": 50}
    [step] = ask("/explain", **form).json()["path"]
    assert (step["stage"], step["at"]) == (number, at)
    assert step["value"] == pytest.approx(float(expected[tuple(at)]), 1e-4, 1e-5)


def test_weights_have_addresses(client: TestClient) -> None:
    stages = client.get(URL).json()["stages"]
    weight = client.get(f"{URL}/tensors/{stages[0]['tensors']['weight']}?format=npy")
    np.testing.assert_array_equal(from_npy(weight.content), WEIGHTS["w1"].astype(np.float32))


def test_each_node_is_timed(client: TestClient) -> None:
    found = client.get(f"{URL}/times").json()
    assert [stage["name"] for stage in found["stages"]] == NAMES
    assert all(stage["microseconds"] >= 0 for stage in found["stages"])
    assert found["microseconds"] == sum(s["microseconds"] for s in found["stages"]) > 0
    assert found["optimised"] is False
