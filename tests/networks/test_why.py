"""Why a network says what it says, held against PyTorch."""

from typing import Any

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

from app.layers.base import INPUT, Array
from app.networks.features import outcome
from app.networks.graph import Graph
from app.networks.network import network
from app.networks.open import open_graph
from app.networks.read import read_graph
from app.networks.why import begins, class_map, contributions, occlude
from app.problems import Invalid
from tests.networks.light import every_light, light, with_drawn_weights

X = np.random.default_rng(0).normal(0, 1, (1, 3, 10, 12)).astype(np.float32)
_DRAW = np.random.default_rng(1)
KERNELS = _DRAW.normal(0, 0.4, (5, 3, 3, 3)).astype(np.float32)
ROWS = _DRAW.normal(0, 0.4, (4, 5)).astype(np.float32)
BIAS = _DRAW.normal(0, 0.4, 4).astype(np.float32)
# Between the means and the scores stands what only passes on: in other exporters' ways.
ENDINGS: dict[str, list[tuple[str, list[str], dict[str, Any]]]] = {
    "flatten": [("Flatten", ["pool"], {})],
    "squeeze": [("Squeeze", ["pool", "axes"], {})],
    "reshape and dropout": [("Reshape", ["pool", "shape"], {}), ("Dropout", ["e0"], {})],
}


def _graph(ending: str, pool: str = "GlobalAveragePool") -> Graph:
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["maps"], strides=[2, 2]),
        helper.make_node("Relu", ["maps"], ["act"]),
        helper.make_node(pool, ["act"], ["pool"]),
    ]
    for number, (operator, given, more) in enumerate(ENDINGS[ending]):
        nodes.append(helper.make_node(operator, given, [f"e{number}"], **more))
    last = nodes[-1].output[0]
    nodes.append(helper.make_node("Gemm", [last, "w", "b"], ["scores"], transB=1))
    nodes.append(helper.make_node("Softmax", ["scores"], ["y"], axis=1))
    held = {"k": KERNELS, "w": ROWS, "b": BIAS, "axes": np.array([2, 3]), "shape": np.array([1, 5])}
    return _read(nodes, held, [1, 4])


def _read(nodes: list[Any], held: dict[str, Array], shape: Any, made: str = "y") -> Graph:
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, X.shape)],
        [helper.make_tensor_value_info(made, TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(value, name) for name, value in held.items()],
    )
    opset = helper.make_opsetid("", 17)
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    return read_graph(model)


def _run(graph: Graph, x: Array) -> Array:
    return graph.run(x, [graph.output])[graph.output]


def _by_torch(x: Array) -> tuple[Array, Array]:
    """Return the last maps and the shares."""
    maps = F.relu(F.conv2d(torch.tensor(x), torch.tensor(KERNELS), stride=2))
    scores = F.linear(maps.mean((2, 3)), torch.tensor(ROWS), torch.tensor(BIAS))
    return maps.numpy(), F.softmax(scores, 1).numpy()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("chosen", range(4))
def test_a_class_activation_map(ending: str, chosen: int) -> None:
    graph = _graph(ending)
    values = {INPUT.name: X} | graph.run(X, [stage.name for stage in graph.stages])
    found = class_map(graph, values, chosen)
    maps, _ = _by_torch(X)
    expected = np.einsum("k,khw->hw", ROWS[chosen], maps[0]) / maps[0, 0].size
    np.testing.assert_allclose(found.cells, expected, 1e-4, 1e-5)
    assert graph.stages[found.stage].operator == "Relu"
    score = values["scores" if "scores" in values else graph.stages[-2].name][0, chosen]
    assert found.cells.sum() + found.bias == pytest.approx(float(score), 1e-4, 1e-5)


def test_maps_that_are_laid_out_in_a_row_have_one_too() -> None:
    shown = network("one-conv")
    x = np.random.default_rng(2).uniform(-1, 1, shown.input_shape).astype(np.float32)
    values = {INPUT.name: x} | shown.run(x)
    dense, pooled = (values[shown.stages[n].name] for n in (-2, -3))
    weight = shown.stages[-2].weights["weight"]
    for chosen in range(len(shown.labels)):
        found = class_map(shown.graph, values, chosen)
        rows = weight[chosen].reshape(pooled.shape[1:])
        np.testing.assert_allclose(found.cells, (rows * pooled[0]).sum(0), 1e-4, 1e-5)
        assert found.cells.sum() + found.bias == pytest.approx(float(dense[0, chosen]), 1e-4, 1e-5)


