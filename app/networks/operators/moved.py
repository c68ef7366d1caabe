"""Numbers that are laid out otherwise and stay what they are."""

from typing import ClassVar, Self

import numpy as np

from app.layers._explain import Explanation
from app.layers._graph_node import GraphNode
from app.layers._products import copied, summed
from app.layers.base import INPUT, ReceptiveField, Shape, Shapes, Tensors
from app.networks.operators._base import Operator
from app.networks.receptive import Reach


class Moved(Operator):
    """Changes the axes, or their order (`perm`); no number changes.

    Source:
        torch.reshape, torch.permute; ONNX Reshape, Transpose, Squeeze, Unsqueeze, Flatten,
        Dropout (out of training), Identity.
    """

    operators: ClassVar = (
        "Reshape",
        "Transpose",
        "Squeeze",
        "Unsqueeze",
        "Flatten",
        "Dropout",
        "Identity",
    )
    only_moves: ClassVar = True
    otherwise: ClassVar = Reach.CELLS
    perm: tuple[int, ...] | None = None
    shape: tuple[int, ...]

    @classmethod
    def of_node(cls, node: GraphNode) -> Self | None:
        """Read a node; None where a number would change."""
        if node.operator == "Dropout" and (node.varies(2) or np.any(node.constant(2))):
            return None
        shape, rank = tuple(node.outputs[0]), len(node.shapes[0] or ())
        if node.operator != "Transpose":
            return cls(shape=shape)
        return cls(shape=shape, perm=tuple(node.attributes.get("perm") or range(rank)[::-1]))

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        return {"output": self.shape}

    def goes_alone(self, shapes: Shapes) -> bool:
        return self.perm is None and shapes[INPUT.name] == self.shape

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        """Leave the spatial axes alone, or have no window: what was side by side is apart."""
        source, made = shapes[INPUT.name], self.shape
        if self.perm is None and source[2:] == made[2:]:
            axes = len(made) - 2
        else:
            # Channels taken apart, put in another order, put together: the picture's axes stay.
            axes, last = 2, len(made) - 2
            kept = self.perm is None or self.perm[-2:] == (last, last + 1)
            if min(len(source), len(made)) < 4 or source[-2:] != made[-2:] or not kept:
                return None
        ones = (1,) * max(axes, 0)
        return ReceptiveField(ones, ones, tuple(0 for _ in ones))

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = tensors[INPUT.name]
        if self.perm is not None:
            index = tuple(at[self.perm.index(axis)] for axis in range(len(at)))
        else:
            flat = np.ravel_multi_index(at, self.shape) if at else 0
            index = tuple(int(i) for i in np.unravel_index(flat, x.shape))
        return summed(at, [copied(x, index)], None)

    def feeds(self, shapes: Shapes, at: Shape) -> Shape:
        if self.perm is not None:
            return tuple(at[axis] for axis in self.perm)
        flat = np.ravel_multi_index(at, shapes[INPUT.name]) if at else 0
        return tuple(int(i) for i in np.unravel_index(flat, self.shape))
