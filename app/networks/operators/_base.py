"""What the operators have in common with layers, and what not."""

from typing import ClassVar

from app.layers.base import INPUT, Layer, ReceptiveField, Shape, Shapes
from app.networks.receptive import Reach


def tensor_name(place: int) -> str:
    """Return the name of a node's input: the first is `input`, then `input_1`, `input_2`, ..."""
    return f"{INPUT.name}_{place}" if place else INPUT.name


class Operator(Layer):
    """A node with a layer's facets; every input is a tensor of its own, none of them learned."""

    otherwise: ClassVar[Reach] = Reach.UNKNOWN
    """What is known of what an element sees where it has no window."""

    @property
    def is_counted(self) -> bool:
        """Tell whether it is known how much it multiplies."""
        return True

    def goes_alone(self, shapes: Shapes) -> bool:
        """Tell whether each number is made of those at its own index, along every axis."""
        return False

    def reach(self, shapes: Shapes) -> ReceptiveField | Reach:
        """Return what one output element sees of its sources, or what is known of that."""
        return self.receptive_field(shapes) or self.otherwise


def each_alone(shape: Shape) -> ReceptiveField:
    """Return the window of an element that sees its own place on each spatial axis, no other."""
    ones = (1,) * max(len(shape) - 2, 0)
    return ReceptiveField(ones, ones, (0,) * len(ones))
