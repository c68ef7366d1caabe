"""Dropout: in training some values are left out at random, the others grow to make up for it."""

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from app.layers._explain import Explanation, number
from app.layers._fields import number as number_field
from app.layers._fields import seed_field
from app.layers._formula import Expr, Name, X
from app.layers._graph_node import GraphNode
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers.base import INPUT, Array, Layer, Reading, Shape, Shapes, Tensors, TensorSpec
from app.problems import Invalid

_MASK = TensorSpec(
    "mask", "1 where a value stays, 0 where it is dropped.", required=False, learned=False
)


def dropout(x: Array, mask: Array | None, p: float, training: bool) -> Array:
    """Return what the mask leaves, grown by 1 / (1 − p); all as it is out of training."""
    if not training or mask is None:
        return x
    return x * mask * (0.0 if p == 1.0 else 1.0 / (1.0 - p))


class Dropout(Layer):
    """Computes `y = x · mask / (1 − p)` in training, and `y = x` otherwise.

    The mask is drawn by NumPy from the seed, outside the graph, and is returned with the answer.

    Shapes:
        input of any rank; mask as the input; output the same.

    Raises:
        Invalid: a mask of another shape.

    Source:
        torch.nn.functional.dropout, except that `training` is false by default.
    """

    abstract = False
    order = 8
    operators = ("Dropout",)
    title = "Dropout"
    summary = (
        "In training a share of the values is left out at random, so that no number is relied on "
        "alone; afterwards nothing is dropped."
    )
    inputs = (INPUT, _MASK)
    recipe = frozenset({"seed"})
    formula = X * Name("kept") * Name("scale")
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4)}),
        ({"training": True, "p": 0.25, "seed": 3}, {"input": (2, 3, 4)}),
        ({"training": True, "p": 1.0}, {"input": (5,)}),
    )

    p: float = number_field(
        0.5, "The probability that a value is dropped.", (0, 1, 0.05), ge=0.0, le=1.0
    )
    training: bool = Field(False, strict=True, description="Drop values, as in training.")
    seed: int = seed_field("The same seed drops the same values.")

    @property
    def used_formula(self) -> Expr:
        return self.formula if self.training else X

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        """Read a node that drops nothing: what a graph is when its training is over."""
        trains = node.constant(2)
        if node.varies(2) or (trains is not None and np.any(trains)):
            return None
        return cls(p=node.number("ratio", 1, 0.5)), {}

    def resolve(self, shapes: Shapes) -> Self:
        if 0 in shapes["input"][1:] or shapes["input"] == (0,):
            shape = list(shapes["input"])
            raise Invalid("input {shape} has an empty axis", loc=("input",), shape=shape)
        mask = shapes.get(_MASK.name, shapes["input"])
        if mask != shapes["input"]:
            raise Invalid(
                "mask {mask} must have the shape of the input {shape}",
                loc=(_MASK.name,),
                mask=list(mask),
                shape=list(shapes["input"]),
            )
        return self

    def generated(self, shapes: Shapes) -> dict[str, Shape]:
        wanted = self.training and _MASK.name not in shapes
        return {_MASK.name: shapes["input"]} if wanted else {}

    def generate(self, shapes: Shapes) -> dict[str, Array]:
        generator = np.random.Generator(np.random.PCG64(self.seed))
        return {
            name: np.asarray(generator.random(shape) >= self.p, np.float32)
            for name, shape in self.generated(shapes).items()
        }

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        if not self.training:
            return {"output": nodes.add("Identity", x["input"])}
        kept = nodes.add("Mul", x["input"], x["mask"])
        return {"output": nodes.add("Mul", kept, nodes.constant(self._growth))}

    @property
    def _growth(self) -> float:
        return 0.0 if self.p == 1.0 else 1.0 / (1.0 - self.p)

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x = tensors["input"][at]
        stays = tensors["mask"][at] if self.training else np.float32(1.0)
        growth = self._growth if self.training else 1.0
        with np.errstate(all="ignore"):
            value = float(np.float32(np.float32(x * stays) * np.float32(growth)))
        facts = {"kept": bool(stays), "scale": growth}
        terms = [{"input_index": list(at), "input": number(x)}]
        return Explanation(at, value, "function", terms, facts=facts)

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        return NumpyCall(dropout, ("input", "mask"), {"p": self.p, "training": self.training})

    def keras(self, shapes: Shapes) -> list[str]:
        return [f"x * mask * {self._growth}" if self.training else "x"]

    def torch(self, shapes: Shapes) -> str:
        if not self.training:
            return f"F.dropout(x, p={self.p}, training=False)"
        return f"x * mask * {self._growth}"
