"""What a layer is: its hyper-parameters as fields, its facets as methods."""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self, TypeAlias

import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from app.layers._apart import is_hard, told_apart
from app.layers._explain import Explanation
from app.layers._formula import Expr, X
from app.layers._graph_node import GraphNode
from app.layers._nodes import Nodes
from app.layers._numpy import Effort, NumpyCall
from app.layers._tensor_spec import INPUT as INPUT
from app.layers._tensor_spec import TensorSpec as TensorSpec
from app.layers._touch import Box, Touch, cell

Shape: TypeAlias = tuple[int, ...]
Shapes: TypeAlias = Mapping[str, Shape]
Array: TypeAlias = npt.NDArray[Any]
Tensors: TypeAlias = Mapping[str, Array]
Touched: TypeAlias = tuple[int | slice, ...]
Reading: TypeAlias = tuple["Layer", dict[str, Array]]
"""A node of a graph as a layer, not yet resolved, and the tensors that the graph holds for it."""


class ReceptiveField(NamedTuple):
    """What output element i sees of an axis: `size` cells from `offset + i · stride` on."""

    size: tuple[int, ...]
    stride: tuple[float, ...]
    offset: tuple[float, ...]


class Layer(BaseModel):
    """One layer type. Frozen and hashable, so that it can be the key of a session.

    A file holds one layer; its name is the layer's name, the folder's name its family. Work goes
    in three steps: `resolve` against the shapes that came (exact integers, nothing allocated),
    `generate` what was not sent, then the graph.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    family: ClassVar[str] = ""
    tag: ClassVar[str] = ""
    selector: ClassVar[str | None] = None
    abstract: ClassVar[bool] = True
    order: ClassVar[int] = 100
    """Where the family stands in lists."""
    place: ClassVar[int] = 0
    """Where the layer stands in its family; the first is the one taken by default."""
    family_title: ClassVar[str] = ""
    family_summary: ClassVar[str] = ""
    title: ClassVar[str]
    summary: ClassVar[str]
    inputs: ClassVar[tuple[TensorSpec, ...]] = (INPUT,)
    recipe: ClassVar[frozenset[str]] = frozenset()
    """Fields that only say how a missing tensor is made; they do not change the graph."""
    minds_nonfinite: ClassVar[bool] = False
    """True when NaN or infinities in the input need a graph of their own."""
    formula: ClassVar[Expr] = X
    """What one output is, in x, the fields and the tensors by their names."""
    stands_alone: ClassVar[bool] = True
    """It has a page of its own; one that does not is seen in a chain."""
    only_moves: ClassVar[bool] = False  # no number changes, each only gets another place
    operators: ClassVar[tuple[str, ...]] = ()
    """The ONNX operators whose nodes can be this layer."""
    examples: ClassVar[tuple[tuple[dict[str, Any], dict[str, Shape]], ...]] = ()
    """Settings worth a test and a place in the documentation: parameters, tensor shapes."""

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        """Read a node of any ONNX graph back as this layer; None where it is something else.

        Raises:
            Invalid: its numbers are such as the layer refuses.
        """
        return None

    def resolve(self, shapes: Shapes) -> Self:
        """Return the layer with every size spelled out for these tensors.

        Raises:
            Invalid: a shape or a parameter that cannot be, with the rule and the numbers.
        """
        return self

    def arrange(self, shapes: Shapes) -> dict[str, Shape]:
        """Return the shapes as the graph takes them (a missing batch or channel axis added)."""
        return dict(shapes)

    def generated(self, shapes: Shapes) -> dict[str, Shape]:
        """Return the shapes of the tensors that were not sent and that `generate` will make."""
        return {}

    def generate(self, shapes: Shapes) -> dict[str, Array]:
        """Make the tensors that were not sent."""
        return {}

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        """Return the shape of each output, the main one under `output`."""
        return {"output": shapes["input"]}

    def macs(self, shapes: Shapes) -> int:
        """Return the multiply-accumulates of one run (1 MAC = 2 FLOPs); bias is not counted."""
        return 0

    def scratch_elements(self, shapes: Shapes) -> int:
        """Return how many elements the graph holds besides its inputs and outputs, at most."""
        return 0

    def reads(self, shapes: Shapes) -> int:
        """Return how many elements its windows look at in one run, where no MAC counts them."""
        return 0

    def terms_each(self, shapes: Shapes) -> int:
        """Return how many terms make one output element."""
        return 1

    def rule(self, shapes: Shapes) -> list[str]:
        """Return the output-size rule with its numbers, one line an axis."""
        return []

    def dropped(self, shapes: Shapes) -> Shape:
        """Return how many of the input's last cells no window reaches, of each spatial axis."""
        return tuple(0 for _ in shapes[INPUT.name][2:])

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        """Return what one output element sees of each spatial axis; None where it is everything."""
        return ReceptiveField(*((value,) * len(shapes[INPUT.name][2:]) for value in (1, 1, 0)))

    def looks(self, shapes: Shapes) -> ReceptiveField | None:
        """Return the same of each tensor that a chain gives; what is spread has one place."""
        return self.receptive_field(shapes)

    def makes_shares(self, shapes: Shapes) -> bool:
        """Tell whether all that comes out adds up to one, nothing of it below 0."""
        return False

    def candidates(self, name: str, shapes: Shapes) -> Sequence[Any] | None:
        """Return the only values a parameter could have, a `range` if evenly apart; else None."""
        return None

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        """Write the layer into a graph.

        Args:
            nodes: where to write.
            x: the name of each tensor.
            shapes: their shapes; only the rank of `input` may be built into the graph.
            finite: the input holds no NaN and no infinity.

        Returns:
            The name of each output.
        """
        raise NotImplementedError

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        """Return the terms that make one output element."""
        raise NotImplementedError

    def explain_all(self, tensors: Tensors, places: Sequence[Shape]) -> Iterator[Explanation]:
        """Return the terms of several output elements, one after another: they may be many."""
        return (self.explain(tensors, at) for at in places)

    def feeds(self, shapes: Shapes, at: Shape) -> Touched:
        """Return the output element that an input element touches, the most central one.

        A slice stands for an axis along which it touches several alike.
        """
        return at

    def feeds_from(self, shapes: Shapes, name: str, at: Shape) -> Touched:
        """Return the same for an element of any tensor whose values come from elsewhere."""
        return self.feeds(shapes, at)

    @property
    def used_formula(self) -> Expr:
        """Return the formula that these parameters choose."""
        return type(self).formula

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        """Return every output element that an input element has a part in."""
        return [cell(at)]

    def weighed(self, shapes: Shapes, at: Shape) -> Touch:
        """Return the input elements that an element of `weight` meets, and the outputs it makes."""
        raise NotImplementedError

    def torch(self, shapes: Shapes) -> str:
        """Return the resolved layer as a PyTorch expression of x, weight and bias."""
        raise NotImplementedError

    def keras(self, shapes: Shapes) -> list[str]:
        """Return the resolved layer as lines of Keras, the last one an expression.

        Raises:
            Inexpressible: Keras has nothing for it.
        """
        raise NotImplementedError

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        """Return the resolved layer as a call of a plain NumPy function."""
        raise NotImplementedError

    def numpy_effort(self, shapes: Shapes) -> Effort:
        """Return what that call takes at most, besides its tensors and outputs."""
        everything = (*shapes.values(), *self.output_shapes(shapes).values())
        return Effort(4 * sum(map(math.prod, everything)))

    @property
    def bakes_sizes(self) -> bool:
        """True when the graph holds numbers that come from the input's spatial sizes."""
        return False

    @property
    def keeps_scratch(self) -> bool:
        """True when the graph holds what `scratch_elements` counts, as tables of its sizes."""
        return self.bakes_sizes

    @property
    def is_light(self) -> bool:
        """True when what is kept by layers can keep it: no long list in it, no -0.0."""
        return not [v for v in vars(self).values() if type(v) in (tuple, float) and is_hard(v)]

    def key(self, shapes: Shapes) -> Hashable:
        """Return what the graph depends on: class, fields but the recipe's, ranks, weights."""
        fields = tuple(told_apart(v) for f, v in vars(self).items() if f not in self.recipe)
        source, *others = shapes[INPUT.name], *(i for i in shapes.items() if i[0] != INPUT.name)
        return type(self), fields, source if self.bakes_sizes else len(source), *others

    def known(self) -> dict[str, Any]:
        """Return the parameters as used, the family's selector first."""
        chosen = {self.selector: self.tag} if self.selector else {}
        return chosen | {name: getattr(self, name) for name in type(self).model_fields}
