"""PReLU: leaky ReLU whose slope is learned."""

import math
from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np

from app.layers._cases import above, cases, up_to
from app.layers._explain import Explanation, number
from app.layers._formula import Name, X
from app.layers._graph_node import GraphNode
from app.layers._nodes import Nodes
from app.layers._touch import Touch, everything, one
from app.layers.activation._base import Activation
from app.layers.base import INPUT, Array, Reading, Shape, Shapes, Tensors, TensorSpec
from app.problems import Invalid

SLOPES = TensorSpec(
    "weight", "The slope left of zero: one number, or one for each channel.", axes=("out",)
)
# PyTorch starts its slopes here; a plot without a weight shows this one.
_DRAWN = 0.25


def prelu(x: Array, weight: Array) -> Array:
    """Return x above 0, else x times its channel's slope."""
    slopes = weight.reshape(-1, *[1] * (x.ndim - 2)) if weight.size > 1 else weight.reshape(())
    return np.where(x > 0, x, slopes * x)


class Prelu(Activation):
    """Computes `y = x where x > 0, else weight[c] · x`.

    Shapes:
        input (N, C, ...); weight (1) or (C).

    Raises:
        Invalid: another number of slopes.

    Source:
        torch.nn.functional.prelu; ONNX PRelu.
    """

    abstract = False
    place = 4
    operators = ("PRelu",)
    in_numpy = staticmethod(prelu)
    title = "PReLU"
    summary = "Leaky ReLU with slopes that training has found, one in all or one a channel."
    formula = cases((X, above(X, 0)), (Name("weight", "c") * X, up_to(X, 0)))
    inputs = (INPUT, SLOPES)
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4), "weight": (3,)}),
        ({}, {"input": (5,), "weight": (1,)}),
    )

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        slopes, shape = node.constant(1), node.shapes[0] or ()
        if slopes is None:
            return None
        # Aligned from the last axis: one slope in all, or one for each channel.
        aligned = (1,) * (len(shape) - slopes.ndim) + slopes.shape
        alike = all(n == 1 for axis, n in enumerate(aligned) if axis != 1)
        return (cls(), {"weight": slopes.reshape(-1)}) if alike else None

    def resolve(self, shapes: Shapes) -> Self:
        super().resolve(shapes)
        shape, weight = shapes["input"], shapes["weight"]
        channels = shape[1] if len(shape) > 1 else 1
        if weight not in ((), (1,), (channels,)):
            raise Invalid(
                "weight {weight} must have one number, or one for each of the {channels} "
                "channels (axis 1)",
                loc=("weight",),
                weight=list(weight),
                channels=channels,
            )
        return self

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        weight, rank = x["weight"], len(shapes["input"])
        if shapes["weight"] in ((), (1,)):
            weight = nodes.add("Reshape", weight, nodes.integers([1] * rank))
        else:
            weight = nodes.add("Reshape", weight, nodes.integers([-1] + [1] * (rank - 2)))
        return {"output": nodes.add("PRelu", x["input"], weight)}

    def evaluate(self, x: Array) -> Array:
        return prelu(x, np.array(_DRAWN))

    def derivative(self, x: Array) -> Array:
        return np.where(x > 0, 1.0, _DRAWN)

    def slope(self, x: Array, tensors: Tensors) -> Array:
        return np.where(x > 0, 1.0, float(np.ravel(tensors["weight"])[0]))

    def curve_tensors(self) -> dict[str, Array]:
        return {"weight": np.array([_DRAWN], np.float32)}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x, slopes = float(tensors["input"][at]), np.atleast_1d(tensors["weight"])
        index = at[1] if len(slopes) > 1 else 0
        slope = 1.0 if x > 0 else float(slopes[index])
        term = {
            "input_index": list(at),
            "input": number(x),
            "weight_index": [index],
            "weight": number(slopes[index]),
        }
        return Explanation(
            at, float(np.float32(slope * x)), "function", [term], facts={"slope": slope}
        )

    def weighed(self, shapes: Shapes, at: Shape) -> Touch:
        """One slope in all meets everything; else it is its channel's."""
        found = list(everything(shapes["input"]))
        if math.prod(shapes["weight"]) > 1:
            found[1] = one(at[0])
        return Touch([tuple(found)], [tuple(found)])

    def keras(self, shapes: Shapes) -> list[str]:
        line = (-1, *[1] * (len(shapes["input"]) - 2)) if math.prod(shapes["weight"]) > 1 else ()
        return [f"ops.where(x > 0, x, ops.reshape(weight, {line}) * x)"]

    def torch(self, shapes: Shapes) -> str:
        return "F.prelu(x, weight)"
