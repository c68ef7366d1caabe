"""Batch normalisation that a file still has in training takes the batch's numbers, as it runs."""

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from app.layers.base import INPUT
from app.networks.facts import graph_facts
from app.networks.read import read_graph
from tests.uploads.made import model, node, of_opset

X = np.random.default_rng(0).normal(3, 2, (2, 2, 3, 4)).astype(np.float32)
HELD = {"g": [1.5, 0.5], "b": [0.25, -1.0], "m": [5.0, 7.0], "v": [4.0, 9.0]}


def _norm(opset: int, made: str, **attributes: int) -> onnx.ModelProto:
    held = [numpy_helper.from_array(np.array(v, np.float32), name) for name, v in HELD.items()]
    made_of = [node("BatchNormalization", "x g b m v", made, **attributes)]
    return model(made_of, X.shape, held, opset_imports=of_opset(opset))


Case = tuple[int, str, dict[str, int]]
TRAINING: dict[str, Case] = {
    **{f"opset {n}": (n, "y m2 v2 sm sv", {}) for n in (9, 11, 13)},
    **{f"opset {n}": (n, "y m2 v2", {"training_mode": 1}) for n in (14, 15)},
}
DONE: dict[str, Case] = {"opset 9": (9, "y", {}), "opset 15": (15, "y", {})}


@pytest.mark.parametrize(("opset", "made", "attributes"), TRAINING.values(), ids=TRAINING)
def test_in_training_the_batch_is_explained(
    opset: int, made: str, attributes: dict[str, int]
) -> None:
    _hold(_norm(opset, made, **attributes), training=True)


@pytest.mark.parametrize(("opset", "made", "attributes"), DONE.values(), ids=DONE)
def test_afterwards_what_was_kept_is(opset: int, made: str, attributes: dict[str, int]) -> None:
    _hold(_norm(opset, made, **attributes), training=False)


def _hold(sent: onnx.ModelProto, *, training: bool) -> None:
    graph = read_graph(sent)
    [stage] = graph.stages
    [told] = graph_facts(graph)["stages"]
    assert told["params"]["training"] is training
    assert told["cost"].parameters == 4, "what is kept is not learned"
    scale, shift, mean, var = (torch.tensor(v) for v in HELD.values())
    expected = F.batch_norm(torch.tensor(X), mean, var, scale, shift, training).numpy()
    ran = graph.run(X, [stage.name])[stage.name]
    np.testing.assert_allclose(ran, expected, 1e-4, 1e-5)
    for at in np.ndindex(X.shape):
        found = stage.layer.explain({INPUT.name: X, **stage.weights}, at)
        assert found.value == pytest.approx(float(ran[at]), 1e-4, 1e-5)
