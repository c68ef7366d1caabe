"""The curve of an activation: y by ONNX Runtime, dy/dx written down in its layer."""

from dataclasses import dataclass

import numpy as np

from app.layers.activation._base import Activation
from app.layers.base import Array
from app.runs import apply
from app.state import State


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of y and dy/dx over x, all float32 of one length."""

    function: Activation
    x: Array
    y: Array
    slope: Array


def trace_curve(function: Activation, start: float, stop: float, num: int, state: State) -> Curve:
    """Return `num` points from `start` to `stop`, both included."""
    x = np.linspace(start, stop, num, dtype=np.float64).astype(np.float32)
    sent = {"input": x} | function.curve_tensors()
    y = apply(function, sent, "cpu", state.limits, state.sessions).outputs["output"]
    with np.errstate(all="ignore"):
        slope = np.asarray(function.derivative(x.astype(np.float64)), np.float32)
    return Curve(function, x, y, slope)
