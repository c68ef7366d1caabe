"""What operators that are no layers here multiply, and which of their constants are learned."""

import math
from collections.abc import Callable, Mapping, Sequence

from app.layers._graph_node import GraphNode
from app.layers.base import Shape

UNCOUNTED = frozenset({"Attention", "DFT", "Einsum", "LinearAttention", "STFT"})
"""Operators that multiply, in a number that is not known here."""


def macs_of(node: GraphNode) -> int:
    """Return the multiply-accumulates of a node, 0 where it makes none or nobody knows."""
    count = _COUNTS.get(node.operator)
    return count(node) if count and node.outputs else 0


def learned_places(operator: str) -> Sequence[int] | None:
    """Return at which inputs an operator takes what is learned; None where that is not known.

    Whole numbers count there: those of a network that was quantised.
    """
    return _LEARNED.get(operator)


def _shape(node: GraphNode, place: int) -> Shape:
    return tuple(node.shapes[place] or ()) if place < len(node.shapes) else ()


def _rows(node: GraphNode) -> int:
    """Count a product of matrices: every output is a sum over the first one's last axis."""
    return math.prod(node.outputs[0]) * (_shape(node, 0) or (1,))[-1]


def _gemm(node: GraphNode) -> int:
    given = _shape(node, 0) or (1,)
    return math.prod(node.outputs[0]) * given[0 if node.attributes.get("transA") else -1]


def _windows(node: GraphNode, place: int = 1) -> int:
    """Count windows: every output is a sum over one kernel."""
    return math.prod(node.outputs[0]) * math.prod(_shape(node, place)[1:])


def _stamps(node: GraphNode) -> int:
    """Count stamps: every input meets all kernels of its channel, cut off or not."""
    return math.prod(_shape(node, 0)) * math.prod(_shape(node, 1)[1:])


def _steps(node: GraphNode) -> int:
    """Count a recurrent layer: at each step of each sequence both of its matrices."""
    steps = math.prod(_shape(node, 0)[:2])
    return steps * (math.prod(_shape(node, 1)) + math.prod(_shape(node, 2)))


_COUNTS: Mapping[str, Callable[[GraphNode], int]] = {
    "Conv": _windows,
    "ConvInteger": _windows,
    "ConvTranspose": _stamps,
    "DeformConv": _windows,
    "GRU": _steps,
    "Gemm": _gemm,
    "LSTM": _steps,
    "MatMul": _rows,
    "MatMulInteger": _rows,
    "QLinearConv": lambda node: _windows(node, 3),
    "QLinearMatMul": _rows,
    "RNN": _steps,
}
_LEARNED: Mapping[str, Sequence[int]] = {
    "ConvInteger": (0, 1),
    "DequantizeLinear": (0,),
    "DynamicQuantizeLinear": (0,),
    "MatMulInteger": (0, 1),
    "QLinearConv": (0, 3, 8),
    "QLinearMatMul": (0, 3),
    "QuantizeLinear": (0,),
    "Resize": (),
    "Upsample": (),
}
