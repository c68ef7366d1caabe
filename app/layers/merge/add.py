"""Add: two tensors, number by number."""

from collections.abc import Mapping
from typing import ClassVar

from app.layers._explain import Explanation
from app.layers._formula import Name, X
from app.layers._nodes import Nodes
from app.layers._products import summed
from app.layers.base import Array, Shape, Shapes, Tensors
from app.layers.merge._base import Elementwise, passed_on


def add(x: Array, other: Array) -> Array:
    """Return x + other; a smaller one is spread over the larger."""
    return x + other


class Add(Elementwise):
    """Computes `y = x + other`.

    Source:
        torch.add; ONNX Add.
    """

    abstract = False
    place = 1
    title = "Add"
    summary = (
        "What an earlier layer gave is added: the layers between have only the difference to learn."
    )
    formula = X + Name("other")
    in_numpy = staticmethod(add)
    in_torch = "add"
    in_keras = "add"
    examples: ClassVar = (
        ({}, {"input": (2, 3, 4, 4), "other": (2, 3, 4, 4)}),
        ({}, {"input": (2, 3, 4), "other": (3, 1)}),
        ({}, {"input": (1, 3, 1, 1), "other": (2, 3, 2, 2)}),
    )

    def terms_each(self, shapes: Shapes) -> int:
        return 2

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        return {"output": nodes.add("Add", x["input"], x["other"])}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        return summed(at, [passed_on(tensors, name, at) for name in ("input", "other")], None)
