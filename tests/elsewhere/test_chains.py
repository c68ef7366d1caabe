"""Chains as files that run elsewhere: each gives the numbers that the service gives.

An .onnx comes back as the chain that it was.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.exports.sources import source_of
from app.graphs import Stage
from app.layers.base import Array
from app.networks.open import open_graph
from tests.api.conftest import npy
from tests.conftest import FULL
from tests.elsewhere.conftest import ATOL, RTOL
from tests.elsewhere.test_programs import RUNNER
from tests.layers.cases import CASES, run_of
from tests.networks.chains import Chain, by_torch, chains
from tests.tensors.test_safetensors import read

PIPELINE = "/api/v1/pipeline"
LANGUAGES = ("pytorch", "numpy", "keras")
Spec = dict[str, Any]


def _conv(outputs: int, size: int = 3, **more: Any) -> Spec:
    return {"layer": "conv", "out_channels": outputs, "kernel_size": size, "seed": outputs} | more


def _relu(function: str = "relu") -> Spec:
    return {"layer": "activation", "function": function}


def _norm(channels: int) -> Spec:
    line = np.linspace(0.5, 1.5, channels).tolist()
    return {"layer": "batch_norm", "running_mean": line, "running_var": line, "weight": line}


_TRAINING = {"training": True}
POOL: Spec = {"layer": "pooling", "mode": "max"}
NAMED: dict[str, tuple[tuple[int, ...], list[Spec]]] = {
    "small": (
        (2, 1, 8, 8),
        [_conv(4), _relu(), POOL, {"layer": "dense", "out_features": 3}, {"layer": "softmax"}],
    ),
    "lenet": (
        (1, 1, 28, 28),
        [
            _conv(6, 5, padding=2), _relu("tanh"), {"layer": "pooling", "mode": "avg"},
            _conv(16, 5), _relu("tanh"), {"layer": "pooling", "mode": "avg"},
            {"layer": "flatten"}, {"layer": "dense", "out_features": 120}, _relu("tanh"),
            {"layer": "dense", "out_features": 84}, _relu("tanh"),
            {"layer": "dense", "out_features": 10}, {"layer": "softmax"},
        ],
    ),
    "vgg block": ((1, 3, 16, 16), [*[_conv(8, padding=1), _relu()] * 2, POOL]),
    "depthwise separable": (
        (1, 4, 12, 12),
        [
            _conv(4, padding=1, groups=4, stride=2), _norm(4), _relu("relu6"),
            _conv(8, 1), _norm(8), _relu("relu6"),
        ],
    ),
    "a picture alone": ((3, 9, 9), [_conv(2), POOL, {"layer": "pooling", "mode": "global_avg"}]),
    "no batch": ((2, 7, 7), [_relu("gelu"), _conv(2), {"layer": "pad", "padding": [1, 0]}]),
    "indices": ((1, 1, 6, 6), [_conv(1), POOL | {"return_indices": True}]),
    "training": (
        (3, 2, 4, 4),
        [{"layer": "dropout"} | _TRAINING, {"layer": "batch_norm"} | _TRAINING, _relu()],
    ),
    "normalised": (
        (2, 4, 5, 6),
        [
            {"layer": "group_norm", "num_groups": 2, "weight": [1, 2, 3, 4]},
            {"layer": "instance_norm", "bias": [0, 1, 0, 1]},
            {"layer": "local_response_norm", "size": 4, "alpha": 1},
            {"layer": "layer_norm", "normalized_shape": [5, 6]},
        ],
    ),
    "enlarging": (
        (1, 2, 5, 5),
        [
            {"layer": "conv_transpose", "out_channels": 3, "stride": 2}, _relu("selu"),
            {"layer": "upsample"}, _relu("prelu") | {"weight": [0.5, 0, 2]},
        ],
    ),
    "residual": (
        (2, 3, 8, 8),
        [
            _conv(4, padding=1), _relu(), _conv(4, padding=1), _relu(), _conv(4, padding=1),
            {"layer": "merge", "other": {"stage": 1}}, _relu(),
        ],
    ),
    "a gate": (
        (2, 3, 8, 8),
        [
            {"layer": "pooling", "mode": "global_avg"}, _conv(3, 1), _relu("sigmoid"),
            {"layer": "merge", "mode": "mul", "other": {"stage": "input"}},
        ],
    ),
    "side by side": (
        (1, 2, 9, 9),
        [
            _conv(3, padding=1), POOL, {"input": {"stage": "input"}} | _conv(2, 5, padding=2), POOL,
            {"layer": "merge", "mode": "concat", "other": {"stage": 1}},
        ],
    ),
    "another batch": (
        (2, 2, 4, 4),
        [_relu(), {"layer": "merge", "mode": "concat", "dim": 0, "other": {"stage": "input"}}],
    ),
    "large": ((1, 3, 40, 40), [_conv(6), {"layer": "activation", "function": "celu"}, POOL]),
}  # fmt: skip


def _input(shape: tuple[int, ...]) -> Array:
    return np.random.default_rng(5).normal(size=shape).astype(np.float32)


def _posted(client: TestClient, where: str, name: str) -> Any:
    shape, layers = NAMED[name]
    asked = {"input": _input(shape).tolist(), "layers": layers}
    return client.post(f"{PIPELINE}{where}", json=asked)


def _outputs(client: TestClient, name: str) -> dict[str, Array]:
    return read(_posted(client, "?format=safetensors&return=all", name).content)[0]


@pytest.fixture(scope="module")
def programs(client: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write every program and run them in one process; return the folder."""
    folder, places = tmp_path_factory.mktemp("chains"), []
    for name in NAMED:
        for language in LANGUAGES:
            answer = _posted(client, f"/export?format={language}", name)
            if answer.status_code == 422:
                assert "Keras has nothing for" in answer.json()["detail"]
                continue
            assert answer.headers["content-type"].startswith("text/x-python")
            place = folder / f"{name}-{language}"
            place.mkdir()
            (place / "program.py").write_text(answer.text)
            places.append(place)
    _run(places)
    return folder


