"""Windows that slide: convolution, transposed convolution, pooling."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.corpus.nodes import Array, Node
from tests.corpus.request import Request, plain


def conv(node: Node) -> Request:
    weight = node.input(1)
    size = weight.shape[2:]
    parameters = {
        "stride": _each(node, "strides", size),
        "dilation": _each(node, "dilations", size),
        "padding": _padding(node, size),
        "groups": node.attributes.get("group", 1),
    }
    return Request("conv", parameters, _kernels(node), {"output": node.outputs[0]})


def conv_transpose(node: Node) -> Request:
    size = node.input(1).shape[2:]
    extra = node.attributes.get("output_padding", [0] * len(size))
    padding, extra = _stamped(node, size, extra)
    parameters = {
        "stride": _each(node, "strides", size),
        "dilation": _each(node, "dilations", size),
        "padding": padding,
        "output_padding": extra,
        "groups": node.attributes.get("group", 1),
    }
    return Request("conv_transpose", parameters, _kernels(node), {"output": node.outputs[0]})


def _kernels(node: Node) -> dict[str, Array]:
    named = zip(("input", "weight", "bias"), node.inputs, strict=False)
    return {name: value for name, value in named if value is not None}


def _stamped(node: Node, size: tuple[int, ...], extra: list[int]) -> tuple[list[int], list[int]]:
    """Return padding and output_padding; an output shape that is asked for makes up either."""
    strides, dilations = _each(node, "strides", size), _each(node, "dilations", size)
    rule, inputs = node.text("auto_pad", "NOTSET"), node.input(0).shape[2:]
    wanted = node.attributes.get("output_shape")
    if rule.startswith("SAME"):
        wanted = [n * s for n, s in zip(inputs, strides, strict=True)]
    if wanted is None:
        return node.attributes.get("pads", [0] * (2 * len(size))), extra
    columns = zip(inputs, strides, dilations, size, extra, wanted, strict=True)
    totals = [(n - 1) * s + d * (k - 1) + 1 + e - w for n, s, d, k, e, w in columns]
    cut = [max(total, 0) for total in totals]
    grown = [e + max(-total, 0) for e, total in zip(extra, totals, strict=True)]
    return _split(cut, odd_first=rule != "SAME_UPPER"), grown


def pool(mode: str) -> Callable[[Node], Request]:
    """Return the translation to a mode of pooling with a window."""
    own: dict[str, Callable[[Node], dict[str, Any]]] = {
        "max": lambda node: {"return_indices": len(node.outputs) > 1},
        "avg": lambda node: {"count_include_pad": bool(node.attributes.get("count_include_pad"))},
        "lp": lambda node: {"p": node.attributes.get("p", 2)},
    }

    def translate(node: Node) -> Request:
        size = tuple(node.attributes["kernel_shape"])
        parameters = {
            "mode": mode,
            "kernel_size": list(size),
            "stride": _each(node, "strides", size),
            "dilation": _each(node, "dilations", size),
            "padding": _padding(node, size),
            "ceil_mode": bool(node.attributes.get("ceil_mode")),
        } | own[mode](node)
        expected = {"output": node.outputs[0]}
        if len(node.outputs) > 1:
            expected["indices"] = _in_plane(node)
        return Request("pooling", parameters, {"input": node.input(0)}, expected)

    return translate


def global_pool(mode: str) -> Callable[[Node], Request]:
    """Return the translation to a mode of pooling over the whole channel."""

    def translate(node: Node) -> Request:
        return plain("pooling", {"mode": mode}, node.input(0), node.outputs[0])

    return translate


def _in_plane(node: Node) -> Array:
    """Return the indices as PyTorch counts them: over one plane, row by row."""
    plane = node.input(0).shape[2:]
    inside = node.outputs[1] % math.prod(plane)
    by_columns = node.attributes.get("storage_order") == 1
    places = np.unravel_index(inside, plane, "F" if by_columns else "C")
    return np.asarray(np.ravel_multi_index(places, plane))


def _each(node: Node, name: str, size: tuple[int, ...]) -> list[int]:
    found: list[int] = node.attributes.get(name, [1] * len(size))
    return found


def _padding(node: Node, size: tuple[int, ...]) -> Any:
    """Return ONNX's padding in the contract's words: SAME_UPPER has one, SAME_LOWER has not."""
    rule = node.text("auto_pad", "NOTSET")
    if rule == "NOTSET":
        return node.attributes.get("pads", [0] * (2 * len(size)))
    if rule != "SAME_LOWER":
        return {"SAME_UPPER": "same", "VALID": "valid"}[rule]
    columns = zip(
        node.input(0).shape[2:],
        size,
        _each(node, "strides", size),
        _each(node, "dilations", size),
        strict=True,
    )
    totals = [max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0) for n, k, s, d in columns]
    return _split(totals, odd_first=True)


def _split(totals: list[int], *, odd_first: bool) -> list[int]:
    """Share each total between begin and end."""
    less, more = [t // 2 for t in totals], [t - t // 2 for t in totals]
    return [*more, *less] if odd_first else [*less, *more]
