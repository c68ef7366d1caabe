"""Maps laid behind each other: the end of an inception module, of a dense block."""

from typing import ClassVar, Self

from app.layers._explain import Explanation
from app.layers._graph_node import GraphNode
from app.layers._products import copied, summed
from app.layers.base import ReceptiveField, Shape, Shapes, Tensors
from app.networks.operators._base import Operator, each_alone, tensor_name
from app.networks.receptive import Reach


class Concat(Operator):
    """Lays tensors behind each other along `axis`; no number changes.

    Source:
        torch.cat; ONNX Concat.
    """

    operators: ClassVar = ("Concat",)
    otherwise: ClassVar = Reach.CELLS
    axis: int
    shape: tuple[int, ...]

    @classmethod
    def of_node(cls, node: GraphNode) -> Self:
        """Read a node; the axis counts from the front."""
        shape = tuple(node.outputs[0])
        return cls(axis=node.attributes.get("axis", 1) % max(len(shape), 1), shape=shape)

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        return {"output": self.shape}

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        if self.axis > 1:
            return None
        return each_alone(self.shape)

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        place, name = at[self.axis], tensor_name(0)
        for number in range(len(tensors)):
            name = tensor_name(number)
            size = tensors[name].shape[self.axis]
            if place < size:
                break
            place -= size
        index = (*at[: self.axis], place, *at[self.axis + 1 :])
        return summed(at, [copied(tensors[name], index) | {"tensor": name}], None)

    def feeds_from(self, shapes: Shapes, name: str, at: Shape) -> Shape:
        """Return where an element of one of the tensors went."""
        before = 0
        for number in range(len(shapes)):
            if tensor_name(number) == name:
                break
            before += shapes[tensor_name(number)][self.axis]
        return (*at[: self.axis], at[self.axis] + before, *at[self.axis + 1 :])
