"""What is told of a network's shapes is what it gives, also where the standard's rules differ."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from onnx import numpy_helper

from app.layers.base import INPUT
from tests.uploads.made import model, node, of_opset
from tests.uploads.test_host import Start, start

__all__ = ["start"]
X = np.random.default_rng(0).normal(0, 1, (1, 3, 15, 12)).astype(np.float32)
OVER = {"kernel_shape": [2, 2], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": 1}


def _then_convolved(first: onnx.NodeProto, **held: list[float]) -> onnx.ModelProto:
    weight = np.random.default_rng(1).normal(0, 1, (2, 3, 3, 3)).astype(np.float32)
    tensors = {"w": weight} | {name: np.array(v, np.float32) for name, v in held.items()}
    nodes = [first, node("Conv", "p w", "c"), node("Shape", "c", "s"), node("Reshape", "c s", "y")]
    given = [numpy_helper.from_array(value, name) for name, value in tensors.items()]
    return model(nodes, X.shape, given, opset_imports=of_opset(20))


GRAPHS = {
    "max, rounded up": _then_convolved(node("MaxPool", "x", "p", **OVER)),
    "mean, rounded up": _then_convolved(node("AveragePool", "x", "p", **OVER)),
    "dilated": _then_convolved(
        node("MaxPool", "x", "p", kernel_shape=[2, 2], dilations=[2, 2], auto_pad="SAME_UPPER")
    ),
    "resized": _then_convolved(node("Resize", "x  sizes", "p"), sizes=[1, 1, 1.4, 1.8]),
}
GRAPHS["resized"].graph.node[0].input[:] = ["x", "", "sizes"]


@pytest.mark.parametrize("name", GRAPHS)
def test_they_are_those_that_run(start: Start, name: str) -> None:
    told, sent = start(GRAPHS[name]), onnx.ModelProto()
    stages = told.ask("facts").facts["stages"]
    sent.CopyFrom(GRAPHS[name])
    sent.graph.output.extend(onnx.ValueInfoProto(name=output) for output in ("p", "c"))
    how = ort.SessionOptions()
    # Optimised, it takes the rules' shapes for those of the run itself, and fails.
    how.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    last, *ran = ort.InferenceSession(sent.SerializeToString(), how).run(None, {"x": X})
    assert [tuple(stage["shape"]) for stage in stages] == [v.shape for v in (*ran, last)]
    for at in ([0, 0, 0, 0], [0, 1, *(n - 1 for n in last.shape[2:])]):
        arrays = {INPUT.name: X}
        made = told.ask("explain", stage=1, at=at, arrays=arrays).facts["made"]
        assert made["value"] == pytest.approx(float(last[tuple(at)]), 1e-4, 1e-5)
        assert told.ask("follow", stage=1, at=at, arrays=arrays).facts["steps"]


def test_a_pooling_that_is_rounded_up_is_one(start: Start) -> None:
    stages = start(GRAPHS["max, rounded up"]).ask("facts").facts["stages"]
    expected = torch.max_pool2d(torch.tensor(X), 2, 2, 1, ceil_mode=True)
    assert tuple(stages[0]["shape"]) == tuple(expected.shape)
    assert stages[0]["explained"]
    assert stages[0]["params"]["ceil_mode"] is True
    assert stages[1]["cost"]["macs"] == 2 * 6 * 5 * 3 * 9
