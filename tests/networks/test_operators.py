"""Small graphs of one operator each, run by onnx.reference: what is explained is what it gives."""

from typing import Any

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from app.layers.base import INPUT, Array
from app.networks.operators.unexplained import Unexplained
from app.networks.read import read_graph

X = np.random.default_rng(0).uniform(-3, 3, (1, 4, 3, 5)).astype(np.float32)
DRAW = np.random.default_rng(1)


def drawn(*shape: int) -> Array:
    return DRAW.uniform(-2, 2, shape).astype(np.float32)


Spec = tuple[str, list[Any], dict[str, Any]]
# An operator, its inputs (names of what was made before, or what the graph holds), its attributes.
CASES: dict[str, list[Spec]] = {
    "add itself": [("Add", ["x", "x"], {})],
    "add a bias": [("Add", ["x", drawn(4, 1, 1)], {})],
    "sum of three": [("Relu", ["x"], {}), ("Sum", ["x", "y0", drawn(1)], {})],
    "difference": [("Sub", [drawn(5), "x"], {})],
    "gate": [("GlobalAveragePool", ["x"], {}), ("Mul", ["x", "y0"], {})],
    "scale": [("Mul", [drawn(1, 4, 1, 1), "x"], {})],
    "mean": [("Relu", ["x"], {}), ("Mean", ["x", "y0"], {})],
    "larger": [("Max", ["x", drawn(3, 1)], {})],
    "concat": [("Relu", ["x"], {}), ("Concat", ["y0", "x", drawn(1, 2, 3, 5)], {"axis": 1})],
    "concat rows": [("Relu", ["x"], {}), ("Concat", ["x", "y0"], {"axis": -2})],
    "transpose": [("Transpose", ["x"], {"perm": [0, 2, 3, 1]})],
    "transpose all": [("Transpose", ["x"], {})],
    "shuffle": [
        ("Reshape", ["x", np.array([1, 2, 2, 3, 5])], {}),
        ("Transpose", ["y0"], {"perm": [0, 2, 1, 3, 4]}),
        ("Reshape", ["y1", np.array([1, 4, 3, 5])], {}),
    ],
    "shape": [
        ("Shape", ["x"], {}),
        ("Gather", ["y0", np.array([0])], {"axis": 0}),
        ("Concat", ["y1", np.array([-1])], {"axis": 0}),
        ("Reshape", ["x", "y2"], {}),
    ],
    "squeeze": [("GlobalMaxPool", ["x"], {}), ("Squeeze", ["y0", np.array([2, 3])], {})],
    "unsqueeze": [("Unsqueeze", ["x", np.array([0])], {})],
    "passed on": [("Identity", ["x"], {}), ("Relu", ["y0"], {})],
    "flatten behind": [("Flatten", ["x"], {"axis": 2})],
    "slopes": [("PRelu", ["x", drawn(4, 1, 1)], {})],
    "hard sigmoid": [("HardSigmoid", ["x"], {"alpha": 1 / 6})],
    "clip to 6": [("Clip", ["x", np.float32(0), np.float32(6)], {})],
    "clip at 0": [("Clip", ["x", np.float32(0)], {})],
    "mean of a map": [("ReduceMean", ["x", np.array([2, -1])], {})],
    "largest of a map": [("ReduceMax", ["x", np.array([-2, -1])], {})],
    "mean of a map, in a row": [("ReduceMean", ["x", np.array([2, 3])], {"keepdims": 0})],
    "largest of a map, in a row": [("ReduceMax", ["x", np.array([3, -2])], {"keepdims": 0})],
    "product": [("MatMul", ["x", drawn(5, 2)], {})],
}
UNKNOWN: dict[str, list[Spec]] = {
    "two that vary": [
        ("Transpose", ["x"], {"perm": [0, 1, 3, 2]}),
        ("MatMul", ["x", "y0"], {}),
    ],
    "other hard sigmoid": [("HardSigmoid", ["x"], {})],
    "a slope each": [("PRelu", ["x", drawn(4, 3, 5)], {})],
    "mean of a row": [("ReduceMean", ["x", np.array([3])], {})],
    "mean of all": [("ReduceMean", ["x", np.array([1, 2, 3])], {"keepdims": 0})],
    "erf": [("Erf", ["x"], {})],
}


