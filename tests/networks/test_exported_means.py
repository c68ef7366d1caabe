"""`x.mean((2, 3))` as PyTorch exports it is global average pooling, `amax` is global max."""

import warnings
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

from app.layers.base import INPUT
from app.networks.facts import graph_facts
from app.networks.follow import follow
from app.networks.graph import Graph
from app.networks.read import read_graph
from app.networks.why import class_map, contributions

X = torch.tensor(np.random.default_rng(0).normal(0, 1, (1, 3, 10, 12)).astype(np.float32))


class Small(nn.Module):
    """A convolution, one number of each map, a dense layer."""

    def __init__(self, mode: str, *, kept: bool) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.conv, self.dense = nn.Conv2d(3, 5, 3, stride=2), nn.Linear(5, 4)
        self.mode, self.kept = mode, kept

    def maps(self, x: Tensor) -> Tensor:
        """Return the last maps."""
        made: Tensor = self.conv(x)
        return made.relu()

    def pooled(self, x: Tensor) -> Tensor:
        """Return one number of each map."""
        maps = self.maps(x)
        if self.mode == "global_avg":
            return maps.mean((2, 3), keepdim=self.kept)
        return maps.amax((2, 3), keepdim=self.kept)

    def forward(self, x: Tensor) -> Tensor:
        """Return the scores."""
        made = self.pooled(x)
        scores: Tensor = self.dense(made.flatten(1) if self.kept else made)
        return scores


@pytest.fixture(params=[13, 18])
def opset(request: pytest.FixtureRequest) -> int:
    """Return one with the axes as an attribute, and one with them as an input."""
    return int(request.param)


def read(network: nn.Module, opset: int, folder: Path) -> Graph:
    file = folder / "small.onnx"
    with warnings.catch_warnings():  # The exporter warns of itself.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(network.eval(), (X,), file, opset_version=opset, dynamo=False)
    return read_graph(onnx.load(file))


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("mode", ["global_avg", "global_max"])
def test_it_is_the_pooling_that_it_is(mode: str, kept: bool, opset: int, tmp_path: Path) -> None:
    network = Small(mode, kept=kept)
    graph = read(network, opset, tmp_path)
    [(number, told)] = [
        (n, s) for n, s in enumerate(graph_facts(graph)["stages"]) if s["layer"] == "pooling"
    ]
    expected = network.pooled(X).detach().numpy()
    assert (told["params"]["mode"], told["explained"]) == (mode, True)
    assert told["shape"] == expected.shape
    values = {INPUT.name: X.numpy()} | graph.run(X.numpy(), [s.name for s in graph.stages])
    for at in np.ndindex(expected.shape):
        path = follow(graph, values, number, at)
        made = next(step for step in path if step.stage == number)
        assert made.explanation.value == pytest.approx(float(expected[at]), 1e-4, 1e-6)
        assert made.source[:2] == at[:2]
        # From the picture, through the map and its number, to a score.
        assert [step.stage for step in path] == list(range(len(graph.stages)))


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("chosen", range(4))
def test_scores_that_weigh_such_means_have_a_class_map(
    kept: bool, chosen: int, opset: int, tmp_path: Path
) -> None:
    network = Small("global_avg", kept=kept)
    graph = read(network, opset, tmp_path)
    values = {INPUT.name: X.numpy()} | graph.run(X.numpy(), [s.name for s in graph.stages])
    weight = network.dense.weight[chosen].detach().numpy()
    bias = float(network.dense.bias[chosen].detach())
    maps, score = network.maps(X).detach().numpy()[0], float(network(X)[0, chosen].detach())
    found = class_map(graph, values, chosen)
    expected = np.einsum("k,khw->hw", weight, maps) / maps[0].size
    np.testing.assert_allclose(found.cells, expected, 1e-4, 1e-5)
    assert found.cells.sum() + bias == pytest.approx(score, 1e-4, 1e-5)
    made = contributions(graph, values, chosen)
    assert made.score == pytest.approx(score, 1e-4, 1e-5)
    assert {f["index"]: f["product"] for f in made.features} == pytest.approx(
        dict(enumerate((weight * maps.mean((1, 2))).tolist())), 1e-4, 1e-5
    )
    assert all(f["mean"] and graph.stages[f["stage"]].operator == "Relu" for f in made.features)
    assert made.maps == made.features[0]["stage"]