def _run(places: list[Path]) -> None:
    environment = os.environ | {"KERAS_BACKEND": "torch", "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, RUNNER, *places], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-3000:]


def _found(place: Path) -> Array:
    with np.load(place / "outputs.npz", allow_pickle=False) as held:
        found: Array = held["0"]
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMED)
def test_a_script_gives_the_numbers(
    client: TestClient, programs: Path, name: str, language: str
) -> None:
    if (name, language) == ("indices", "keras"):
        return
    found = _found(programs / f"{name}-{language}")
    np.testing.assert_allclose(found, _outputs(client, name)["output"], RTOL, ATOL)


def test_what_keras_lacks_is_named_at_its_layer(client: TestClient) -> None:
    answer = _posted(client, "/export?format=keras", "indices")
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["detail"] == "Keras has nothing for the indices of a max pooling"
    assert problem["errors"][0]["loc"] == ["layers", 1]


def _opened(client: TestClient, file: bytes) -> Any:
    answer = client.post(
        f"{PIPELINE}/open", content=file, headers={"Content-Type": "application/octet-stream"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def _spec(stage: Stage) -> Spec:
    """Return a stage as a request says it."""
    known = {k: v for k, v in stage.layer.known().items() if v is not None}
    weights = {name: value.tolist() for name, value in stage.weights.items()}
    return {"layer": stage.layer.family} | known | weights


@pytest.mark.parametrize("name", NAMED)
def test_a_model_gives_the_last_output_and_comes_back_as_its_chain(
    client: TestClient, name: str
) -> None:
    _, layers = NAMED[name]
    answer = _posted(client, "/export?format=onnx", name)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith('filename="chain.onnx"')
    model, made = onnx.load_from_string(answer.content), _outputs(client, name)
    onnx.checker.check_model(model, full_check=True)
    session = ort.InferenceSession(answer.content, providers=["CPUExecutionProvider"])
    (output, *_) = session.run(None, {"input": made["input"]})
    np.testing.assert_allclose(output, made["output"], RTOL, ATOL)
    graph = open_graph(model)
    assert [stage.layer.family for stage in graph.stages] == [spec["layer"] for spec in layers]
    values = graph.run(made["input"], [stage.name for stage in graph.stages])
    for number, stage in enumerate(graph.stages):
        np.testing.assert_allclose(values[stage.name], made[str(number)], RTOL, ATOL)
    again = _opened(client, answer.content)["layers"]
    for spec, stage, asked in zip(again, graph.stages, layers, strict=True):
        joins = {n: v for n, v in asked.items() if n in ("input", "other")}
        assert {n: v for n, v in spec.items() if n in ("input", "other")} == joins
        assert spec.keys() - joins.keys() <= _spec(stage).keys()
    # What came back is exported as the very same file.
    same = {"input": made["input"].tolist(), "layers": again}
    assert client.post(f"{PIPELINE}/export?format=onnx", json=same).content == answer.content


def test_a_model_with_every_stage(client: TestClient) -> None:
    answer = _posted(client, "/export?format=onnx&return=all", "small")
    session = ort.InferenceSession(answer.content, providers=["CPUExecutionProvider"])
    assert [o.name for o in session.get_outputs()] == [
        "conv", "activation", "pooling", "dense", "softmax",
    ]  # fmt: skip
    made = _outputs(client, "small")
    for number, value in enumerate(session.run(None, {"input": made["input"]})):
        np.testing.assert_allclose(value, made[str(number)], RTOL, ATOL)
    (more,) = session.run(["softmax"], {"input": np.repeat(made["input"], 2, 0)})
    assert more.shape == (4, 3), "the batch axis is free"
    graph = open_graph(onnx.load_from_string(answer.content))
    assert graph.output == "softmax"


@pytest.mark.parametrize(
    ("name", "is_free"),
    [
        ("residual", True),
        ("a gate", True),
        ("side by side", True),
        ("lenet", True),
        ("depthwise separable", True),
        ("enlarging", True),
        ("training", False),
        ("another batch", False),
    ],
)
def test_a_model_takes_any_batch_where_it_can(client: TestClient, name: str, is_free: bool) -> None:
    answer = _posted(client, "/export?format=onnx", name)
    session = ort.InferenceSession(answer.content, providers=["CPUExecutionProvider"])
    (source,), made = session.get_inputs(), _outputs(client, name)
    assert isinstance(source.shape[0], str) is is_free
    if is_free:
        for count in (0, 3):
            (more,) = session.run(None, {"input": np.repeat(made["input"], count, 0)})
            np.testing.assert_allclose(more, np.repeat(made["output"], count, 0), RTOL, ATOL)


def test_a_model_minds_what_was_infinite_on_the_way(client: TestClient) -> None:
    """A window of −∞ is −∞, where ONNX Runtime's own MaxPool says the lowest number."""
    weight = [[[[-3e38]]]]
    layers = [{"layer": "conv", "weight": weight}, {"layer": "pooling"}, _relu("relu")]
    # What is finite but adds up to too much is minded too, which changes no number.
    for value, more, minds in ((9.0, True, True), (0.1, False, True), (0.01, False, False)):
        asked = {"input": np.full((1, 1, 4, 4), value).tolist(), "layers": layers[:2]}
        answer = client.post(f"{PIPELINE}/export?format=onnx", json=asked)
        session = ort.InferenceSession(answer.content, providers=["CPUExecutionProvider"])
        x = np.full((1, 1, 4, 4), value, np.float32)
        (y, *_) = session.run(None, {"input": x})
        assert np.isneginf(y).all() == more
        assert more or np.allclose(y, value * -3e38, RTOL)
        assert (len(onnx.load_from_string(answer.content).graph.node) > 2) == minds


def test_a_script_does_not_carry_too_much(client: TestClient) -> None:
    files = {"input": ("x.npy", npy(np.zeros((1, 1, 1100, 1000), np.float32)))}
    for layers in ([POOL], [_relu(), POOL]):
        data = {"layers": json.dumps(layers), "format": "numpy"}
        answer = client.post(f"{PIPELINE}/export", data=data, files=files)
        assert answer.status_code == 413
        assert "4400000 bytes of tensors; at most 4194304" in answer.json()["detail"]
        answer = client.post(f"{PIPELINE}/export", data=data | {"format": "onnx"}, files=files)
        assert answer.status_code == 200


@pytest.mark.parametrize("query", ["", "?format=png", "?format=safetensors"])
def test_another_format_is_refused_with_the_four(client: TestClient, query: str) -> None:
    answer = _posted(client, f"/export{query}", "small")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "format must be one of onnx, pytorch, numpy, keras"


def test_every_function_can_stand_in_one_program() -> None:
    """Two of one name would be told as an error of ours when a chain has both."""
    plans = [run_of(number).plan for number in range(len(CASES))]
    functions = {plan.layer.numpy_call(plan.shapes).function for plan in plans}
    source = source_of(*sorted(functions, key=lambda f: f.__name__))
    exec(compile(source, "program", "exec"), {})


@pytest.mark.timeout(1800)
@given(drawn=st.lists(chains(), min_size=6, max_size=6))
@settings(max_examples=20 if FULL else 1)
def test_random_chains_give_pytorchs_numbers_everywhere(
    client: TestClient, tmp_path_factory: pytest.TempPathFactory, drawn: list[Chain]
) -> None:
    """One process runs the scripts of several chains, in every language that has them."""
    folder, places = tmp_path_factory.mktemp("random"), dict[Path, Array]()
    for number, chain in enumerate(drawn):
        pairs = zip(chain.layers, chain.tensors, strict=True)
        layers = [spec | {n: v.tolist() for n, v in held.items()} for spec, held in pairs]
        asked = {"input": chain.input.tolist(), "layers": layers}
        expected = by_torch(chain)[-1]
        for language in LANGUAGES:
            answer = client.post(f"{PIPELINE}/export?format={language}", json=asked)
            if language == "keras" and answer.status_code == 422:
                continue
            place = folder / f"{number}-{language}"
            place.mkdir()
            (place / "program.py").write_text(answer.text)
            places[place] = expected
        answer = client.post(f"{PIPELINE}/export?format=onnx", json=asked)
        graph = open_graph(onnx.load_from_string(answer.content))
        assert [stage.operator for stage in graph.stages] == [""] * len(layers), "it is its chain"
        again = {"input": asked["input"], "layers": _opened(client, answer.content)["layers"]}
        same = client.post(f"{PIPELINE}/export?format=onnx", json=again)
        assert same.content == answer.content
        found = graph.run(chain.input, [graph.output])[graph.output]
        np.testing.assert_allclose(found, expected, 1e-3, 1e-4)
    _run(list(places))
    for place, expected in places.items():
        np.testing.assert_allclose(_found(place), expected, 1e-3, 1e-4, err_msg=place.name)
