"""MLServer's own types and codecs write the requests and read the answers.

Its package is fetched as a file (`make data/.wheels`) and read as it lies there: installed, it
would want an older FastAPI than ours. Its `__init__` starts half a server, so only the modules that
a client needs are loaded, with nothing changed in them.
"""

import importlib
import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient

from app.settings import ROOT
from tests.v2.conftest import infer

_WHEELS = sorted((ROOT / "data").glob("mlserver-*.whl"))
pytestmark = pytest.mark.skipif(not _WHEELS, reason="`make data/.wheels` fetches MLServer's types")
_PACKAGES = ("mlserver", "mlserver.codecs")
X = np.random.default_rng(0).normal(size=(1, 2, 6, 6)).astype(np.float32)
W = np.random.default_rng(1).normal(size=(3, 2, 3, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def mlserver() -> Any:
    """Return its types and its codec of arrays."""
    for name in _PACKAGES:
        package = ModuleType(name)
        package.__path__ = [f"{_WHEELS[-1]}/{name.replace('.', '/')}"]
        sys.modules[name] = package
    found = ModuleType("found")
    found.__dict__.update(vars(importlib.import_module("mlserver.types")))
    found.__dict__["codec"] = importlib.import_module("mlserver.codecs.numpy").NumpyCodec
    return found


@pytest.mark.parametrize("whole", [True, False], ids=["with nulls", "without"])
def test_a_layer(client: TestClient, mlserver: Any, whole: bool) -> None:
    inputs = [mlserver.codec.encode_input(name, v) for name, v in {"input": X, "weight": W}.items()]
    parameters = mlserver.Parameters(content_type="np", padding=1, stride="[1, 2]")
    asked = mlserver.InferenceRequest(id="m", inputs=inputs, parameters=parameters)
    text = asked.model_dump_json(exclude_unset=not whole, exclude_none=not whole)
    answer = client.post(infer("conv"), content=text)
    found = mlserver.InferenceResponse.model_validate(answer.json())
    assert (found.model_name, found.model_version, found.id) == ("conv", "1", "m")
    expected = torch.conv2d(torch.tensor(X), torch.tensor(W), padding=1, stride=(1, 2)).numpy()
    output = mlserver.codec.decode_output(found.outputs[0])
    np.testing.assert_allclose(output, expected, 1e-4, 1e-5)
    assert output.dtype == np.float32


@pytest.mark.parametrize("kind", ["bool", "float16", "int64", "uint8"])
def test_types(client: TestClient, mlserver: Any, kind: str) -> None:
    array = np.array([[0, 1, 1], [1, 0, 1]]).astype(kind)
    asked = mlserver.InferenceRequest(inputs=[mlserver.codec.encode_input("input", array)])
    answer = client.post(infer("softmax"), content=asked.model_dump_json())
    found = mlserver.InferenceResponse.model_validate(answer.json())
    expected = torch.softmax(torch.tensor(array.astype(np.float32)), -1).numpy()
    np.testing.assert_allclose(mlserver.codec.decode_output(found.outputs[0]), expected, 1e-5)


def test_an_output_that_is_asked_for(client: TestClient, mlserver: Any) -> None:
    asked = mlserver.InferenceRequest(
        inputs=[mlserver.codec.encode_input("input", X)],
        outputs=[mlserver.RequestOutput(name="indices")],
        parameters=mlserver.Parameters(return_indices=True),
    )
    answer = client.post(infer("pooling"), content=asked.model_dump_json())
    [output] = mlserver.InferenceResponse.model_validate(answer.json()).outputs
    _, indices = torch.nn.functional.max_pool2d(torch.tensor(X), 2, return_indices=True)
    np.testing.assert_array_equal(mlserver.codec.decode_output(output), indices.numpy())


def test_what_is_told_of_models_and_the_server(client: TestClient, mlserver: Any) -> None:
    server = mlserver.MetadataServerResponse.model_validate(client.get("/v2").json())
    assert server.name == "layerlab"
    index = client.post("/v2/repository/index", json={"ready": True}).json()
    for one in mlserver.RepositoryIndexResponse.model_validate(index).root:
        assert one.state == mlserver.State.READY.value
        told = client.get(f"/v2/models/{one.name}").json()
        model = mlserver.MetadataModelResponse.model_validate(told)
        assert model.name == one.name
        assert model.inputs[0].name == "input"


def test_an_error(client: TestClient, mlserver: Any) -> None:
    answer = client.post(infer("softmax"), json={"inputs": []})
    assert answer.status_code == 422
    error = mlserver.InferenceErrorResponse.model_validate(answer.json()).error
    assert error == "input: the tensor 'input' is missing"
