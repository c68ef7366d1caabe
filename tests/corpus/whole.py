"""Softmax, batch normalisation, dropout."""

from collections.abc import Callable

import numpy as np

from tests.corpus import left_out
from tests.corpus.nodes import Array, Node
from tests.corpus.request import LeftOut, Request, plain


def softmax(*, log: bool) -> Callable[[Node], Request]:
    """Return the translation to softmax, or to its logarithm."""

    def translate(node: Node) -> Request:
        assert node.opset >= 13, "before that, softmax ran over several axes at once"
        parameters = {"dim": node.attributes.get("axis", -1), "log": log}
        return plain("softmax", parameters, node.input(0), node.outputs[0])

    return translate


def batch_norm(node: Node) -> Request:
    """ONNX's momentum is the share of the old number, PyTorch's of the new one."""
    names = ("input", "weight", "bias", "running_mean", "running_var")
    tensors = {name: node.input(place) for place, name in enumerate(names)}
    kept = node.attributes.get("momentum", 0.9)
    parameters = {
        "eps": node.attributes.get("epsilon", 1e-5),
        "training": bool(node.attributes.get("training_mode")),
        "momentum": 1 - kept,
    }
    expected = {"output": node.outputs[0]}
    if parameters["training"]:
        values = tensors["input"].size // tensors["input"].shape[1]
        expected["new_running_mean"] = node.outputs[1]
        expected["new_running_var"] = _unbiased(
            node.outputs[2], kept * tensors["running_var"], values
        )
    return Request("batch_norm", parameters, tensors, expected)


def _unbiased(new: Array, old: Array, values: int) -> Array:
    """Return the running variance as PyTorch keeps it: the batch's share over n - 1, not n."""
    return old + (new - old) * np.float32(values / (values - 1))


def dropout(node: Node) -> Request:
    """The mask that the case was made with is sent; without training there is none."""
    ratio, training = node.optional(1), node.optional(2)
    share = float(node.attributes.get("ratio", 0.5) if ratio is None else ratio)
    drops = bool(training) if training is not None else False
    mask = node.outputs[1] if len(node.outputs) > 1 else None
    tensors = {"input": node.input(0)}
    if drops and share > 0 and mask is None:
        raise LeftOut(left_out.OTHER_RANDOMNESS)
    if mask is not None and drops:
        tensors["mask"] = mask
    assert drops or mask is None or mask.all()
    return Request("dropout", {"p": share, "training": drops}, tensors, {"output": node.outputs[0]})
