"""Global pooling: one number a channel."""

import math
from typing import Any, Self

import numpy as np
from pydantic import PrivateAttr

from app.layers._explain import Window
from app.layers._graph_node import GraphNode
from app.layers._sizes import spatial_dims, with_batch
from app.layers._touch import Box, cell
from app.layers.base import Reading, ReceptiveField, Shape, Shapes, Tensors
from app.layers.pooling._base import Pooling, pool_terms


class Global(Pooling):
    """A mode whose window is the whole channel."""

    # Only a file's node can drop them, as x.mean((2, 3)) does; nobody can ask for it.
    _drops: bool = PrivateAttr(False)

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        """Read a global pooling, or a reduction of every spatial axis, kept as ones or dropped."""
        rank = len(node.shapes[0] or ())
        layer = cls(spatial_dims=rank - 2)
        if node.operator.startswith("Reduce"):
            axes = node.integers("axes", 1) or list(range(rank))
            if sorted(a % rank for a in axes) != list(range(2, rank)):
                return None
            layer._drops = not node.attributes.get("keepdims", 1)
        return layer, {}

    def resolve(self, shapes: Shapes) -> Self:
        count = spatial_dims(self.spatial_dims, None, (), len(shapes["input"]))
        with_batch(shapes["input"], count)
        return self.model_copy(update={"spatial_dims": count})

    def receptive_field(self, shapes: Shapes) -> ReceptiveField:
        sizes = shapes["input"][2:]
        return ReceptiveField(sizes, sizes, tuple(0 for _ in sizes))

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        shape = shapes["input"]
        return {"output": (*shape[:2], *self._behind(1, shape))}

    def terms_each(self, shapes: Shapes) -> int:
        return math.prod(shapes["input"][2:])

    def feeds(self, shapes: Shapes, at: Shape) -> Shape:
        return (*at[:2], *self._behind(0, at))

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        return [cell(self.feeds(shapes, at))]

    def _behind(self, value: int, shape: Shape) -> Shape:
        """Return what stands for each spatial axis of a shape or an index, where one is left."""
        return () if self._drops else tuple(value for _ in shape[2:])

    def window(self, shape: Shape) -> Window:
        """Return all of a channel."""
        return Window(tuple(0 for _ in shape[2:]), shape[2:])

    def terms(self, tensors: Tensors, at: Shape) -> list[dict[str, Any]]:
        """Return every cell of the channel, in order."""
        x = tensors["input"]
        places = np.indices(x.shape[2:]).reshape(x.ndim - 2, -1).T
        return pool_terms(x, at[:2], places, np.ones(len(places), bool))
