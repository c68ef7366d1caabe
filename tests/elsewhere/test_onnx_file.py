"""The exported ONNX model: it runs by itself, and can come back."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from starlette.testclient import TestClient

from app.layers.base import Array
from tests.elsewhere.conftest import PREFIX, assert_near, request_of
from tests.layers.cases import CASES, every_case, run_of


def _file(client: TestClient, number: int) -> onnx.ModelProto:
    case = CASES[number]
    answer = client.post(f"{PREFIX}/{case.kind.family}/export?format=onnx", json=request_of(case))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith(f'filename="{case.kind.family}.onnx"')
    return onnx.load_from_string(answer.content)


def _run(model: onnx.ModelProto, x: Array) -> list[Array]:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return [np.asarray(y) for y in session.run(None, {"input": x})]


@every_case
def test_it_runs_with_nothing_but_the_input(client: TestClient, number: int) -> None:
    model = _file(client, number)
    onnx.checker.check_model(model, full_check=True)
    assert [i.name for i in model.graph.input] == ["input"]
    assert_near(number, _run(model, run_of(number).tensors["input"]))


@every_case
def test_the_layer_comes_back_as_a_chain_of_one(client: TestClient, number: int) -> None:
    model, run = _file(client, number), run_of(number)
    answer = client.post(
        "/api/v1/pipeline/open",
        content=model.SerializeToString(),
        headers={"Content-Type": "application/octet-stream"},
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert tuple(told["shape"]) == run.plan.outputs["output"]
    asked = {"input": run.tensors["input"].tolist(), "layers": told["layers"]}
    answer = client.post("/api/v1/pipeline?format=npy", json=asked)
    made = np.frombuffer(answer.content[-run.outputs["output"].nbytes :], np.float32)
    np.testing.assert_array_equal(made, run.outputs["output"].reshape(-1))


def test_a_convolution_takes_any_batch_and_size(client: TestClient) -> None:
    asked = {"input": np.zeros((1, 1, 4, 4)).tolist(), "kernel": "sobel_x", "padding": 1}
    answer = client.post(f"{PREFIX}/conv/export?format=onnx", json=asked)
    (y,) = _run(onnx.load_from_string(answer.content), np.ones((3, 1, 9, 7), np.float32))
    assert y.shape == (3, 1, 9, 7)


@pytest.mark.parametrize("query", ["", "?format=png", "?format=onnx,keras"])
def test_another_format_is_refused_with_the_four(client: TestClient, query: str) -> None:
    answer = client.post(f"{PREFIX}/softmax/export{query}", json={"input": [1.0]})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "format must be one of onnx, pytorch, numpy, keras"


def test_a_script_does_not_carry_a_picture_of_megapixels(client: TestClient) -> None:
    asked = {"input": np.zeros((1100, 1000)).tolist()}
    answer = client.post(f"{PREFIX}/softmax/export?format=numpy", json=asked)
    assert answer.status_code == 413
    assert "4400000 bytes of tensors; at most 4194304" in answer.json()["detail"]
    answer = client.post(f"{PREFIX}/softmax/export?format=onnx", json=asked)
    assert answer.status_code == 200
