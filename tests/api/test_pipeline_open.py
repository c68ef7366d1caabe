"""An exported `.onnx` comes back as the chain that it was, and nothing that it says is believed."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from starlette.testclient import TestClient

from app.graphs import CHAIN
from app.networks.open import open_graph
from app.networks.read import read_graph
from tests.api.conftest import npy
from tests.tensors.test_safetensors import read

PIPELINE, OPEN = "/api/v1/pipeline", "/api/v1/pipeline/open"
BYTES = {"Content-Type": "application/octet-stream"}
LAYERS: list[dict[str, Any]] = [
    {"layer": "conv", "out_channels": 3, "kernel_size": 3, "padding": [0, 1], "seed": 4},
    {"layer": "activation", "function": "leaky_relu", "negative_slope": 0.2},
    {"layer": "pooling"},
    {"layer": "dense", "out_features": 5},
    {"layer": "softmax"},
]
X = np.random.default_rng(3).normal(size=(2, 1, 8, 8)).astype(np.float32)


@pytest.fixture(scope="module")
def file(client: TestClient) -> bytes:
    answer = client.post(
        f"{PIPELINE}/export?format=onnx", json={"input": X.tolist(), "layers": LAYERS}
    )
    assert answer.status_code == 200
    return answer.content


def opened(client: TestClient, file: bytes, query: str = "", **how: str) -> Any:
    return client.post(f"{OPEN}{query}", content=file, headers=BYTES | how)


def test_what_came_back_is_what_was_exported(client: TestClient, file: bytes) -> None:
    told = opened(client, file).json()
    assert told["input"]["shape"] == [2, 1, 8, 8]
    assert told["shape"] == [2, 5]
    bare = [{k: v for k, v in one.items() if k not in ("weight", "bias")} for one in told["layers"]]
    assert bare == [
        {"layer": "conv", "padding": [0, 1]},
        {"layer": "activation", "function": "leaky_relu", "negative_slope": 0.2},
        {"layer": "pooling", "mode": "max"},
        {"layer": "dense"},
        {"layer": "softmax"},
    ]
    asked = {"input": X.tolist(), "layers": told["layers"]}
    assert client.post(f"{PIPELINE}/export?format=onnx", json=asked).content == file
    cost = client.post(PIPELINE, json={"input": X.tolist(), "layers": LAYERS}).json()["cost"]
    assert told["cost"] == cost


def test_weights_are_the_files_own_numbers(client: TestClient, file: bytes) -> None:
    held = {t.name: numpy_helper.to_array(t) for t in onnx.load_from_string(file).graph.initializer}
    answer = opened(client, file, "?format=safetensors")
    tensors, told = read(answer.content)
    assert tensors.keys() == {"0.weight", "3.weight"}
    np.testing.assert_array_equal(tensors["0.weight"], held["conv.weight"])
    np.testing.assert_array_equal(tensors["3.weight"], held["dense.weight"])
    assert json.loads(told["layerlab"])["layers"][3] == {"layer": "dense"}


def test_refs_stand_in_the_place_of_numbers(client: TestClient, file: bytes) -> None:
    told = opened(client, file, "?refs=1").json()
    assert set(told["layers"][0]["weight"]) == {"ref"}
    asked = {"input": X.tolist(), "layers": told["layers"]}
    assert client.post(f"{PIPELINE}/export?format=onnx", json=asked).content == file


def test_a_form_has_it_as_its_part(client: TestClient, file: bytes) -> None:
    answer = client.post(OPEN, files={"model": ("chain.onnx", file)})
    assert answer.json() == opened(client, file).json()


def test_uploads_may_be_off(client: TestClient, file: bytes) -> None:
    assert client.post("/api/v1/models", files={"model": ("a.onnx", file)}).status_code == 405
    assert opened(client, file).status_code == 200


def _says(model: onnx.ModelProto, said: object) -> None:
    text = said if isinstance(said, str) else json.dumps(said)
    helper.set_model_props(model, {CHAIN: text})


def _node(model: onnx.ModelProto, operator: str) -> onnx.NodeProto:
    nodes: list[onnx.NodeProto] = list(model.graph.node)
    return next(node for node in nodes if node.op_type == operator)


def _pads(model: onnx.ModelProto) -> None:
    node = _node(model, "Conv")
    next(a for a in node.attribute if a.name == "pads").ints[0] = 1


def _more(model: onnx.ModelProto) -> None:
    node = model.graph.node.add()
    node.CopyFrom(_node(model, "Softmax"))
    node.output[0] = "another"


def _first(model: onnx.ModelProto, name: str = "conv.weight") -> onnx.TensorProto:
    tensors: list[onnx.TensorProto] = list(model.graph.initializer)
    return next(tensor for tensor in tensors if tensor.name == name)


def _doubles(model: onnx.ModelProto) -> None:
    tensor = _first(model)
    array = numpy_helper.to_array(tensor).astype(np.float64)
    tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))


def _elsewhere(model: onnx.ModelProto) -> None:
    tensor = _first(model)
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"


def _turned(model: onnx.ModelProto) -> None:
    tensor = _first(model, "dense.weight")
    tensor.dims[:] = reversed(tensor.dims)


def _constant(model: onnx.ModelProto) -> None:
    tensor = next(t for t in model.graph.initializer if "constant" in t.name)
    array = numpy_helper.to_array(tensor) * 2
    tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))


def _extra(model: onnx.ModelProto) -> None:
    model.graph.initializer.append(numpy_helper.from_array(np.zeros(3, np.float32), "extra"))


def _twice(model: onnx.ModelProto) -> None:
    model.graph.initializer.append(_first(model))


def _function(model: onnx.ModelProto) -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"])]
    made = helper.make_function("", "Softmax", ["x"], ["y"], nodes, model.opset_import)
    model.functions.append(made)


def _sparse(model: onnx.ModelProto) -> None:
    model.graph.sparse_initializer.add().dims.append(3)


GRAPHS: dict[str, tuple[Callable[[onnx.ModelProto], object], str]] = {
    "another padding": (_pads, "node 0 (Conv) differs"),
    "another operator": (
        lambda m: setattr(_node(m, "LeakyRelu"), "op_type", "Elu"),
        "node 1 (LeakyRelu)",
    ),
    "another node": (_more, "the number of nodes differs"),
    "one node less": (lambda m: m.graph.node.pop(), "the number of nodes differs"),
    "another input of a node": (
        lambda m: m.graph.node[-1].input.__setitem__(0, "conv"),
        "(Softmax) differs",
    ),
    "doubles": (_doubles, "its weights are not float32 numbers"),
    "another file": (_elsewhere, "in another file"),
    "a weight turned round": (_turned, "layer 3 of the chain that this file names: "),
    "a weight cut off": (
        lambda m: setattr(_first(m), "raw_data", _first(m).raw_data[:-4]),
        "its weights are not float32 numbers",
    ),
    "a negative size": (
        lambda m: _first(m).dims.__setitem__(0, -3),
        "its weights are not float32 numbers",
    ),
    "a weight gone": (
        lambda m: m.graph.initializer.remove(_first(m)),
        "layer 0 of the chain that this file names: ",
    ),
    "another constant": (_constant, "the tensor 'dense_constant"),
    "one tensor more": (_extra, "the list of tensors differs"),
    "a weight twice": (_twice, "the list of tensors differs"),
    "another input": (
        lambda m: setattr(m.graph.input[0].type.tensor_type.shape.dim[2], "dim_value", 9),
        "the input differs",
    ),
    "another output": (
        lambda m: setattr(m.graph.output[0].type.tensor_type.shape.dim[1], "dim_value", 6),
        "the output differs",
    ),
    "another opset": (lambda m: setattr(m.opset_import[0], "version", 20), "opset 21"),
    "a function": (_function, "no functions"),
    "sparse weights": (_sparse, "sparse weights are not read here"),
    "a name of a quantisation": (
        lambda m: m.graph.quantization_annotation.add(),
        "its 'quantization_annotation' differs",
    ),
}


def _spec(**changed: Any) -> dict[str, Any]:
    """Return what the file says, with other settings for its convolution."""
    conv = {"layer": "conv", "padding": [0, 1]} | changed
    return {"input": [2, 1, 8, 8], "layers": [conv, *LAYERS[1:3], {"layer": "dense"}, LAYERS[4]]}


SAID: dict[str, tuple[object, str]] = {
    "other settings": (_spec(stride=2, padding=1), "layer 3 of the chain"),
    "other settings that fit": (_spec(padding=[1, 0]), "node 0 (Conv) differs"),
    "another size": (_spec() | {"input": [2, 1, 9, 8]}, "the input differs"),
    "other layers": ({"input": [2, 1, 8, 8], "layers": [{"layer": "softmax"}]}, "number of nodes"),
    "a kernel too large": (_spec(dilation=9), "layer 0 of the chain that this file names: kernel"),
    "a field that is none": (_spec(colour="red"), "its settings cannot be"),
    "a layer that is none": (_spec(layer="../conv"), "there is no such layer"),
    "a layer with a graph of it": (_spec(layer=["conv"]), "there is no such layer"),
    "no layers": ({"input": [1], "layers": []}, "cannot be read"),
    "no list": ({"input": [1], "layers": {"layer": "conv"}}, "cannot be read"),
    "a list": ([1], "cannot be read"),
    "no shape": ({"layers": LAYERS}, "cannot be read"),
    "an odd shape": (_spec() | {"input": [1.5]}, "cannot be read"),
    "no JSON": ("{", "cannot be read"),
    "nested": ("[" * 100_000, "cannot be read"),
    "very long": (json.dumps(_spec()) + " " * 300_000, "cannot be read"),
}
LARGE: dict[str, object] = {
    "a thousand layers": {"input": [1, 1], "layers": [{"layer": "softmax"}] * 1000},
    "terabytes": _spec() | {"input": [1, 1, 1 << 20, 1 << 20]},
    "growing": {
        "input": [1, 1, 8, 8],
        "layers": [{"layer": "upsample", "scale_factor": 8}] * 9,
    },
}


@pytest.mark.parametrize("name", GRAPHS)
def test_another_graph_is_refused_with_what_differs(
    client: TestClient, file: bytes, name: str
) -> None:
    change, said = GRAPHS[name]
    model = onnx.load_from_string(file)
    change(model)
    answer = opened(client, model.SerializeToString())
    assert answer.status_code == 422, answer.text
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("name", SAID)
def test_another_chain_is_refused_with_what_is_wrong(
    client: TestClient, file: bytes, name: str
) -> None:
    chain, said = SAID[name]
    model = onnx.load_from_string(file)
    _says(model, chain)
    answer = opened(client, model.SerializeToString())
    assert answer.status_code == 422, answer.text
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("name", LARGE)
def test_a_chain_past_a_limit_is_refused(client: TestClient, file: bytes, name: str) -> None:
    model = onnx.load_from_string(file)
    _says(model, LARGE[name])
    assert opened(client, model.SerializeToString()).status_code == 413


def test_a_file_of_another_is_told_apart(client: TestClient, file: bytes) -> None:
    model = onnx.load_from_string(file)
    del model.metadata_props[:]
    answer = opened(client, model.SerializeToString())
    assert answer.status_code == 422
    assert "does not say which chain it is" in answer.json()["detail"]
    for wrong in (b"\x00", b"PK\x03\x04", npy(X), b"\x0a\x00", file[:400]):
        answer = opened(client, wrong)
        assert answer.status_code == 400, wrong[:10]
        assert "ONNX file" in answer.json()["detail"]
    for empty in (opened(client, b""), client.post(OPEN, data={"model": "text"})):
        assert empty.status_code == 422
        assert empty.json()["errors"][0]["loc"] == ["model"]


@pytest.mark.parametrize(
    ("query", "loc"), [("?format=png", "format"), ("?refs=3", "refs"), ("?formt=json", "formt")]
)
def test_options_that_cannot_be(client: TestClient, file: bytes, query: str, loc: str) -> None:
    answer = opened(client, file, query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == [loc]


def test_what_says_nothing_of_the_computing_may_differ(client: TestClient, file: bytes) -> None:
    model = onnx.shape_inference.infer_shapes(onnx.load_from_string(file))
    model.graph.name, model.graph.doc_string, model.graph.node[0].name = "a", "b", "c"
    model.producer_name = "somebody"
    assert opened(client, model.SerializeToString()).json() == opened(client, file).json()


@pytest.mark.parametrize("name", ["another padding", "another operator", "another constant"])
def test_what_is_no_chain_is_opened_node_by_node(file: bytes, name: str) -> None:
    """A model on the page of networks is what its graph is, whatever its file says."""
    model = onnx.load_from_string(file)
    if name == "another constant":
        _says(model, SAID["other settings that fit"][0])
    else:
        GRAPHS[name][0](model)
    graph, plain = open_graph(model), read_graph(model, None)
    assert [stage.name for stage in graph.stages] == [stage.name for stage in plain.stages]
    assert [stage.operator for stage in graph.stages] != [""] * len(graph.stages)


def test_another_size_than_the_chains_is_opened_node_by_node(file: bytes) -> None:
    graph = open_graph(onnx.load_from_string(file), (2, 1, 8, 8))
    assert [stage.name for stage in graph.stages][:2] == ["conv", "activation"]
    model = onnx.load_from_string(file)
    assert open_graph(model, (1, 1, 8, 8)).shape == (1, 1, 8, 8)
