"""Which layer an ONNX operator is, and who translates it."""

from collections.abc import Callable

from tests.corpus import products, resizes, shapes, whole, windows
from tests.corpus.activations import clip, fixed, function, gelu, hardsigmoid, prelu
from tests.corpus.nodes import Node
from tests.corpus.request import Request

# What ONNX takes for SELU where a model says nothing, in its own float32.
_SELU = {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875}

TRANSLATIONS: dict[str, Callable[[Node], Request]] = {
    "Conv": windows.conv,
    "ConvTranspose": windows.conv_transpose,
    "MaxPool": windows.pool("max"),
    "AveragePool": windows.pool("avg"),
    "LpPool": windows.pool("lp"),
    "GlobalMaxPool": windows.global_pool("global_max"),
    "GlobalAveragePool": windows.global_pool("global_avg"),
    "Relu": function("relu"),
    "Clip": clip,
    "LeakyRelu": function("leaky_relu", negative_slope=("alpha", 0.01)),
    "PRelu": prelu,
    "Elu": function("elu", alpha=("alpha", 1.0)),
    "Selu": fixed("selu", **_SELU),
    "Celu": function("celu", alpha=("alpha", 1.0)),
    "Gelu": gelu,
    "Swish": fixed("silu", alpha=1.0),
    "Mish": function("mish"),
    "Softplus": function("softplus"),
    "Softsign": function("softsign"),
    "Sigmoid": function("sigmoid"),
    "HardSigmoid": hardsigmoid,
    "HardSwish": function("hardswish"),
    "ThresholdedRelu": function("threshold", threshold=("alpha", 1.0)),
    "Tanh": function("tanh"),
    "Softmax": whole.softmax(log=False),
    "LogSoftmax": whole.softmax(log=True),
    "Gemm": products.gemm,
    "MatMul": products.matmul,
    "BatchNormalization": whole.batch_norm,
    "Dropout": whole.dropout,
    "Flatten": shapes.flatten,
    "Pad": shapes.pad,
    "CenterCropPad": shapes.center_crop_pad,
    "Resize": resizes.resize,
    "Upsample": resizes.upsample,
}
