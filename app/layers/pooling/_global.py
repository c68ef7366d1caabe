"""Global pooling: one number a channel."""

import math
from typing import Any, Self

import numpy as np

from app.layers._graph_node import GraphNode
from app.layers._sizes import spatial_dims, with_batch
from app.layers._touch import Box, cell
from app.layers.base import Reading, ReceptiveField, Shape, Shapes, Tensors
from app.layers.pooling._base import Pooling, pool_terms


class Global(Pooling):
    """A mode whose window is the whole channel."""

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        """Read a global pooling, or a reduction of every spatial axis that keeps them."""
        if node.operator.startswith("Reduce"):
            rank = len(node.shapes[0] or ())
            axes = node.integers("axes", 1) or list(range(rank))
            kept = node.attributes.get("keepdims", 1)
            if not kept or sorted(a % rank for a in axes) != list(range(2, rank)):
                return None
        return cls(spatial_dims=len(node.shapes[0] or ()) - 2), {}

    def resolve(self, shapes: Shapes) -> Self:
        count = spatial_dims(self.spatial_dims, None, (), len(shapes["input"]))
        with_batch(shapes["input"], count)
        return self.model_copy(update={"spatial_dims": count})

    def receptive_field(self, shapes: Shapes) -> ReceptiveField:
        sizes = shapes["input"][2:]
        return ReceptiveField(sizes, sizes, tuple(0 for _ in sizes))

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        shape = shapes["input"]
        return {"output": (*shape[:2], *(1 for _ in shape[2:]))}

    def terms_each(self, shapes: Shapes) -> int:
        return math.prod(shapes["input"][2:])

    def feeds(self, shapes: Shapes, at: Shape) -> Shape:
        return (*at[:2], *(0 for _ in at[2:]))

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        return [cell(self.feeds(shapes, at))]

    def terms(self, tensors: Tensors, at: Shape) -> list[dict[str, Any]]:
        """Return every cell of the channel, in order."""
        x = tensors["input"]
        places = np.indices(x.shape[2:]).reshape(x.ndim - 2, -1).T
        return pool_terms(x, at[:2], places, np.ones(len(places), bool))
