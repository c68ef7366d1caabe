"""A chain over HTTP: every form of request and of answer, what cannot be, what is refused."""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from starlette.testclient import TestClient

from tests.api.conftest import from_npy, npy, png
from tests.tensors.test_safetensors import read

PIPELINE = "/api/v1/pipeline"
X = np.random.default_rng(0).normal(size=(1, 2, 8, 8)).astype(np.float32)
W = np.random.default_rng(1).normal(size=(3, 2, 3, 3)).astype(np.float32)
B = np.array([0.5, -1, 2], np.float32)
LAYERS: list[dict[str, Any]] = [
    {"layer": "conv", "weight": W.tolist(), "bias": B.tolist(), "padding": 1},
    {"layer": "activation"},
    {"layer": "pooling", "kernel_size": 2},
    {"layer": "dense", "out_features": 4, "seed": 3},
    {"layer": "softmax"},
]


def _post(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.post(PIPELINE, json={"input": X.tolist(), "layers": LAYERS} | asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _refused(client: TestClient, status: int = 422, **asked: Any) -> dict[str, Any]:
    answer = client.post(PIPELINE, json={"input": X.tolist(), "layers": LAYERS} | asked)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    return found


def _by_torch(weight: Any) -> list[Any]:
    first = F.conv2d(torch.from_numpy(X), torch.from_numpy(W), torch.from_numpy(B), padding=1)
    third = F.max_pool2d(F.relu(first), 2)
    fourth = F.linear(third.flatten(1), torch.tensor(weight))
    return [first, F.relu(first), third, fourth, torch.softmax(fourth, -1)]


def test_it_is_its_layers_one_after_the_other(client: TestClient) -> None:
    found = _post(client, **{"return": "all"})
    expected = _by_torch(found["stages"][3]["weight"])
    for stage, value in zip(found["stages"], expected, strict=True):
        np.testing.assert_allclose(stage["output"], value, 1e-4, 1e-5)
        assert stage["shape"] == list(value.shape)
        assert stage["stats"]["max"] == pytest.approx(float(value.max()), 1e-4)
    assert found["output"] == found["stages"][-1]["output"]
    assert [s["name"] for s in found["stages"]] == [spec["layer"] for spec in LAYERS]
    assert found["shape"] == [1, 4]


def test_the_facts_of_a_stage(client: TestClient) -> None:
    found = _post(client)
    conv, relu, pool, dense, softmax = found["stages"]
    assert conv["cost"] == {"parameters": 57, "macs": 8 * 8 * 3 * 18, "output_bytes": 768}
    assert pool["receptive_field"] == {"size": [4, 4], "stride": [2, 2], "offset": [-1, -1]}
    assert pool["rule"] == ["⌊(8 + 2·0 − 1·(2 − 1) − 1) / 2⌋ + 1 = 4"] * 2
    assert pool["dropped"] == [0, 0]
    assert relu["stats"]["min"] == 0
    assert dense["receptive_field"] is None
    assert softmax["receptive_field"] is None
    assert found["cost"] == {
        "parameters": 57 + 4 * 48, "macs": conv["cost"]["macs"] + 4 * 48, "output_bytes": 16,
    }  # fmt: skip
    assert "output" not in conv
    assert "weight" not in conv, "it was sent"
    assert np.shape(dense["weight"]) == (4, 48), "it was made, and makes the answer again"


def test_a_generated_weight_is_the_one_that_the_layer_makes(client: TestClient) -> None:
    found = _post(client, layers=[{"layer": "conv", "out_channels": 2, "seed": 5}])
    alone = client.post(
        "/api/v1/layers/conv", json={"input": X.tolist(), "out_channels": 2, "seed": 5}
    )
    assert found["stages"][0]["weight"] == alone.json()["weight"]
    assert found["output"] == alone.json()["output"]


def test_a_form_with_files_for_the_tensors_of_layers(client: TestClient) -> None:
    layers = [{k: v for k, v in LAYERS[0].items() if k not in ("weight", "bias")}, *LAYERS[1:]]
    files = {
        "input": ("x.npy", npy(X)),
        "layers.0.weight": ("w.npy", npy(W)),
        "layers.0.bias": ("b.npy", npy(B)),
    }
    for data, more in (
        ({"layers": json.dumps(layers)}, {}),
        ({}, {"layers": ("chain.json", json.dumps(layers).encode())}),
    ):
        answer = client.post(PIPELINE, data=data, files=files | more)
        assert answer.status_code == 200, answer.text
        assert answer.json()["output"] == _post(client)["output"]


def test_a_bare_body_with_the_layers_in_the_query(client: TestClient) -> None:
    query = {"layers": json.dumps([{"layer": "conv", "kernel": "box"}, {"layer": "pooling"}])}
    answer = client.post(
        PIPELINE, params=query, content=npy(X), headers={"Content-Type": "application/x-npy"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["shape"] == [1, 1, 3, 3]


def test_refs_go_in_and_out(client: TestClient) -> None:
    found = _post(client, refs=True, **{"return": "all"})
    refs = found["refs"]
    assert set(refs) == {"input", "output", *map(str, range(len(LAYERS)))}
    for number, stage in enumerate(found["stages"]):
        held = client.get(f"/api/v1/tensors/{refs[str(number)]}?format=npy")
        np.testing.assert_allclose(from_npy(held.content), stage["output"], 1e-6)
    w = client.post("/api/v1/tensors", json={"data": W.tolist(), "shape": W.shape}).json()["ref"]
    layers = [LAYERS[0] | {"weight": {"ref": w}}, *LAYERS[1:]]
    again = _post(client, input={"ref": refs["input"]}, layers=layers)
    assert again["output"] == found["output"]
    assert set(_post(client, refs=True)["refs"]) == {"input", "output"}


def test_only_what_is_asked_for(client: TestClient) -> None:
    assert set(_post(client, fields="shape,stats")) == {"shape", "stats"}
    found = _post(client, output="ref", **{"return": "all"})
    assert "output" not in found
    assert {"output", "weight"} & {k for stage in found["stages"] for k in stage} == set()
    assert found["refs"]["output"]


def test_other_forms_of_answer(client: TestClient) -> None:
    asked = {"input": X.tolist(), "layers": LAYERS[:3]}
    expected = np.asarray(_post(client, layers=LAYERS[:3])["output"], np.float32)
    answer = client.post(PIPELINE, json=asked, headers={"Accept": "application/x-npy"})
    np.testing.assert_array_equal(from_npy(answer.content), expected)
    assert "Server-Timing" in answer.headers
    assert json.loads(answer.headers["Layerlab-Facts"])["shape"] == [1, 3, 4, 4]
    answer = client.post(f"{PIPELINE}?format=png", json=asked)
    assert answer.content[:8] == png(np.zeros((1, 1), np.uint8))[:8]
    answer = client.post(f"{PIPELINE}?format=safetensors", json=asked)
    assert set(read(answer.content)[0]) == {"output"}
    asked = {"input": X.tolist(), "layers": LAYERS, "return": "all"}
    held, notes = read(client.post(f"{PIPELINE}?format=safetensors", json=asked).content)
    assert set(held) == {"input", "0", "1", "2", "3", "3.weight", "4", "output"}
    assert len(json.loads(notes["layerlab"])["stages"]) == len(LAYERS)


def test_every_output_of_a_stage(client: TestClient) -> None:
    layers = [{"layer": "pooling", "return_indices": True}, {"layer": "softmax", "dim": 1}]
    found = _post(client, layers=layers, **{"return": "all"})
    values, indices = F.max_pool2d(torch.from_numpy(X), 2, return_indices=True)
    assert found["stages"][0]["indices"] == indices.tolist()
    np.testing.assert_allclose(found["stages"][0]["output"], values, 1e-6)
    last = _post(client, layers=layers[:1])
    assert last["indices"] == indices.tolist()


def test_a_picture_alone_and_a_row(client: TestClient) -> None:
    """What has no batch axis gets one where a layer needs it, and keeps it."""
    layers = [{"layer": "activation"}, {"layer": "conv", "kernel": "box"}]
    assert _post(client, input=X[0].tolist(), layers=layers)["shape"] == [1, 1, 6, 6]
    assert _post(client, input=X[0, 0].tolist(), layers=layers)["shape"] == [1, 1, 6, 6]
    row = [{"layer": "softmax"}, {"layer": "dense", "out_features": 2}]
    assert _post(client, input=[1, 2, 3], layers=row)["shape"] == [1, 2]
    assert _post(client, input=7, layers=row[:1])["output"] == 1


def test_an_empty_batch(client: TestClient) -> None:
    body = npy(np.zeros((0, 2, 8, 8), np.float32))
    layers = [*LAYERS[:3], {"layer": "flatten"}, *LAYERS[3:]]
    files = {"input": ("x.npy", body)}
    answer = client.post(PIPELINE, data={"layers": json.dumps(layers)}, files=files)
    assert answer.status_code == 200, answer.text
    assert answer.json()["shape"] == [0, 4]
    assert answer.json()["output"] == []


def test_nan_in_the_input_goes_through_a_maximum(client: TestClient) -> None:
    holed = X.copy()
    holed[0, 1, 3, 3] = np.nan
    layers = [{"layer": "activation", "function": "tanh"}, {"layer": "pooling"}]
    files = {"input": ("x.npy", npy(holed))}
    data = {"layers": json.dumps(layers), "format": "npy"}
    answer = client.post(PIPELINE, data=data, files=files)
    expected = F.max_pool2d(torch.tanh(torch.from_numpy(holed)), 2)
    np.testing.assert_allclose(from_npy(answer.content), expected, 1e-5)


def test_what_becomes_infinite_on_the_way_goes_through_a_maximum(client: TestClient) -> None:
    """1e38 · 9 is past float32: −∞ in a whole window, and ∞ − ∞ = NaN in some."""
    weight = np.array([[[[1e38]]], [[[-1e38]]]], np.float32)
    x = np.abs(X[:, :1]) * 9
    layers = [
        {"layer": "conv", "weight": weight.tolist()},
        {"layer": "batch_norm", "running_mean": [0, 0], "running_var": [1, 1]},
        {"layer": "pooling", "kernel_size": 2},
        {"layer": "conv", "weight": [[[[1.0]], [[1.0]]]]},
        {"layer": "pooling", "mode": "global_max"},
    ]
    answer = client.post(
        f"{PIPELINE}?format=safetensors",
        json={"input": x.tolist(), "layers": layers, "return": "all"},
    )
    made, _ = read(answer.content)
    first = F.conv2d(torch.from_numpy(x), torch.from_numpy(weight))
    pooled = F.max_pool2d(first, 2)
    assert pooled.isinf().any()
    np.testing.assert_allclose(made["2"], pooled, 1e-4)
    summed = F.conv2d(pooled, torch.ones(1, 2, 1, 1))
    assert summed.isnan().any()
    np.testing.assert_allclose(made["3"], summed, 1e-4)
    np.testing.assert_allclose(made["4"], F.adaptive_max_pool2d(summed, 1), 1e-4)


def test_the_graph_is_made_once_and_serves_other_weights_and_sizes(client: TestClient) -> None:
    conv: dict[str, Any] = {"layer": "conv", "out_channels": 2, "padding": 2}
    more = [{"layer": "pooling"}, {"layer": "activation"}]
    sessions = client.app.state.lab.sessions  # type: ignore[attr-defined]
    _post(client, layers=[conv, *more])
    before = len(sessions)
    _post(client, layers=[conv | {"seed": 9}, *more], input=np.zeros((2, 2, 5, 9)).tolist())
    assert len(sessions) == before
    _post(client, layers=[conv, *more, *more[1:]])
    assert len(sessions) == before + 1


# ---- what cannot be ----

CONV: dict[str, Any] = {"layer": "conv", "kernel": "box"}


@pytest.mark.parametrize(
    ("layers", "loc", "words"),
    [
        ([], ["layers"], "a list of one layer or more"),
        ("conv", ["layers"], "a list of one layer or more"),
        ([3], ["layers", 0], "is an object"),
        ([{}], ["layers", 0, "layer"], "layer must be the name of one: conv"),
        ([{"layer": "cnov"}], ["layers", 0, "layer"], "did you mean 'conv'?"),
        ([{"layer": ["conv"]}], ["layers", 0, "layer"], "layer must be the name"),
        (
            [CONV, {"layer": "activation", "function": "x"}],
            ["layers", 1, "function"],
            "one of relu",
        ),
        ([CONV, {"layer": "pooling", "strid": 2}], ["layers", 1, "strid"], "mean 'stride'?"),
        ([CONV, {"layer": "pooling", "input": 2}], ["layers", 1, "input"], "the one before it"),
        ([CONV, {"layer": "pooling", "stride": 0}], ["layers", 1, "stride"], "at least 1"),
        ([CONV, CONV, CONV, CONV], ["layers", 3, "kernel_size"], "3 is larger than the padded"),
        ([{"layer": "conv"}], ["layers", 0, "weight"], "weight, kernel or out_channels"),
        ([{"layer": "activation", "function": "prelu"}], ["layers", 0, "weight"], "is missing"),
        ([{"layer": "conv", "weight": [[1, None]]}], ["layers", 0, "weight"], "null"),
        ([CONV, {"layer": "dense", "weight": [[1, 2]]}], ["layers", 1, "weight"], "2 features"),
    ],
)
def test_an_error_stands_at_its_layer(
    client: TestClient, layers: Any, loc: list[Any], words: str
) -> None:
    problem = _refused(client, layers=layers)
    assert problem["errors"][0]["loc"][: len(loc)] == loc
    assert words in problem["errors"][0]["msg"]


def test_a_ref_that_is_gone_is_named_with_its_layer(client: TestClient) -> None:
    layers = [CONV, {"layer": "dense", "weight": {"ref": "A" * 32}}]
    problem = _refused(client, 404, layers=layers)
    assert problem["type"].endswith("/tensor-gone")
    assert problem["errors"][0]["loc"] == ["layers", 1, "weight"]


@pytest.mark.parametrize(
    ("asked", "loc"),
    [
        ({"return": "every"}, ["return"]),
        ({"return": ["all"]}, ["return"]),
        ({"layer": "conv"}, ["layer"]),
        ({"code": 1}, ["code"]),
        ({"layers.9.weight": [1]}, ["layers.9.weight"]),
        ({"input": None}, ["input"]),
        ({"device": "tpu"}, ["device"]),
    ],
)
def test_what_stands_beside_the_layers(client: TestClient, asked: Any, loc: list[Any]) -> None:
    assert _refused(client, **asked)["errors"][0]["loc"] == loc


def test_a_tensor_given_twice(client: TestClient) -> None:
    files = {"input": ("x.npy", npy(X)), "layers.0.weight": ("w.npy", npy(W))}
    answer = client.post(PIPELINE, data={"layers": json.dumps(LAYERS)}, files=files)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["layers", 0, "weight"]


def test_limits_hold_for_all_layers_together(limited: Callable[..., TestClient]) -> None:
    relu = [{"layer": "activation"}] * 3
    one = 4 * 128 * 2  # bytes in and out
    client = limited(working_bytes=2 * one + one // 2)
    problem = _refused(client, 413, layers=relu)
    assert problem["errors"][0]["loc"] == ["layers", 2]
    assert f"{3 * one} bytes of working memory" in problem["detail"]
    _post(client, layers=relu[:2])
    client = limited(output_elements=300)
    _post(client, layers=relu)
    assert "384 elements" in _refused(client, 413, layers=relu, **{"return": "all"})["detail"]
    client = limited(macs=700)
    conv = {"layer": "conv", "kernel": "box"}
    assert "792 multiply-accumulates" in _refused(client, 413, layers=[conv, conv])["detail"]
    client = limited(stages=2)
    assert _refused(client, 413, layers=relu)["errors"][0]["loc"] == ["layers"]
    client = limited(json_elements=300)
    _post(client, layers=relu[:2])
    assert (
        "384 elements are too many"
        in _refused(client, 413, layers=relu[:2], **{"return": "all"})["detail"]
    )


def test_what_nobody_looks_at_is_let_go_of(limited: Callable[..., TestClient]) -> None:
    """Of ten maps, each of 512 bytes, a file needs the input, and two at a time."""
    client = limited(working_bytes=3 * 512)
    asked = {"input": X.tolist(), "layers": [{"layer": "activation"}] * 10}
    assert client.post(PIPELINE, json=asked).status_code == 413
    assert client.post(PIPELINE, json=asked | {"return": "all", "format": "npy"}).status_code == 413
    assert client.post(PIPELINE, json=asked | {"fields": "stages"}).status_code == 413
    made = client.post(PIPELINE, json=asked | {"format": "npy"})
    assert made.status_code == 200, made.text
    np.testing.assert_array_equal(from_npy(made.content), np.maximum(X, 0))
    told = client.post(PIPELINE, json=asked | {"fields": "output,shape,stats,refs", "refs": 1})
    assert set(told.json()) == {"output", "shape", "stats", "refs"}
    np.testing.assert_array_equal(np.float32(told.json()["output"]), np.maximum(X, 0))


def test_terabytes_are_refused_before_anything_is_made(client: TestClient) -> None:
    layers = [{"layer": "upsample", "scale_factor": 64}] * 8
    asked = {"input": X.tolist(), "layers": layers}
    tracemalloc.start()
    answer = client.post(PIPELINE, json=asked)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["loc"][:2] == ["layers", 1]
    assert most < 4 << 20
