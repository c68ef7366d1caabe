"""Normalisations of a file are the layers that they are, whichever opset it is written in."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor

from app.layers.base import INPUT, Array
from app.networks.facts import graph_facts
from app.networks.operators import Unexplained
from app.networks.read import read_graph
from tests.uploads.made import model, node, of_opset

X = np.random.default_rng(0).normal(3, 2, (2, 4, 3, 5)).astype(np.float32)


def held(*shape: int) -> Array:
    return np.random.default_rng(list(shape)).normal(1, 0.5, shape).astype(np.float32)


def graph_of(operator: str, opset: int, tensors: list[Array], **attributes: Any) -> onnx.ModelProto:
    names = [f"w{number}" for number in range(len(tensors))]
    given = [
        numpy_helper.from_array(value, name) for name, value in zip(names, tensors, strict=True)
    ]
    one = node(operator, " ".join(["x", *names]), "y", **attributes)
    return model([one], X.shape, given, opset_imports=of_opset(opset))


G, C, W, HW, CHW = held(2), held(4), held(5), held(3, 5), held(4, 3, 5)
EACH, TWICE = {"num_groups": 2, "epsilon": 0.1}, [C, C + 1]
Expected = Callable[[Tensor], Tensor]


def of(function: Callable[..., Tensor], *given: Any) -> Expected:
    made = [torch.tensor(one) if isinstance(one, np.ndarray) else one for one in given]
    return lambda x: function(x, *made)


CASES: dict[str, tuple[onnx.ModelProto, str, Expected]] = {
    "a scale for each group": (
        graph_of("GroupNormalization", 18, [G, G + 1], **EACH), "group",
        of(F.group_norm, 2, np.repeat(G, 2), np.repeat(G, 2) + 1, 0.1),
    ),
    "a scale for each channel": (
        graph_of("GroupNormalization", 21, TWICE, **EACH), "group",
        of(F.group_norm, 2, *TWICE, 0.1),
    ),
    "as many groups as channels": (
        graph_of("GroupNormalization", 18, TWICE, num_groups=4), "group",
        of(F.group_norm, 4, *TWICE),
    ),
    "instances": (
        graph_of("InstanceNormalization", 17, TWICE, epsilon=0.5), "instance",
        of(F.instance_norm, None, None, *TWICE, True, 0.1, 0.5),
    ),
    "the last axis": (
        graph_of("LayerNormalization", 17, [W, W + 1]), "layer", of(F.layer_norm, (5,), W, W + 1),
    ),
    "the last axes, without a shift": (
        graph_of("LayerNormalization", 17, [HW], axis=-2, epsilon=0.1), "layer",
        of(F.layer_norm, (3, 5), HW, None, 0.1),
    ),
    "all but the batch": (
        graph_of("LayerNormalization", 21, [CHW, CHW], axis=1), "layer",
        of(F.layer_norm, (4, 3, 5), CHW, CHW),
    ),
    "neighbours": (
        graph_of("LRN", 13, [], size=3, alpha=0.3, beta=0.6, bias=2.0), "local_response",
        of(F.local_response_norm, 3, 0.3, 0.6, 2.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_the_layer_and_explains_what_runs(name: str) -> None:
    sent, kind, pytorch = CASES[name]
    graph = read_graph(sent)
    [stage] = graph.stages
    assert stage.layer.family == f"{kind}_norm"
    ran = graph.run(X, [stage.name])[stage.name]
    np.testing.assert_allclose(ran, pytorch(torch.tensor(X)).numpy(), 1e-4, 1e-5)
    for at in np.ndindex(X.shape):
        found = stage.layer.explain({INPUT.name: X, **stage.weights}, at)
        assert found.value == pytest.approx(float(ran[at]), 1e-4, 1e-5)
    [told] = graph_facts(graph)["stages"]
    assert told["cost"].macs == 0


NOT: dict[str, onnx.ModelProto] = {
    "a scale that is spread": graph_of("LayerNormalization", 17, [held(1)]),
    "one number in each channel": model(
        [node("InstanceNormalization", "p a b", "y")],
        (1, 4, 1, 1),
        [numpy_helper.from_array(C, name) for name in "ab"],
        opset_imports=of_opset(17),
    ),
}
NOT["one number in each channel"].graph.node.insert(0, node("Identity", "x", "p"))


@pytest.mark.parametrize("name", NOT)
def test_what_pytorch_has_no_word_for_is_run_and_shown(name: str) -> None:
    stage = read_graph(NOT[name]).stages[-1]
    assert isinstance(stage.layer, Unexplained)
