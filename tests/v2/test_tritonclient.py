"""`tritonclient`, which nobody here wrote, works with its defaults; numbers are PyTorch's."""

import asyncio
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson
import pytest
import torch
from tritonclient import http
from tritonclient.http import aio
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from app.layers import FAMILIES, LAYERS
from app.layers.base import INPUT
from tests.layers.cases import CASES, every_case, run_of
from tests.layers.oracles import assert_same, by_torch
from tests.serving.server import Server
from tests.v2.conftest import Array

NETWORK = "one-conv"
X = np.random.default_rng(0).normal(size=(2, 3, 9, 8)).astype(np.float32)
W = np.random.default_rng(1).normal(size=(4, 3, 3, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def triton(server: Server) -> Iterator[http.InferenceServerClient]:
    with http.InferenceServerClient(f"127.0.0.1:{server.port}") as made:
        yield made


def sent(name: str, array: Array, *, binary: bool = True) -> http.InferInput:
    found = http.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    return found.set_data_from_numpy(array, binary_data=binary)


def _convolved() -> Array:
    found: Array = torch.conv2d(torch.tensor(X), torch.tensor(W), padding=1).numpy()
    return found


def test_the_server_tells_of_itself(triton: http.InferenceServerClient) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.get_server_metadata()["name"] == "layerlab"
    assert "binary_tensor_data" in triton.get_server_metadata()["extensions"]


def test_every_layer_and_network_is_a_model(triton: http.InferenceServerClient) -> None:
    index = triton.get_model_repository_index()
    names = [one["name"] for one in index]
    assert len(names) == len(set(names))
    assert {*FAMILIES, NETWORK} <= set(names)
    for name in names:
        assert triton.is_model_ready(name)
        assert triton.is_model_ready(name, "1")
        told = triton.get_model_metadata(name)
        assert told == triton.get_model_metadata(name, "1")
        assert told["inputs"][0]["name"] == INPUT.name
        assert told["outputs"][0]["name"] == "output"
        config = triton.get_model_config(name)
        assert [one["name"] for one in config["input"]] == [i["name"] for i in told["inputs"]]
    assert not triton.is_model_ready("nobody")
    assert not triton.is_model_ready(names[0], "2")


@every_case
def test_every_example_of_every_layer(triton: http.InferenceServerClient, number: int) -> None:
    case, done = CASES[number], run_of(number)
    chosen = {case.kind.selector: case.kind.tag} if case.kind.selector else {}
    parameters = {
        name: orjson.dumps(value).decode() if isinstance(value, list | tuple) else value
        for name, value in (case.parameters | chosen).items()
    }
    inputs = [sent(name, value) for name, value in case.tensors().items()]
    found = triton.infer(case.kind.family, inputs, parameters=parameters, request_id="7")
    told = found.get_response()
    assert (told["model_name"], told["model_version"]) == (case.kind.family, "1")
    assert told["id"] == "7"
    assert [one["name"] for one in told["outputs"]] == list(done.outputs)
    expected = by_torch(done.plan.layer, done.tensors)
    for name, theirs in zip(done.outputs, expected, strict=True):
        assert_same(found.as_numpy(name), theirs, name)


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("answered", [True, False])
def test_bytes_and_json_both_ways(
    triton: http.InferenceServerClient, binary: bool, answered: bool
) -> None:
    inputs = [sent("input", X, binary=binary), sent("weight", W)]
    outputs = [http.InferRequestedOutput("output", binary_data=answered)]
    found = triton.infer("conv", inputs, outputs=outputs, parameters={"padding": 1})
    np.testing.assert_allclose(found.as_numpy("output"), _convolved(), 1e-4, 1e-5)


@pytest.mark.parametrize("there", [None, "gzip", "deflate"])
@pytest.mark.parametrize("back", [None, "gzip", "deflate"])
def test_compressed_both_ways(
    triton: http.InferenceServerClient, there: str | None, back: str | None
) -> None:
    found = triton.infer(
        "conv",
        [sent("input", X), sent("weight", W)],
        parameters={"padding": "[1, 1]"},
        request_compression_algorithm=there,
        response_compression_algorithm=back,
    )
    np.testing.assert_allclose(found.as_numpy("output"), _convolved(), 1e-4, 1e-5)


def _typed() -> list[Any]:
    whole = np.array([[0, 1, 2], [3, 4, 5]])
    kinds = "float64 float16 int8 int16 int32 int64 uint8 uint16 uint32 uint64"
    return [*(whole.astype(kind) for kind in kinds.split()), whole > 2]


@pytest.mark.parametrize("array", _typed(), ids=lambda array: str(array.dtype))
@pytest.mark.parametrize("binary", [True, False])
def test_every_type_of_number(
    triton: http.InferenceServerClient, array: Array, binary: bool
) -> None:
    found = triton.infer("softmax", [sent("input", array, binary=binary)])
    expected = torch.softmax(torch.tensor(array.astype(np.float32)), -1).numpy()
    np.testing.assert_allclose(found.as_numpy("output"), expected, 1e-5, 1e-6)
    told = found.get_response()["parameters"]["conversions"]
    assert told == f"input: {array.dtype.name} became float32"


def test_what_a_client_says_of_queues_and_sequences_is_passed_over(
    triton: http.InferenceServerClient,
) -> None:
    fields = {name for kind in LAYERS for name in kind.model_fields}
    assert not fields & {"priority", "timeout", "sequence_id", "sequence_start", "sequence_end"}
    found = triton.infer(
        "softmax",
        [sent("input", X)],
        priority=1,
        timeout=10**6,
        sequence_id=7,
        sequence_start=True,
        sequence_end=True,
        parameters={"dim": 1, "triton_enable_empty_final_response": True},
    )
    expected = torch.softmax(torch.tensor(X), 1).numpy()
    np.testing.assert_allclose(found.as_numpy("output"), expected, 1e-5)


@pytest.mark.parametrize("is_input", [True, False])
def test_shared_memory_is_said_not_to_be_offered(
    triton: http.InferenceServerClient, is_input: bool
) -> None:
    source, wanted = sent("input", X), http.InferRequestedOutput("output")
    (source if is_input else wanted).set_shared_memory("region", X.nbytes)
    with pytest.raises(InferenceServerException) as caught:
        triton.infer("softmax", [source], outputs=[wanted])
    assert caught.value.status() == "422"
    assert "shared memory is not offered here" in caught.value.message()
    place = f"{'inputs' if is_input else 'outputs'}.0.parameters.shared_memory_"
    assert caught.value.message().startswith(place)


def test_bfloat16(triton: http.InferenceServerClient) -> None:
    array = np.array([[0.5, -2.0, 100.0]], np.float32)  # which bfloat16 holds exactly
    half = http.InferInput("input", [1, 3], "BF16").set_data_from_numpy(array)
    found = triton.infer("softmax", [half]).as_numpy("output")
    expected = torch.softmax(torch.tensor(array), -1).numpy()
    np.testing.assert_allclose(found, expected, 1e-5, 1e-30)


def test_outputs_that_are_asked_for(triton: http.InferenceServerClient) -> None:
    wanted = [http.InferRequestedOutput("indices"), http.InferRequestedOutput("output")]
    given = {"kernel_size": 2, "return_indices": True}
    found = triton.infer("pooling", [sent("input", X)], outputs=wanted, parameters=given)
    assert [one["name"] for one in found.get_response()["outputs"]] == ["indices", "output"]
    values, indices = torch.nn.functional.max_pool2d(torch.tensor(X), 2, return_indices=True)
    np.testing.assert_array_equal(found.as_numpy("indices"), indices.numpy())
    np.testing.assert_array_equal(found.as_numpy("output"), values.numpy())


@pytest.mark.parametrize("name", FAMILIES)
def test_every_output_that_is_listed_comes_with_default_parameters(
    triton: http.InferenceServerClient, name: str
) -> None:
    """What asks for every output that the metadata or the configuration lists has them all."""
    told, config = triton.get_model_metadata(name), triton.get_model_config(name)
    listed = [one["name"] for one in told["outputs"]]
    assert [one["name"] for one in config["output"]] == listed
    case = next(case for case in CASES if case.kind.family == name)
    chosen = {"out_channels": 2} if name.startswith("conv") else {}
    chosen |= {"out_features": 2} if name == "dense" else {}
    if {spec.name for spec in case.kind.inputs if spec.required} > {
        "input"
    } or name == "batch_norm":
        inputs = [sent(n, v) for n, v in case.tensors().items()]
    else:
        inputs = [sent("input", X)]
    outputs = [http.InferRequestedOutput(one) for one in listed]
    found = triton.infer(name, inputs, outputs=outputs, parameters=chosen)
    assert all(found.as_numpy(one) is not None for one in listed)


def test_the_highest_of_integers_are_written_as_integers(
    triton: http.InferenceServerClient,
) -> None:
    wanted = [http.InferRequestedOutput("indices", class_count=2)]
    given = {"kernel_size": 2, "return_indices": True}
    line = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4)
    found = triton.infer("pooling", [sent("input", line)], outputs=wanted, parameters=given)
    assert found.as_numpy("indices").tolist() == [[b"15:3", b"13:2"]]


def test_what_comes_besides_is_told_and_how_to_have_it(triton: http.InferenceServerClient) -> None:
    assert triton.get_model_metadata("pooling")["parameters"] == {"further_outputs": "indices"}
    told = triton.get_model_metadata("batch_norm")["parameters"]
    assert told == {"further_outputs": "new_running_mean, new_running_var"}
    assert "parameters" not in triton.get_model_metadata("softmax")


@pytest.mark.parametrize(
    ("name", "given", "output", "said"),
    [
        ("pooling", {}, "indices", "'indices' comes with return_indices=true"),
        ("pooling", {"mode": "avg"}, "indices", "comes with mode=max, return_indices=true"),
        ("batch_norm", {"training": True}, "new_running_var",
         "'new_running_var' comes with running_mean, running_var"),
        ("softmax", {}, "indices", "there is no field 'indices' here; there are output"),
    ],
)  # fmt: skip
def test_an_output_that_is_not_made_is_refused_with_what_makes_it(
    triton: http.InferenceServerClient, name: str, given: Any, output: str, said: str
) -> None:
    wanted = [http.InferRequestedOutput("output"), http.InferRequestedOutput(output)]
    with pytest.raises(InferenceServerException) as caught:
        triton.infer(name, [sent("input", X)], outputs=wanted, parameters=given)
    assert caught.value.status() == "422"
    assert said in caught.value.message()


def test_a_weight_that_is_drawn_can_be_asked_for(triton: http.InferenceServerClient) -> None:
    wanted = [http.InferRequestedOutput("output"), http.InferRequestedOutput("weight")]
    given = {"out_channels": 2, "seed": 5}
    found = triton.infer("conv", [sent("input", X)], outputs=wanted, parameters=given)
    weight = torch.tensor(found.as_numpy("weight").copy())
    expected = torch.conv2d(torch.tensor(X), weight).numpy()
    np.testing.assert_allclose(found.as_numpy("output"), expected, 1e-4, 1e-5)


@pytest.mark.parametrize("shape", [(0, 3, 4, 4), (3, 4, 4)])
def test_an_empty_batch_and_none(triton: http.InferenceServerClient, shape: Any) -> None:
    found = triton.infer("pooling", [sent("input", np.ones(shape, np.float32))])
    batch = shape[0] if len(shape) == 4 else 1
    assert found.as_numpy("output").shape == (batch, 3, 2, 2)


@pytest.mark.parametrize(
    ("ask", "status", "said"),
    [
        (lambda t: t.infer("conv", [sent("inptu", X)]), "422", "did you mean 'input'"),
        (
            lambda t: t.infer("conv", [sent("input", X)], parameters={"stirde": 2}),
            "422",
            "did you mean 'stride'",
        ),
        (lambda t: t.infer("cnov", [sent("input", X)]), "404", "no model is called 'cnov'"),
        (lambda t: t.infer("conv", [sent("input", X)], "2"), "404", "no version '2'"),
        (lambda t: t.infer("conv", [sent("input", X)] * 2), "422", "given twice"),
        (
            lambda t: t.infer("softmax", [sent("input", np.array([b"a"], object))]),
            "422",
            "BYTES cannot be used",
        ),
        (
            lambda t: t.infer("conv", [sent("input", X), sent("weight", W[:, :2])]),
            "422",
            "weight",
        ),
        (lambda t: t.load_model("conv"), "404", "nothing is at this address"),
    ],
)
def test_what_cannot_be_is_told(
    triton: http.InferenceServerClient, ask: Any, status: str, said: str
) -> None:
    with pytest.raises(InferenceServerException) as caught:
        ask(triton)
    assert caught.value.status() == status
    assert said in caught.value.message()


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: t.get_inference_statistics("softmax"),
        lambda t: t.get_trace_settings("softmax"),
        lambda t: t.get_log_settings(),
        lambda t: t.get_system_shared_memory_status(),
        lambda t: t.unload_model("softmax"),
    ],
)
def test_what_is_not_offered_is_told_with_where_what_is_stands(
    triton: http.InferenceServerClient, ask: Any
) -> None:
    with pytest.raises(InferenceServerException) as caught:
        ask(triton)
    assert caught.value.status() == "404"
    assert "GET /v2 lists the extensions" in caught.value.message()
    offered = triton.get_server_metadata()["extensions"]
    assert not set(offered) & {"statistics", "trace", "logging", "system_shared_memory"}


def test_the_asynchronous_client(server: Server) -> None:
    async def ask() -> list[Array]:
        async with aio.InferenceServerClient(f"127.0.0.1:{server.port}") as triton:
            assert await triton.is_server_ready()
            assert (await triton.get_model_metadata("conv"))["name"] == "conv"
            inputs = [sent("input", X), sent("weight", W)]
            as_json = [sent("input", X, binary=False), sent("weight", W, binary=False)]
            asked = [
                triton.infer("conv", inputs, parameters={"padding": 1}),
                triton.infer("conv", as_json, parameters={"padding": 1}),
                triton.infer(
                    "conv",
                    inputs,
                    parameters={"padding": 1},
                    request_compression_algorithm="deflate",
                    response_compression_algorithm="gzip",
                ),
            ]
            return [one.as_numpy("output") for one in await asyncio.gather(*asked)]

    for found in asyncio.run(ask()):
        np.testing.assert_allclose(found, _convolved(), 1e-4, 1e-5)
