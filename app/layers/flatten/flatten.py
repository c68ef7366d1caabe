"""Flatten: several axes laid out in one row."""

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

import numpy as np

from app.layers._explain import Explanation
from app.layers._fields import whole
from app.layers._graph_node import GraphNode
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers._products import copied, summed
from app.layers._touch import Box, cell
from app.layers.base import Array, Layer, Reading, Shape, Shapes, Tensors
from app.problems import Invalid


def flatten(x: Array, start_dim: int, end_dim: int) -> Array:
    """Return `x` with the axes from start_dim to end_dim joined."""
    joined = math.prod(x.shape[start_dim : end_dim + 1])
    return x.reshape(*x.shape[:start_dim], joined, *x.shape[end_dim + 1 :])


class Flatten(Layer):
    """Joins the axes from `start_dim` to `end_dim`; no number changes.

    Shapes:
        input of any rank above `start_dim`; output with those axes multiplied into one.

    Raises:
        Invalid: an axis that the input does not have, or the first behind the last.

    Source:
        torch.nn.Flatten (its `start_dim` is 1); ONNX Reshape.
    """

    abstract = False
    only_moves = True
    order = 9
    operators = (
        "Flatten",
        "Reshape",
        "Squeeze",
    )
    title = "Flatten"
    summary = "The maps are laid out in one long row, so that a dense layer can take them."
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4, 5)}),
        ({"start_dim": 0, "end_dim": 1}, {"input": (2, 3, 4)}),
        ({"start_dim": 0}, {"input": ()}),
    )

    start_dim: int = whole(1, "The first axis to join.", (-4, 3), ge=-64, le=63)
    end_dim: int = whole(-1, "The last axis to join.", (-4, 3), ge=-64, le=63)

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        """Read whatever lays out all but the first axis in one row."""
        shape, output = node.shapes[0] or (), node.outputs[0]
        row = len(shape) > 1 and output == (shape[0], math.prod(shape[1:]))
        return (cls(), {}) if row else None

    @property
    def bakes_sizes(self) -> bool:
        return True

    def candidates(self, name: str, shapes: Shapes) -> Sequence[int] | None:
        # Counted from the front or from the back: between them lie some that do not fit.
        rank = max(len(shapes["input"]), 1)
        return tuple(range(-rank, rank))

    def resolve(self, shapes: Shapes) -> Self:
        shape = shapes["input"]
        rank = max(len(shape), 1)
        for name in ("start_dim", "end_dim"):
            if not -rank <= getattr(self, name) < rank:
                raise Invalid(
                    "{name} {dim} is not an axis of an input of {rank} axes: "
                    "it can be {least} to {most}",
                    loc=(name,),
                    name=name,
                    dim=getattr(self, name),
                    rank=len(shape),
                    least=-rank,
                    most=rank - 1,
                )
        if 0 in shape[1:] or shape == (0,):
            raise Invalid("input {shape} has an empty axis", loc=("input",), shape=list(shape))
        start, end = self.start_dim % rank, self.end_dim % rank
        if start > end:
            raise Invalid(
                "start_dim {start} comes after end_dim {end}",
                loc=("start_dim",),
                start=start,
                end=end,
            )
        return self.model_copy(update={"start_dim": start, "end_dim": end})

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        shape, start, end = shapes["input"], self.start_dim, self.end_dim + 1
        return {"output": (*shape[:start], math.prod(shape[start:end]), *shape[end:])}

    def receptive_field(self, shapes: Shapes) -> None:
        return None

    def rule(self, shapes: Shapes) -> list[str]:
        joined = shapes["input"][self.start_dim : self.end_dim + 1]
        return [f"{' · '.join(map(str, joined)) or 1} = {math.prod(joined)}"]

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        # A 0 is the axis as it is, so that the graph takes any batch; an axis of 0 is the batch.
        joined = self.output_shapes(shapes)["output"][self.start_dim :]
        target = nodes.integers([0] * self.start_dim + list(joined))
        return {"output": nodes.add("Reshape", x["input"], target, allowzero=0)}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = tensors["input"]
        outputs = self.output_shapes({"input": x.shape})["output"]
        index = tuple(int(i) for i in np.unravel_index(np.ravel_multi_index(at, outputs), x.shape))
        return summed(at, [copied(x, index)], None)

    def feeds(self, shapes: Shapes, at: Shape) -> Shape:
        outputs = self.output_shapes(shapes)["output"]
        flat = np.ravel_multi_index(at, shapes["input"]) if at else 0
        return tuple(int(i) for i in np.unravel_index(flat, outputs))

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        return [cell(self.feeds(shapes, at))]

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        return NumpyCall(
            flatten, ("input",), {"start_dim": self.start_dim, "end_dim": self.end_dim}
        )

    def keras(self, shapes: Shapes) -> list[str]:
        return [f"ops.reshape(x, {self.output_shapes(shapes)['output']})"]

    def torch(self, shapes: Shapes) -> str:
        return f"torch.flatten(x, {self.start_dim}, {self.end_dim})"