@pytest.mark.parametrize("chosen", range(4))
def test_a_score_that_is_the_mean_of_a_map_is_a_class_map_itself(chosen: int) -> None:
    """As SqueezeNet ends: a map for each class, global pooling, softmax."""
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["maps"]),
        helper.make_node("GlobalAveragePool", ["maps"], ["pool"]),
        helper.make_node("Softmax", ["pool"], ["y"], axis=1),
    ]
    graph = _read(nodes, {"k": KERNELS[:4]}, [1, 4, 1, 1])
    values = {INPUT.name: X} | graph.run(X, [stage.name for stage in graph.stages])
    maps = F.conv2d(torch.tensor(X), torch.tensor(KERNELS[:4])).numpy()[0]
    found = class_map(graph, values, chosen)
    np.testing.assert_allclose(found.cells, maps[chosen] / maps[0].size, 1e-4, 1e-5)
    made = contributions(graph, values, chosen)
    assert (made.stage, made.maps, made.features) == (None, 0, [])
    assert made.score == pytest.approx(float(maps[chosen].mean()), 1e-4, 1e-5)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("chosen", range(4))
def test_what_features_add_makes_the_score(ending: str, chosen: int) -> None:
    graph = _graph(ending)
    values = {INPUT.name: X} | graph.run(X, [stage.name for stage in graph.stages])
    made = contributions(graph, values, chosen)
    maps, _ = _by_torch(X)
    products = ROWS[chosen] * maps.mean((2, 3))[0]
    assert {f["index"]: f["product"] for f in made.features} == pytest.approx(
        dict(enumerate(products.tolist())), 1e-4, 1e-5
    )
    sizes = [abs(f["product"]) for f in made.features]
    assert sizes == sorted(sizes, reverse=True)
    assert made.bias == pytest.approx(float(BIAS[chosen]))
    assert made.score == pytest.approx(float(products.sum() + BIAS[chosen]), 1e-4)
    assert made.stage is not None
    for feature in made.features:
        assert graph.stages[feature["stage"]].operator == "Relu"
        assert (feature["mean"], feature["at"][1]) == (True, feature["index"])


@pytest.mark.parametrize(("counted", "is_mean"), [(0, True), (1, False)])
def test_a_window_that_reaches_over_the_border_can_see_all_of_a_map(
    counted: int, is_mean: bool
) -> None:
    """As Inception v1 pools; where the padding is counted it is no mean of the map."""
    window: dict[str, Any] = {
        "kernel_shape": [11, 13],
        "pads": [0, 0, 1, 1],
        "count_include_pad": counted,
    }
    nodes = [
        helper.make_node("AveragePool", ["x"], ["pool"], **window),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w", "b"], ["y"], transB=1),
    ]
    graph = _read(nodes, {"w": ROWS[:, :3].copy(), "b": BIAS}, [1, 4])
    values = {INPUT.name: X} | graph.run(X, [stage.name for stage in graph.stages])
    made = contributions(graph, values, 2)
    assert [f["mean"] for f in made.features] == [is_mean] * 3
    assert made.maps == (-1 if is_mean else None)
    if is_mean:
        found = class_map(graph, values, 2)
        expected = np.einsum("k,khw->hw", ROWS[2, :3], X[0]) / X[0, 0].size
        np.testing.assert_allclose(found.cells, expected, 1e-4, 1e-5)


def test_a_bias_that_an_operator_adds_is_in_the_sum() -> None:
    """As Keras exports it: MatMul, and an Add of its own."""
    nodes = [
        helper.make_node("Flatten", ["x"], ["row"]),
        helper.make_node("MatMul", ["row", "m"], ["products"]),
        helper.make_node("Add", ["products", "b"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["y"], axis=1),
    ]
    matrix = np.random.default_rng(3).normal(0, 0.1, (X.size, 4)).astype(np.float32)
    graph = _read(nodes, {"m": matrix, "b": BIAS}, [1, 4])
    values = {INPUT.name: X} | graph.run(X, [stage.name for stage in graph.stages])
    made = contributions(graph, values, 3)
    expected = X.reshape(-1) @ matrix[:, 3] + BIAS[3]
    assert made.score == pytest.approx(float(expected), 1e-4)
    assert made.bias == pytest.approx(float(BIAS[3]))
    assert (made.maps, len(made.features)) == (-1, X.size)
    first = made.features[0]
    assert first["input"] == pytest.approx(float(X[tuple(first["at"])]))


def test_a_scaled_feature_is_not_taken_for_what_it_was_before() -> None:
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["pool"]),
        helper.make_node("Flatten", ["pool"], ["flat"]),
        helper.make_node("Mul", ["flat", "half"], ["scaled"]),
        helper.make_node("Gemm", ["scaled", "w", "b"], ["y"], transB=1),
    ]
    held = {"half": np.array([0.5, 2, 3], np.float32), "w": ROWS[:, :3].copy(), "b": BIAS}
    graph = _read(nodes, held, [1, 4])
    values = {INPUT.name: X} | graph.run(X, [stage.name for stage in graph.stages])
    made = contributions(graph, values, 1)
    assert made.maps is None
    assert {graph.stages[f["stage"]].operator for f in made.features} == {"Mul"}


