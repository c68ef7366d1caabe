"""Matrix products, as dense layers: the weight lies (out, in), where ONNX has (in, out)."""

import math

import numpy as np

from tests.corpus import left_out
from tests.corpus.nodes import Array, Node
from tests.corpus.request import LeftOut, Request


def gemm(node: Node) -> Request:
    """Its factors alpha and beta go into the weight and the bias."""
    get = node.attributes.get
    x = node.input(0).T if get("transA") else node.input(0)
    weight = node.input(1) if get("transB") else node.input(1).T
    tensors = {"input": x, "weight": np.float32(get("alpha", 1.0)) * weight}
    bias = node.optional(2)
    if bias is not None:
        tensors["bias"] = np.float32(get("beta", 1.0)) * _per_output(bias, len(weight))
    return Request("dense", {}, tensors, {"output": node.outputs[0]})


def _per_output(bias: Array, outputs: int) -> Array:
    if math.prod(bias.shape[:-1]) > 1:
        raise LeftOut(left_out.BIAS_EACH)
    return np.broadcast_to(bias.reshape(-1), outputs)


def matmul(node: Node) -> Request:
    """A vector on the left takes any stack of matrices; they are one weight, laid in a row."""
    x, right, y = node.input(0), node.input(1), node.outputs[0]
    if right.ndim > 2 and x.ndim > 1:
        raise LeftOut(left_out.WEIGHT_EACH)
    weight = right[None] if right.ndim == 1 else np.moveaxis(right, -2, -1)
    weight = weight.reshape(-1, x.shape[-1])
    y = y.reshape(*x.shape[:-1], len(weight))
    tensors = {"input": x, "weight": weight}
    return Request("dense", {"flatten": False}, tensors, {"output": y})
