"""A network with layers that the trained ones have not: statistics, slopes, a transposed one."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CHANNELS, CLASSES, SIDE = 80, 3, 6


def normed() -> onnx.ModelProto:
    """Return Conv, BatchNormalization, PRelu, ConvTranspose, Flatten and Gemm in a row.

    The numbers of a channel are more than a link has room for.
    """
    draw = np.random.default_rng(5)

    def held(name: str, *shape: int, least: float | None = None) -> onnx.TensorProto:
        value = draw.normal(0, 0.3, shape).astype(np.float32)
        value = value if least is None else np.abs(value) + np.float32(least)
        return numpy_helper.from_array(value, name)

    numbers = [
        held("conv.weight", CHANNELS, 3, 3, 3),
        held("conv.bias", CHANNELS),
        *(held(f"norm.{name}", CHANNELS) for name in ("scale", "shift", "mean")),
        held("norm.var", CHANNELS, least=0.5),
        held("slopes", CHANNELS, 1, 1),
        held("up.weight", CHANNELS, 2, 2, 2),
        held("up.bias", 2),
        held("dense.weight", CLASSES, 2 * 4 * SIDE * SIDE),
        held("dense.bias", CLASSES),
    ]
    norm = ["conv", "norm.scale", "norm.shift", "norm.mean", "norm.var"]
    nodes = [
        helper.make_node("Conv", ["x", "conv.weight", "conv.bias"], ["conv"], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", norm, ["norm"]),
        helper.make_node("PRelu", ["norm", "slopes"], ["prelu"]),
        helper.make_node(
            "ConvTranspose", ["prelu", "up.weight", "up.bias"], ["up"], strides=[2, 2]
        ),
        helper.make_node("Flatten", ["up"], ["flat"]),
        helper.make_node("Gemm", ["flat", "dense.weight", "dense.bias"], ["dense"], transB=1),
    ]
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    made = helper.make_tensor_value_info("dense", TensorProto.FLOAT, [1, CLASSES])
    graph = helper.make_graph(nodes, "normed", [given], [made], numbers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model
