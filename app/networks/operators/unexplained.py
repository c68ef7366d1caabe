"""What is run and shown, and not explained."""

from typing import Self

from app.layers._explain import Explanation
from app.layers._graph_node import GraphNode
from app.layers.base import Shape, Shapes, Tensors
from app.networks.operators._base import Operator
from app.problems import Invalid


class Unexplained(Operator):
    """An operator that no file here knows; ONNX Runtime runs it."""

    operator: str
    shape: tuple[int, ...]

    @classmethod
    def of_node(cls, node: GraphNode) -> Self:
        """Keep the operator's name and what comes out."""
        return cls(operator=node.operator[:80], shape=tuple(node.outputs[0]))

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        return {"output": self.shape}

    def receptive_field(self, shapes: Shapes) -> None:
        return None

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        raise Invalid(
            "'{operator}' is run and shown here, but not explained",
            loc=("node",),
            operator=self.operator,
        )
