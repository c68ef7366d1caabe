"""The curve of an activation: y by ONNX Runtime, dy/dx written down in its layer."""

from dataclasses import dataclass

import numpy as np

from app.layers._function import Function
from app.layers.base import Array, Tensors
from app.runs import apply
from app.state import State


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of y and dy/dx over x, all float32 of one length."""

    function: Function
    x: Array
    y: Array
    slope: Array


def trace_curve(
    function: Function, span: tuple[float, float, int], state: State, tensors: Tensors
) -> Curve:
    """Return points of a function.

    Args:
        function: with its parameters.
        span: (start, stop, num), both ends included.
        state: its sessions run the function.
        tensors: besides `input`, where the function takes any; some stand-in where none is sent.
    """
    start, stop, num = span
    x = np.linspace(start, stop, num, dtype=np.float64).astype(np.float32)
    others = function.curve_tensors() | dict(tensors)
    sent = {"input": x} | others
    y = apply(function, sent, "cpu", state.limits, state.sessions).outputs["output"]
    with np.errstate(all="ignore"):
        slope = np.asarray(function.slope(x.astype(np.float64), others), np.float32)
    return Curve(function, x, y, slope)
