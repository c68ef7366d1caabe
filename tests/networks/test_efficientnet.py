"""EfficientNet-Lite0 as converted: every node of it gives what the published network gives."""

import re
from functools import partial

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

from app.layers.base import Array
from app.networks.network import FOLDER, network
from app.settings import ROOT
from tests.networks.data import DATA, needs_efficientnet, script
from tests.networks.pictures import prepared

pytestmark = needs_efficientnet
NAME = "efficientnet-lite0"
# What a module of the published network makes, as ours calls it: batch normalisation is worked into
# the convolution before it.
NODES = (
    (r"_bn0", r"stem"),
    (r"_bn1", r"head"),
    (r"_avg_pooling", r"pool"),
    (r"_fc", r"dense"),
    (r"_blocks\.(\d+)\._bn0", r"block_{}.expand"),
    (r"_blocks\.(\d+)\._bn1", r"block_{}.depthwise"),
    (r"_blocks\.(\d+)\._bn2", r"block_{}.project"),
    (r"_blocks\.(\d+)", r"block_{}.add"),
)


def _picture(name: str) -> Array:
    shown = network(NAME)
    data = (ROOT / "static" / "samples" / name).read_bytes()
    return prepared(shown, data)[0]


def _node(module: str) -> str | None:
    for pattern, name in NODES:
        if found := re.fullmatch(pattern, module):
            return name.format(*(int(number) + 1 for number in found.groups()))
    return None


def test_every_node_gives_what_pytorch_gives() -> None:
    _, published, _ = script(f"{NAME}.convert").published(DATA)
    wanted: dict[str, Array] = {}

    def keep(node: str, _module: nn.Module, _given: object, made: Tensor) -> None:
        wanted[node] = made.numpy()

    for name, module in published.named_modules():
        if node := _node(name):
            module.register_forward_hook(partial(keep, node))
    picture = _picture("chelsea.jpg")
    with torch.no_grad():
        shares = torch.softmax(published(torch.from_numpy(picture)), 1).numpy()
    found = network(NAME).run(picture)
    np.testing.assert_allclose(found["softmax"], shares, 1e-3, 1e-6)
    compared = set(wanted) & set(found)
    # A block that halves the picture or changes the channels has nothing to add.
    assert set(wanted) - compared == {f"block_{n}.add" for n in (1, 2, 4, 6, 9, 12, 16)}
    assert len(compared) == 1 + 15 + 16 + 16 + 9 + 1 + 1 + 1
    for name in compared:
        np.testing.assert_allclose(found[name], wanted[name], 1e-3, 1e-4, err_msg=name)
    for name in found:
        if name.endswith(".relu6"):
            before = found[name.removesuffix(".relu6")]
            np.testing.assert_allclose(found[name], np.clip(before, 0, 6), 0, 1e-6)


@pytest.mark.parametrize(
    ("picture", "label"), [("coffee.jpg", "espresso"), ("camera.jpg", "tripod")]
)
def test_it_knows_what_is_in_a_photograph(picture: str, label: str) -> None:
    shown = network(NAME)
    assert shown.labels[int(shown.shares(_picture(picture)).argmax())] == label


def test_names_are_a_thousand_and_each_its_own() -> None:
    labels = network(NAME).labels
    assert len(set(labels)) == len(labels) == 1000
    assert labels[281:286:4] == ("tabby", "Egyptian cat")


def test_the_file_is_of_the_pinned_versions_and_only_of_onnx_own_operators() -> None:
    model = onnx.load(FOLDER / NAME / "model.onnx")
    assert [(one.domain, one.version) for one in model.opset_import] == [("", 21)]
    assert model.ir_version == 10
    kinds = {"Conv", "Clip", "Add", "GlobalAveragePool", "Flatten", "Gemm", "Softmax"}
    assert {node.op_type for node in model.graph.node} == kinds
    assert all(node.name == node.output[0] for node in model.graph.node)


def test_a_difference_from_pytorch_is_an_error() -> None:
    convert = script(f"{NAME}.convert")
    _, published, _ = convert.published(DATA)
    model = onnx.load(FOLDER / NAME / "model.onnx")
    bias = next(one for one in model.graph.initializer if one.name == "dense.bias")
    numbers = onnx.numpy_helper.to_array(bias).copy()
    numbers[0] += 0.1
    bias.CopyFrom(onnx.numpy_helper.from_array(numbers, bias.name))
    with pytest.raises(ValueError, match="differs from PyTorch"):
        convert.compare(model, published)
