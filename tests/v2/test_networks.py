"""Networks as models: as many inputs at once as a graph takes, numbers by ONNX Runtime alone."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from starlette.testclient import TestClient
from tritonclient import http
from tritonclient.utils import InferenceServerException

from app.main import create_app
from app.networks.network import FOLDER, names
from app.settings import Limits, Settings
from app.state import make_state
from tests.serving.server import Server
from tests.v2.conftest import Array, asked, infer, tensor

Ask = Callable[..., http.InferResult]
every_network = pytest.mark.parametrize("name", names())


@lru_cache
def _session(name: str) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return ort.InferenceSession(FOLDER / name / "model.onnx", options)


def _by_file(name: str, array: Array) -> Array:
    session = _session(name)
    found: Array = session.run(None, {session.get_inputs()[0].name: array})[-1]
    return found


def _drawn(name: str, batch: int) -> Array:
    shape = _session(name).get_inputs()[0].shape[1:]
    return np.random.default_rng(2).uniform(size=(batch, *shape)).astype(np.float32)


@pytest.fixture(scope="module")
def ask(server: Server) -> Iterator[Ask]:
    with http.InferenceServerClient(f"127.0.0.1:{server.port}") as made:

        def asks(name: str, array: Array, **more: object) -> http.InferResult:
            sent = http.InferInput("input", list(array.shape), "FP32")
            return made.infer(name, [sent.set_data_from_numpy(array)], **more)

        yield asks


@every_network
@pytest.mark.parametrize("batch", [1, 3, 0])
def test_a_batch_comes_out_as_its_file_says(ask: Ask, name: str, batch: int) -> None:
    array = _drawn(name, batch)
    found = ask(name, array, request_id="n").as_numpy("output")
    expected = _by_file(name, array) if batch else np.empty((0, found.shape[1]), np.float32)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, 1e-3, 1e-5)


@every_network
def test_one_without_its_batch_axis(ask: Ask, name: str) -> None:
    array = _drawn(name, 1)
    expected = _by_file(name, array)
    np.testing.assert_allclose(ask(name, array[0]).as_numpy("output"), expected, 1e-3, 1e-5)


def test_the_metadata_says_that_the_batch_is_free(client: TestClient) -> None:
    told = client.get("/v2/models/lenet-digits").json()
    [source] = told["inputs"]
    source.pop("parameters")
    assert source == {"name": "input", "datatype": "FP32", "shape": [-1, 1, 28, 28]}
    assert told["outputs"] == [{"name": "output", "datatype": "FP32", "shape": [-1, 10]}]


@every_network
def test_the_metadata_tells_the_range_that_it_was_trained_on(client: TestClient, name: str) -> None:
    low, high = client.get(f"/api/v1/models/{name}").json()["input"]["range"]
    [told] = client.get(f"/v2/models/{name}").json()["inputs"]
    assert told["parameters"] == {"minimum": low, "maximum": high}


@pytest.mark.parametrize("binary", [True, False])
def test_the_highest_classes_by_name(ask: Ask, client: TestClient, binary: bool) -> None:
    name, array = "one-conv", _drawn("one-conv", 2)
    wanted = [http.InferRequestedOutput("output", binary_data=binary, class_count=3)]
    found = ask(name, array, outputs=wanted).as_numpy("output")
    labels = client.get(f"/api/v1/models/{name}").json()["classes"]
    texts = [one if isinstance(one, str) else one.decode() for one in found.ravel()]
    for row, told in zip(_by_file(name, array), np.reshape(texts, (2, 3)), strict=True):
        places = np.argsort(row)[::-1][:3]
        assert [text.split(":")[1:] for text in told] == [[str(p), labels[p]] for p in places]
        values = [float(text.split(":")[0]) for text in told]
        np.testing.assert_allclose(values, row[places], 1e-3, 1e-5)


@pytest.mark.parametrize("count", [99, 10**12])
def test_more_classes_than_there_are(ask: Ask, count: int) -> None:
    wanted = [http.InferRequestedOutput("output", class_count=count)]
    assert ask("one-conv", _drawn("one-conv", 1), outputs=wanted).as_numpy("output").shape == (
        1,
        10,
    )


def test_the_processor_may_be_asked_for(ask: Ask) -> None:
    array = _drawn("one-conv", 1)
    found = ask("one-conv", array, parameters={"device": "cpu"}).as_numpy("output")
    np.testing.assert_allclose(found, _by_file("one-conv", array), 1e-3, 1e-5)


@pytest.mark.parametrize(
    ("array", "more", "said"),
    [
        (np.ones((1, 3, 31, 32), np.float32), {}, "this network takes [1, 3, 32, 32]"),
        (np.ones((1, 3, 32, 32), np.float32), {"parameters": {"stride": 2}}, "no field 'stride'"),
        (
            np.ones((1, 3, 32, 32), np.float32),
            {"parameters": {"device": "cuda"}},
            "networks run on the processor: device can be auto, cpu",
        ),
    ],
)
def test_what_a_network_does_not_take(ask: Ask, array: Array, more: object, said: str) -> None:
    assert isinstance(more, dict)
    with pytest.raises(InferenceServerException) as caught:
        ask("one-conv", array, **more)
    assert caught.value.status() == "422"
    assert said in caught.value.message()


@pytest.mark.parametrize("limits", [{"macs": 100_000}, {"output_elements": 5}])
def test_a_batch_is_held_against_the_limits(tmp_path: Path, limits: dict[str, int]) -> None:
    state = make_state(Settings(store_dir=tmp_path), Limits(**limits))  # type: ignore[arg-type]
    with TestClient(create_app(state)) as client:
        sent = asked(tensor("input", _drawn("one-conv", 2)))
        answer = client.post(infer("one-conv"), json=sent)
    assert answer.status_code == 413
    assert str(*limits.values()) in answer.json()["error"]
