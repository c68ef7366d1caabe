"""Concatenate: one tensor laid behind the other."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

import numpy as np

from app.layers._explain import Explanation
from app.layers._fields import whole
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers._products import summed
from app.layers._touch import Box, cell
from app.layers.base import INPUT, Array, ReceptiveField, Shape, Shapes, Tensors
from app.layers.merge._base import OTHER, Merge, passed_on
from app.problems import Invalid


def concat(x: Array, other: Array, dim: int) -> Array:
    """Return `other` laid behind `x` along an axis."""
    return np.concatenate([x, other], axis=dim)


class Concat(Merge):
    """Lays `other` behind the input along `dim`; no number changes.

    Shapes:
        input and other of one rank and the same sizes but along `dim`; output with both sizes there
        added.

    Raises:
        Invalid: an axis that they do not have, or other sizes that differ.

    Source:
        torch.cat; ONNX Concat.
    """

    abstract = False
    only_moves = True
    place = 3
    title = "Concatenate"
    summary = "The maps of both paths stand behind each other: what follows can use all of them."
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4, 4), "other": (2, 2, 4, 4)}),
        ({"dim": -1}, {"input": (2, 3, 4), "other": (2, 3, 1)}),
    )

    dim: int = whole(1, "The axis along which they lie; 1 is the maps.", (-4, 3), ge=-64, le=63)

    def candidates(self, name: str, shapes: Shapes) -> Sequence[int] | None:
        rank = len(shapes["input"])
        return tuple(range(-rank, rank))

    def resolve(self, shapes: Shapes) -> Self:
        self.check_filled(shapes)
        shape, other = shapes["input"], shapes["other"]
        rank = len(shape)
        if rank != len(other):
            raise Invalid(
                "input {shape} and other {other} must have the same number of axes",
                loc=("other",),
                shape=list(shape),
                other=list(other),
            )
        if not rank:
            raise Invalid("numbers without axes cannot be laid behind each other", loc=("input",))
        if not -rank <= self.dim < rank:
            raise Invalid(
                "dim {dim} is not an axis of an input of {rank} axes: it can be {least} to {most}",
                loc=("dim",),
                dim=self.dim,
                rank=rank,
                least=-rank,
                most=rank - 1,
            )
        dim = self.dim % rank
        if any(a != b for axis, (a, b) in enumerate(zip(shape, other, strict=True)) if axis != dim):
            raise Invalid(
                "input {shape} and other {other} must have the same sizes but along axis {dim}",
                loc=("other",),
                shape=list(shape),
                other=list(other),
                dim=dim,
            )
        return self.model_copy(update={"dim": dim})

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        shape, other, dim = shapes["input"], shapes["other"], self.dim
        return {"output": (*shape[:dim], shape[dim] + other[dim], *shape[dim + 1 :])}

    def rule(self, shapes: Shapes) -> list[str]:
        sizes = [shapes[spec.name][self.dim] for spec in self.inputs]
        return [f"{sizes[0]} + {sizes[1]} = {sum(sizes)}"]

    def looks(self, shapes: Shapes) -> ReceptiveField | None:
        return None if self.dim > 1 else super().looks(shapes)

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        return {"output": nodes.add("Concat", x["input"], x["other"], axis=self.dim)}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        before = tensors["input"].shape[self.dim]
        place = at[self.dim]
        name = INPUT.name if place < before else OTHER.name
        own = place if place < before else place - before
        index = (*at[: self.dim], own, *at[self.dim + 1 :])
        return summed(at, [passed_on(tensors, name, index)], None)

    def feeds_from(self, shapes: Shapes, name: str, at: Shape) -> Shape:
        before = 0 if name == INPUT.name else shapes[INPUT.name][self.dim]
        return (*at[: self.dim], at[self.dim] + before, *at[self.dim + 1 :])

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        return [cell(at)]

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        return NumpyCall(concat, ("input", "other"), {"dim": self.dim})

    def torch(self, shapes: Shapes) -> str:
        return f"torch.cat([x, other], dim={self.dim})"

    def keras(self, shapes: Shapes) -> list[str]:
        return [f"ops.concatenate([x, other], axis={self.dim})"]
