"""What counts as a parameter of somebody's file: what PyTorch counts of the network it is from."""

import warnings
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn

from app.networks.facts import graph_facts
from app.networks.read import read_graph


class Cubic(nn.Module):
    """A resize that is no layer here: its scales are settings."""

    def forward(self, x: Tensor) -> Tensor:
        """Return it twice as large."""
        return nn.functional.interpolate(x, scale_factor=2, mode="bicubic")


class Scaled(nn.Module):
    """A learned number for each channel, and one for all, as networks without norms have them."""

    def __init__(self) -> None:
        super().__init__()
        self.each = nn.Parameter(torch.full((4, 1, 1), 0.5))
        self.all = nn.Parameter(torch.full((1,), 0.5))

    def forward(self, x: Tensor) -> Tensor:
        """Return it scaled and moved by a constant."""
        return (x * self.each * self.all + 3.0) / 1.5


class Again(nn.Module):
    """The same layers twice: what they learn is there once."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.dense = nn.Linear(64, 64)

    def forward(self, x: Tensor) -> Tensor:
        """Return what both make of it, one after the other, and again."""
        maps = self.conv(nn.functional.relu(self.conv(x))).flatten(2)
        row: Tensor = self.dense(self.dense(maps).relu())
        return row


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "again": Again,
    "gelu": lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.GELU(), nn.Conv2d(4, 2, 1), nn.GELU()),
    "gelu by tanh": lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.GELU("tanh")),
    "layer norm": lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.LayerNorm((4, 6, 6))),
    "silu and hard swish": lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.SiLU(), nn.Hardswish()),
    "resize": lambda: nn.Sequential(nn.Conv2d(3, 4, 3), Cubic()),
    "scaled": lambda: nn.Sequential(nn.Conv2d(3, 4, 3), Scaled()),
    "dense": lambda: nn.Sequential(nn.Flatten(), nn.Linear(192, 5), nn.GELU(), nn.Linear(5, 1)),
}


@pytest.mark.parametrize("opset", [13, 17])
@pytest.mark.parametrize("name", NETWORKS)
def test_they_are_those_that_pytorch_counts(name: str, opset: int, tmp_path: Path) -> None:
    network, file = NETWORKS[name]().eval(), tmp_path / "network.onnx"
    with warnings.catch_warnings():  # The exporter warns of itself.
        warnings.simplefilter("ignore", DeprecationWarning)
        given = (torch.zeros(1, 3, 8, 8),)
        torch.onnx.export(network, given, file, opset_version=opset, dynamo=False)
    known = graph_facts(read_graph(onnx.load(file)))
    expected = sum(p.numel() for p in network.parameters())
    assert known["parameters"] == known["totals"].parameters == expected


def test_a_bias_that_an_operator_adds_is_one() -> None:
    """As Keras exports a dense layer: MatMul, and an Add of its own."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 6])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4])
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["products"]),
        helper.make_node("Add", ["products", "b"], ["y"]),
    ]
    held = [
        helper.make_tensor("w", TensorProto.FLOAT, [6, 4], [0.5] * 24),
        helper.make_tensor("b", TensorProto.FLOAT, [4], [0.5] * 4),
    ]
    graph = helper.make_graph(nodes, "g", [x], [y], held)
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    assert graph_facts(read_graph(model))["parameters"] == 28
