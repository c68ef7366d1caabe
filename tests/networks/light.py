"""Architectures that were published, with made-up weights: the `onnx` package carries them."""

from functools import cache
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from app.layers.base import Array
from tests.conftest import FULL

FOLDER = Path(onnx.__file__).parent / "backend/test/data/light"
NAMES = sorted(path.stem for path in FOLDER.glob("*.onnx"))
# The others have so many weights that the run alone takes seconds: in the full run only.
SMALL = [name for name in NAMES if not name.endswith(("alexnet", "vgg19", "zfnet512"))]
every_light = pytest.mark.parametrize("name", NAMES if FULL else SMALL)


@cache
def light(name: str) -> onnx.ModelProto:
    """Return one of them, its weights made by nodes of the graph."""
    return onnx.load(FOLDER / f"{name}.onnx")


def expected(name: str) -> Array:
    """Return what it must make of ones, as the standard has it."""
    tensor = onnx.TensorProto.FromString((FOLDER / f"{name}_output_0.pb").read_bytes())
    return np.asarray(numpy_helper.to_array(tensor))


def with_drawn_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy whose weights are drawn at random, of a size that keeps the values apart."""
    drawn, draw = onnx.ModelProto(), np.random.default_rng(0)
    drawn.CopyFrom(model)
    sizes = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    nodes = list(model.graph.node)
    del drawn.graph.node[:]
    for node in nodes:
        if node.op_type != "ConstantOfShape":
            drawn.graph.node.append(node)
            continue
        shape = tuple(map(int, sizes[node.input[0]]))
        inputs = max(int(np.prod(shape[1:])), 1)
        value = draw.standard_normal(shape, np.float32) * np.sqrt(2 / inputs, dtype=np.float32)
        if len(shape) == 1:  # A variance among them must not be negative.
            value = np.abs(value) / 2 + np.float32(0.5)
        drawn.graph.initializer.append(numpy_helper.from_array(value, node.output[0]))
    return drawn