# Whose last maps a class map is laid over: (rows, columns).
MAPPED = {
    "densenet121": (7, 7),
    "inception_v1": (6, 6),
    "inception_v2": (7, 7),
    "resnet50": (7, 7),
    "shufflenet": (7, 7),
    "squeezenet": (13, 13),
}


@every_light
def test_published_networks_say_what_their_scores_are_made_of(name: str) -> None:
    graph = open_graph(with_drawn_weights(light(name)))
    x = np.random.default_rng(4).uniform(0, 1, graph.shape).astype(np.float32)
    values = {INPUT.name: x} | graph.run(x, [stage.name for stage in graph.stages])
    made = contributions(graph, values, 7)
    ending = outcome(graph.stages, graph.output)
    assert ending == ("scores" if "densenet" in name else "probabilities")
    assert made.score is not None
    last = graph.stages[-1 if ending == "scores" else -2]
    score = float(values[last.name].reshape(-1)[7])
    scale = float(np.abs(values[last.name]).max())
    assert made.score == pytest.approx(score, abs=1e-3 * scale)
    if made.features:
        total = sum(f["product"] for f in made.features) + made.bias
        assert total == pytest.approx(score, abs=1e-3 * scale)
    size = MAPPED.get(name.removeprefix("light_").removeprefix("bvlc_"))
    assert (made.maps is None) == (size is None)
    if size:
        found = class_map(graph, values, 7)
        assert found.cells.shape == size
        assert found.cells.sum() + found.bias == pytest.approx(score, abs=1e-3 * scale)


@pytest.mark.parametrize(
    ("nodes", "gives"),
    [
        ([("Flatten", {}), ("Softmax", {"axis": 1})], "probabilities"),
        ([("Flatten", {}), ("Softmax", {"axis": 1}), ("Identity", {})], "probabilities"),
        ([("Flatten", {}), ("LogSoftmax", {"axis": 1})], "scores"),
        ([("Flatten", {})], "scores"),
        ([("Flatten", {}), ("Sigmoid", {})], "scores"),
        ([("Flatten", {}), ("Softmax", {"axis": 1}), ("Sqrt", {})], "scores"),
        ([("Softmax", {"axis": 1})], "maps"),
        ([("Relu", {})], "maps"),
    ],
)
def test_only_shares_of_one_whole_are_probabilities(nodes: list[Any], gives: str) -> None:
    names = ["x", *(f"v{n}" for n in range(len(nodes)))]
    made = [
        helper.make_node(operator, [names[n]], [names[n + 1]], **more)
        for n, (operator, more) in enumerate(nodes)
    ]
    graph = _read(made, {}, None, made[-1].output[0])
    assert outcome(graph.stages, graph.output) == gives


@pytest.mark.parametrize("name", ["lenet-digits"])
def test_there_is_none_where_scores_weigh_neither_maps_nor_means(name: str) -> None:
    shown = network(name)
    x = np.zeros(shown.input_shape, np.float32)
    with pytest.raises(Invalid, match="neither maps nor their means"):
        class_map(shown.graph, {INPUT.name: x} | shown.run(x), 0)
    graph = _graph("flatten", "GlobalMaxPool")
    with pytest.raises(Invalid, match="neither maps nor their means"):
        class_map(graph, {INPUT.name: X} | graph.run(X, [s.name for s in graph.stages]), 0)


def test_a_square_is_moved_over_the_picture() -> None:
    graph = _graph("flatten")
    tops, lefts = begins(10, 4, 3), begins(12, 4, 3)
    assert (tops, lefts) == ([0, 3, 6], [0, 3, 6, 8])
    found = occlude(lambda x: _run(graph, x), X, 2, 4, (tops, lefts), 0.25)
    for row, top in enumerate(tops):
        for column, left in enumerate(lefts):
            covered = X.copy()
            covered[0, :, top : top + 4, left : left + 4] = 0.25
            expected = float(_by_torch(covered)[1][0, 2])
            assert found[row][column] == pytest.approx(expected, 1e-4)


def test_a_square_larger_than_the_picture_covers_it_all() -> None:
    assert (begins(10, 50, 10), begins(12, 50, 10)) == ([0], [0])
