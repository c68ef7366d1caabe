"""An element that nothing of the input made is explained, and the path begins there."""

from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper

from app.layers.base import INPUT, Shape
from app.networks.follow import follow
from app.networks.read import read_graph
from tests.uploads.made import model, node

X = np.random.default_rng(0).normal(0, 1, (1, 2, 4, 4)).astype(np.float32)


def _padded() -> onnx.ModelProto:
    held = [
        numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1]), "pads"),
        numpy_helper.from_array(np.array(0.5, np.float32), "five"),
    ]
    return model([node("Relu", "x", "r"), node("Pad", "r pads five", "y")], X.shape, held)


def _with_token() -> onnx.ModelProto:
    held = [numpy_helper.from_array(np.full((1, 1, 4, 4), 2, np.float32), "token")]
    return model([node("Relu", "x", "r"), node("Concat", "token r", "y", axis=1)], X.shape, held)


def _with_gaps() -> onnx.ModelProto:
    weight = np.random.default_rng(1).normal(0, 1, (2, 3, 1, 1)).astype(np.float32)
    held = [
        numpy_helper.from_array(weight, "w"),
        numpy_helper.from_array(np.array([1, 2, 3], np.float32), "b"),
    ]
    return model([node("ConvTranspose", "x w b", "y", strides=[3, 3])], X.shape, held)


def _averaged_padding() -> onnx.ModelProto:
    more = {"kernel_shape": [2, 2], "pads": [1, 1, 1, 1], "dilations": [5, 5]}
    opsets = [onnx.helper.make_opsetid("", 19)]
    return model([node("AveragePool", "x", "y", **more)], X.shape, opset_imports=opsets)


CASES: dict[str, tuple[Callable[[], onnx.ModelProto], Shape]] = {
    "padding": (_padded, (0, 1, 0, 5)),
    "class token": (_with_token, (0, 0, 1, 2)),
    "gap": (_with_gaps, (0, 2, 1, 4)),
    "window in the padding": (_averaged_padding, (0, 0, 0, 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_path_is_that_stage_alone(name: str) -> None:
    make, at = CASES[name]
    graph = read_graph(make())
    [expected] = ort.InferenceSession(make().SerializeToString()).run(None, {"x": X})
    values = {INPUT.name: X} | graph.run(X, [stage.name for stage in graph.stages])
    [step] = follow(graph, values, len(graph.stages) - 1, at)
    assert step.explanation.value == pytest.approx(float(expected[at]), 1e-5, 1e-6)
    assert step.followed is None


def test_what_takes_it_follows() -> None:
    """A constant goes on as any other number does."""
    sent = _padded()
    sent.graph.node.append(node("Neg", "y", "z"))
    sent.graph.node.append(node("Relu", "y", "last"))
    sent.graph.output[0].name = "last"
    graph = read_graph(sent)
    values = {INPUT.name: X} | graph.run(X, [stage.name for stage in graph.stages])
    steps = follow(graph, values, 3, (0, 1, 0, 5))
    assert [(step.stage, step.followed is None) for step in steps] == [(1, True), (3, False)]
