"""A node of any ONNX graph, as the layers read it back."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.layers._explain import Index
from app.layers._sizes import spread_padding


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One node: its operator, its attributes, what is known of its inputs.

    Attributes:
        operator: of the ONNX standard.
        opset: its version; what an attribute left out means has changed over them.
        attributes: those that are written down.
        shapes: of each input, None where one is left out.
        constants: each input's value where the graph itself holds it, else None.
        outputs: the shape of each output.
        makes: how many outputs the node has, those that nobody takes among them.
        is_whole: the numbers that come out have no fractions: they overflow where others grow.
    """

    operator: str
    opset: int
    attributes: Mapping[str, Any]
    shapes: Sequence[Index | None]
    constants: Sequence[Any]
    outputs: Sequence[Index] = field(default_factory=tuple)
    makes: int = 1
    is_whole: bool = False

    def sent(self, place: int) -> bool:
        """Tell whether there is an input at a place."""
        return place < len(self.shapes) and self.shapes[place] is not None

    def constant(self, place: int) -> Any:
        """Return an input's value, None where there is none or it is made by the run."""
        return self.constants[place] if place < len(self.constants) else None

    def varies(self, place: int) -> bool:
        """Tell whether the input at a place is made by the run."""
        return self.sent(place) and self.constant(place) is None

    def number(self, name: str, place: int, default: float | None) -> float | None:
        """Return an attribute that became an input in later versions, as one number."""
        if name in self.attributes:
            return float(self.attributes[name])
        value = self.constant(place)
        return default if value is None else float(np.ravel(value)[0])

    def integers(self, name: str, place: int) -> list[int] | None:
        """Return a list that became an input in later versions."""
        if name in self.attributes:
            return [int(one) for one in self.attributes[name]]
        value = self.constant(place)
        return None if value is None else [int(one) for one in np.ravel(value)]


def bounds_of(node: GraphNode) -> tuple[float, float]:
    """Return the ends of a Clip: attributes up to opset 10, inputs since."""
    low, high = node.number("min", 1, -math.inf), node.number("max", 2, math.inf)
    return (-math.inf if low is None else low, math.inf if high is None else high)


def window_of(node: GraphNode, kernel: Sequence[int]) -> dict[str, Any]:
    """Return stride, padding and dilation of a node whose window slides."""
    count, attributes = len(kernel), node.attributes
    stride = tuple(attributes.get("strides") or (1,) * count)
    dilation = tuple(attributes.get("dilations") or (1,) * count)
    padding = tuple(attributes.get("pads") or (0,) * (2 * count))
    automatic = attributes.get("auto_pad", "NOTSET")
    if automatic == "VALID":
        padding = (0,) * (2 * count)
    elif automatic != "NOTSET":
        sizes = (node.shapes[0] or ())[2:]
        padding = spread_padding("same", sizes, kernel, stride, dilation)
        if automatic == "SAME_LOWER":  # The odd cell goes before, not behind.
            padding = padding[count:] + padding[:count]
    return {"stride": stride, "padding": padding, "dilation": dilation}
