"""What the ways to make one tensor of two have in common."""

from collections.abc import Callable
from typing import Any, ClassVar, Self

from app.layers._numpy import NumpyCall
from app.layers._products import Term, copied
from app.layers._spread import spread_index, spread_shape
from app.layers._touch import Box, Span, one, whole
from app.layers.base import (
    INPUT,
    Array,
    Layer,
    ReceptiveField,
    Shape,
    Shapes,
    Tensors,
    TensorSpec,
    Touched,
)
from app.problems import Invalid

OTHER = TensorSpec(
    "other",
    "What meets the input. In a chain it is what an earlier layer gives, or the chain's input.",
    learned=False,
    joins=True,
)


class Merge(Layer):
    """Makes one tensor of two."""

    selector = "mode"
    order = 12
    stands_alone = False
    family_title = "Merge"
    family_summary = (
        "Two paths meet: what an earlier layer gave is added, multiplied, or laid behind. "
        "So residual blocks, gates and dense blocks are made."
    )
    inputs = (INPUT, OTHER)

    def check_filled(self, shapes: Shapes) -> None:
        """Refuse a tensor without numbers; a batch may have no sample.

        Raises:
            Invalid: with the shape.
        """
        for spec in self.inputs:
            if 0 in shapes[spec.name][1:]:
                raise Invalid(
                    "{name} {shape} has an empty axis",
                    loc=(spec.name,),
                    name=spec.name,
                    shape=list(shapes[spec.name]),
                )

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        # One place that is spread over many is no window that moves.
        is_spread = shapes["input"][2:] != self.output_shapes(shapes)["output"][2:]
        return None if is_spread else self.looks(shapes)

    def looks(self, shapes: Shapes) -> ReceptiveField | None:
        made = self.output_shapes(shapes)["output"][2:]
        return ReceptiveField((1,) * len(made), (1,) * len(made), (0,) * len(made))


class Elementwise(Merge):
    """Computes one number of two that stand at the same place.

    Shapes:
        input and other of sizes that are equal or 1, counted from the last axis; output the larger
        of both along each axis.

    Raises:
        Invalid: sizes that do not fit each other.
    """

    in_numpy: ClassVar[Callable[..., Any]]
    in_torch: ClassVar[str]
    in_keras: ClassVar[str]

    def resolve(self, shapes: Shapes) -> Self:
        self.check_filled(shapes)
        if spread_shape(shapes["input"], shapes["other"]) is None:
            raise Invalid(
                "input {shape} and other {other} do not fit each other: counted from the last "
                "axis, their sizes must be equal, or one of them 1",
                loc=("other",),
                shape=list(shapes["input"]),
                other=list(shapes["other"]),
            )
        return self

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        return {"output": spread_shape(shapes["input"], shapes["other"]) or ()}

    def feeds_from(self, shapes: Shapes, name: str, at: Shape) -> Touched:
        made, own = self.output_shapes(shapes)["output"], shapes[name]
        missing = len(made) - len(own)
        sizes = zip(at, own, made[missing:], strict=True)
        alike = (slice(0, size) for size in made[:missing])
        return (*alike, *(i if n == size else slice(0, size) for i, n, size in sizes))

    def feeds(self, shapes: Shapes, at: Shape) -> Touched:
        return self.feeds_from(shapes, INPUT.name, at)

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        return [tuple(_span(i) for i in self.feeds(shapes, at))]

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        return NumpyCall(type(self).in_numpy, ("input", "other"), {})

    def torch(self, shapes: Shapes) -> str:
        return f"torch.{self.in_torch}(x, other)"

    def keras(self, shapes: Shapes) -> list[str]:
        return [f"ops.{self.in_keras}(x, other)"]


def _span(place: int | slice) -> Span:
    return one(place) if isinstance(place, int) else whole(place.stop)


def passed_on(tensors: Tensors, name: str, at: Shape) -> Term:
    """Return the term of an element that goes in as it is."""
    x: Array = tensors[name]
    return {"tensor": name, **copied(x, spread_index(at, x.shape))}