def model_of(specs: list[Spec]) -> onnx.ModelProto:
    """Return a graph of nodes behind each other, the last one its output."""
    nodes, held = [], []
    for number, (operator, given, attributes) in enumerate(specs):
        names = []
        for place, one in enumerate(given):
            names.append(one if isinstance(one, str) else f"held{number}_{place}")
            if not isinstance(one, str):
                held.append(numpy_helper.from_array(np.asarray(one), names[-1]))
        nodes.append(helper.make_node(operator, names, [f"y{number}"], **attributes))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, X.shape)
    y = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", [x], [y], held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def by_reference(model: onnx.ModelProto) -> Array:
    [found] = ReferenceEvaluator(model).run(None, {"x": X})
    return np.asarray(found)


@pytest.mark.parametrize("name", CASES)
def test_every_element_is_explained(name: str) -> None:
    model = model_of(CASES[name])
    expected = by_reference(model)
    graph = read_graph(model)
    values = {INPUT.name: X} | graph.run(X, [stage.name for stage in graph.stages])
    stage = graph.stages[-1]
    np.testing.assert_allclose(values[stage.name], expected, 1e-5, 1e-6)
    sent = {t: values[s].reshape(stage.shapes[t]) for t, s in stage.sources.items()}
    for at in np.ndindex(expected.shape):
        found = stage.layer.explain(sent | dict(stage.weights), at)
        assert found.value == pytest.approx(float(expected[at]), 1e-5, 1e-6)
        assert found.terms


@pytest.mark.parametrize("size", [1, 3, 7])
def test_neighbouring_channels(size: int) -> None:
    """Held against PyTorch: onnx.reference counts the batch where it means the channels."""
    graph = read_graph(
        model_of([("LRN", ["x"], {"size": size, "alpha": 0.3, "beta": 0.6, "bias": 2.0})])
    )
    [stage] = graph.stages
    expected = F.local_response_norm(torch.tensor(X), size, 0.3, 0.6, 2.0).numpy()
    np.testing.assert_allclose(graph.run(X, [stage.name])[stage.name], expected, 1e-5, 1e-6)
    for at in np.ndindex(expected.shape):
        found = stage.layer.explain({INPUT.name: X}, at)
        assert found.value == pytest.approx(float(expected[at]), 1e-5, 1e-6)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known_is_run_and_shown(name: str) -> None:
    model = model_of(UNKNOWN[name])
    expected = by_reference(model)
    graph = read_graph(model)
    stage = graph.stages[-1]
    assert isinstance(stage.layer, Unexplained)
    np.testing.assert_allclose(graph.run(X, [stage.name])[stage.name], expected, 1e-5, 1e-6)


def test_further_outputs_are_stages_of_their_own() -> None:
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, X.shape)
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    nodes = [
        helper.make_node("Split", ["x"], ["a", "b"], axis=1, num_outputs=2),
        helper.make_node("Sub", ["a", "b"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "g", [x], [y])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    read = read_graph(model)
    first, second, last = read.stages
    assert list(last.sources.values()) == [first.name, second.name]
    # Exporters give a node a name too; its further outputs keep their own.
    model.graph.node[0].name = "halves"
    assert [stage.name for stage in read_graph(model).stages[:2]] == ["halves", "b"]
    values = read.run(X, [first.name, second.name])
    np.testing.assert_array_equal(values[first.name], X[:, :2])
    np.testing.assert_array_equal(values[second.name], X[:, 2:])


def test_sums_of_whole_numbers_are_shown_and_not_explained() -> None:
    """128 and 127 as whole numbers of 8 bits are no 255."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])
    y = helper.make_tensor_value_info("y", TensorProto.INT8, None)
    nodes = [
        helper.make_node("Cast", ["x"], ["i"], to=TensorProto.INT8),
        helper.make_node("Add", ["i", "i"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "g", [x], [y])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    read = read_graph(model)
    last = read.stages[-1]
    values = read.run(np.array([[100, 1]], np.float32), [last.name])
    assert values[last.name].tolist() == [[-56, 2]]
    assert isinstance(last.layer, Unexplained)
