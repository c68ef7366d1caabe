"""What operators that are no layers here multiply, held against PyTorch's counter."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from app.layers.base import Array
from app.networks.facts import graph_facts
from app.networks.read import read_graph
from tests.uploads.made import model, node, of_opset


class Case(NamedTuple):
    """Nodes on an input, what they hold, and PyTorch's way to make the same."""

    shape: tuple[int, ...]
    nodes: list[onnx.NodeProto]
    held: dict[str, Array]
    by_torch: Callable[[Tensor], Any]
    parameters: int = 0


def _drawn(*shape: int) -> Array:
    return np.random.default_rng(0).normal(0, 1, shape).astype(np.float32)


def _bytes(*shape: int) -> Array:
    return np.random.default_rng(0).integers(0, 9, shape).astype(np.uint8)


def _ones(*shape: int) -> Tensor:
    return torch.ones(shape)


SCALES: dict[str, Array] = {"s": np.array(0.1, np.float32), "z": np.array(0, np.uint8)}
QUANTISED = node("QuantizeLinear", "x s z", "q")
LSTM = {"w": _drawn(1, 12, 5), "r": _drawn(1, 12, 3), "b": _drawn(1, 24)}
CASES = {
    "two that vary": Case(
        (2, 3, 5), [node("MatMul", "x t", "y")], {}, lambda x: x @ x.transpose(1, 2)
    ),
    "constant left": Case(
        (2, 3, 5),
        [node("MatMul", "m x", "y")],
        {"m": _drawn(4, 3)},
        lambda x: _ones(2, 4, 3) @ x,
        12,
    ),
    "constant of three axes": Case(
        (2, 3, 5),
        [node("MatMul", "x m", "y")],
        {"m": _drawn(2, 5, 4)},
        lambda x: x @ _ones(2, 5, 4),
        40,
    ),
    "turned round": Case(
        (3, 5),
        [node("Gemm", "x m", "y", transA=1)],
        {"m": _drawn(3, 4)},
        lambda x: x.T @ _ones(3, 4),
        12,
    ),
    "bias of a column": Case(
        (3, 5),
        [node("Gemm", "x m b", "y")],
        {"m": _drawn(5, 4), "b": _drawn(3, 1)},
        lambda x: x @ _ones(5, 4),
        23,
    ),
    "kernel that varies": Case(
        (1, 3, 6, 6),
        [node("Slice", "x a b ab", "k"), node("Conv", "x k", "y")],
        {"a": np.array([0, 0]), "b": np.array([3, 2]), "ab": np.array([2, 3])},
        lambda x: F.conv2d(x, x[:, :, :3, :2]),
    ),
    "size of the output": Case(
        (1, 3, 4, 4),
        [node("ConvTranspose", "x k", "y", strides=[2, 2], output_shape=[8, 8])],
        {"k": _drawn(3, 2, 3, 3)},
        lambda x: F.conv_transpose2d(x, _ones(3, 2, 3, 3), stride=2),
        54,
    ),
    "same": Case(
        (1, 3, 4, 4),
        [node("ConvTranspose", "x k", "y", strides=[2, 2], auto_pad="SAME_UPPER")],
        {"k": _drawn(3, 2, 3, 3)},
        lambda x: F.conv_transpose2d(x, _ones(3, 2, 3, 3), stride=2),
        54,
    ),
    "whole numbers, windows": Case(
        (1, 4, 6, 6),
        [QUANTISED, node("ConvInteger", "q k z", "y", group=2)],
        SCALES | {"k": _bytes(2, 2, 3, 3)},
        lambda x: F.conv2d(x, _ones(2, 2, 3, 3), groups=2),
        36,
    ),
    "whole numbers, rows": Case(
        (3, 5),
        [QUANTISED, node("MatMulInteger", "q m z", "y")],
        SCALES | {"m": _bytes(5, 4)},
        lambda x: x @ _ones(5, 4),
        20,
    ),
    "quantised windows": Case(
        (1, 3, 6, 6),
        [QUANTISED, node("QLinearConv", "q s z k ks kz s z b", "y")],
        SCALES
        | {"k": _bytes(2, 3, 3, 3), "b": np.array([1, 2], np.int32)}
        | {"ks": np.array([0.1, 0.2], np.float32), "kz": np.array([0, 0], np.uint8)},
        lambda x: F.conv2d(x, _ones(2, 3, 3, 3)),
        56,
    ),
    "quantised rows": Case(
        (3, 5),
        [QUANTISED, node("QLinearMatMul", "q s z m s z s z", "y")],
        SCALES | {"m": _bytes(5, 4)},
        lambda x: x @ _ones(5, 4),
        20,
    ),
}
CASES["two that vary"].nodes.insert(0, node("Transpose", "x", "t", perm=[0, 2, 1]))


def _facts(case: Case) -> dict[str, Any]:
    held = [numpy_helper.from_array(value, name) for name, value in case.held.items()]
    rank = len(case.shape)
    sent = model(case.nodes, case.shape, held, rank, opset_imports=of_opset(17))
    return graph_facts(read_graph(sent))


@pytest.mark.parametrize("name", CASES)
def test_they_are_those_that_pytorch_counts(name: str) -> None:
    case = CASES[name]
    with FlopCounterMode(display=False) as counter:
        case.by_torch(torch.ones(case.shape))
    told = _facts(case)
    assert 2 * told["totals"].macs == counter.get_total_flops() > 0
    assert told["parameters"] == case.parameters
    assert told["uncounted"] == []


def test_a_recurrent_layer_multiplies_at_each_step() -> None:
    made = node("LSTM", "x w r b", "y", hidden_size=3)
    told = _facts(Case((7, 2, 5), [made], LSTM, nn.Identity(), 0))
    assert told["totals"].macs == 7 * 2 * 4 * 3 * (5 + 3)
    assert told["parameters"] == 12 * 5 + 12 * 3 + 24


def test_what_is_not_counted_is_named() -> None:
    made = node("Einsum", "x m", "y", equation="ij,jk->ik", name="sum")
    told = _facts(Case((3, 5), [made, node("Relu", "y", "z")], {"m": _drawn(5, 4)}, nn.Identity()))
    assert told["uncounted"] == ["sum"]


def test_a_bias_of_one_number_is_one_parameter() -> None:
    case = Case((3, 5), [node("Gemm", "x m b", "y")], {"m": _drawn(5, 4), "b": _drawn(1)}, id, 21)
    told = _facts(case)
    assert told["parameters"] == told["stages"][0]["cost"].parameters == 21
