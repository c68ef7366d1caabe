"""Local response normalisation: loud neighbours in other channels quieten a value."""

import math
from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np

from app.layers._explain import Explanation, number
from app.layers._fields import INT_MAX, whole
from app.layers._fields import number as number_field
from app.layers._formula import Name, Number, Power, Total, X
from app.layers._graph_node import GraphNode
from app.layers._keras import FIRST
from app.layers._means import single
from app.layers._nodes import Nodes
from app.layers._numpy import Effort, NumpyCall
from app.layers._touch import Box, Span, cell
from app.layers.base import Array, Layer, Reading, Shape, Shapes, Tensors
from app.problems import Invalid

_SQUARES = Total("j", Power(Name("x", "j"), Number(2.0)), "total")


def local_response_norm(
    x: Array, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Array:
    """Return x / (k + alpha / size · Σ x²)^beta, the sum over `size` channels around each."""
    total = np.zeros_like(x)
    for channel in range(x.shape[1]):
        first, last = max(channel - size // 2, 0), channel + (size - 1) // 2
        total[:, channel] = np.sum(x[:, first : last + 1] ** 2, 1)
    y: Array = x / (k + alpha / size * total) ** beta
    return y


class LocalResponseNorm(Layer):
    """Computes `y[n, c] = x[n, c] / (k + alpha / size · Σ x[n, j]²)^beta`.

    j runs over `size` channels around c, as far as they are there: those from c − size // 2 to
    c + (size − 1) // 2.

    Shapes:
        input (N, C, ..., L) of three axes at least; output the same.

    Raises:
        Invalid: an input of fewer axes, or with an empty one.

    Source:
        torch.nn.functional.local_response_norm, whose size has no default; ONNX LRN, which has the
        odd channel of an even size on the other side.
    """

    abstract = False
    order = 7
    operators = ("LRN",)
    title = "Local response normalisation"
    summary = (
        "Each value is divided by how loud its neighbours are at the same place in the channels "
        "beside its own. Nothing is learned."
    )
    formula = X / Power(Name("k") + Name("alpha") / Name("size") * _SQUARES, Name("beta"))
    examples: ClassVar = (
        ({"size": 3, "alpha": 0.5}, {"input": (2, 5, 3, 4)}),
        ({"size": 4, "alpha": 1.0, "beta": 0.5, "k": 2.0}, {"input": (2, 6, 5)}),
        ({}, {"input": (1, 3, 2, 2, 3)}),
        ({"size": 9, "alpha": 2.0}, {"input": (1, 2, 3, 3)}),
        ({"size": 1, "alpha": 0.1}, {"input": (2, 2, 3)}),
    )

    size: int = whole(
        5, "How many channels around each one are neighbours, itself among them.", (1, 15),
        ge=1, le=INT_MAX,
    )  # fmt: skip
    alpha: float = number_field(1e-4, "How much the mean of the squares counts.", (0, 1, 0.0001))
    beta: float = number_field(0.75, "The power of the sum that divides.", (0, 2, 0.05))
    k: float = number_field(1.0, "What is added, so that nothing is divided by 0.", (0, 4, 0.1))

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        """Read a node; ONNX calls k bias. Of an even size it has other neighbours."""
        given = {"size": 1, "alpha": 1e-4, "beta": 0.75, "bias": 1.0} | dict(node.attributes)
        if given["size"] % 2 == 0:
            return None
        given["k"] = given.pop("bias")
        return cls(**given), {}

    def resolve(self, shapes: Shapes) -> Self:
        shape = shapes["input"]
        if len(shape) < 3 or 0 in shape[1:]:
            raise Invalid(
                "input {shape} must be (N, C, ..., L), of three axes at least, none of them empty",
                loc=("input",),
                shape=list(shape),
            )
        return self

    @property
    def bakes_sizes(self) -> bool:
        return True

    @property
    def keeps_scratch(self) -> bool:
        return False

    def scratch_elements(self, shapes: Shapes) -> int:
        """Count the squares with what is added around them, and what is made of them."""
        before, after = self._reach(shapes["input"][1])
        around = math.prod(shapes["input"]) // shapes["input"][1] * (before + after)
        return 4 * math.prod(shapes["input"]) + around

    def reads(self, shapes: Shapes) -> int:
        return math.prod(shapes["input"]) * (sum(self._reach(shapes["input"][1])) + 1)

    def terms_each(self, shapes: Shapes) -> int:
        return min(self.size, shapes["input"][1])

    def _reach(self, channels: int) -> tuple[int, int]:
        """Return how many channels before and after its own a value can have as neighbours."""
        return min(self.size // 2, channels - 1), min((self.size - 1) // 2, channels - 1)

    def _neighbours(self, channels: int, channel: int) -> Span:
        before, after = self._reach(channels)
        return Span(max(channel - before, 0), min(channel + after + 1, channels))

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        samples, channels, *rest = shape = shapes["input"]
        before, after = self._reach(channels)
        seen = before + after + 1
        squares = nodes.add("Mul", x["input"], x["input"])
        plane = nodes.integers([samples, 1, channels, math.prod(rest)])
        squares = nodes.add("Reshape", squares, plane, allowzero=1)
        if seen > 1:
            pads = nodes.integers([0, 0, before, 0, 0, 0, after, 0])
            squares = nodes.add("Pad", squares, pads, nodes.constant(0.0), mode="constant")
            squares = nodes.add(
                "AveragePool",
                squares,
                kernel_shape=[seen, 1],
                strides=[1, 1],
                dilations=[1, 1],
                pads=[0, 0, 0, 0],
                ceil_mode=0,
                count_include_pad=0,
                auto_pad="NOTSET",
            )
        share = nodes.add("Mul", squares, nodes.constant(self.alpha * (seen / self.size)))
        share = nodes.add("Add", share, nodes.constant(self.k))
        scale = nodes.add("Pow", share, nodes.constant(self.beta))
        scale = nodes.add("Reshape", scale, nodes.integers(shape), allowzero=1)
        return {"output": nodes.add("Div", x["input"], scale)}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x, (sample, channel, *rest) = tensors["input"], at
        around = self._neighbours(x.shape[1], channel)
        terms, squares = [], []
        for c in range(around.start, around.stop):
            index = (sample, c, *rest)
            squares.append(float(np.float64(x[index]) ** 2))
            square = number(squares[-1])
            terms.append({"input_index": list(index), "input": number(x[index]), "square": square})
        share = self.alpha / self.size
        with np.errstate(all="ignore"):
            total = single(np.float64(sum(squares)))
            scale = (self.k + share * total) ** self.beta
            value = float(np.float32(np.float64(x[at]) / scale))
        facts = {"total": number(total), "share": share, "scale": number(scale)}
        facts |= {"k": self.k, "beta": self.beta}
        return Explanation(at, value, "function", terms, facts=facts)

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        channels, (sample, channel, *rest) = shapes["input"][1], at
        before, after = self._reach(channels)
        reached = Span(max(channel - after, 0), min(channel + before + 1, channels))
        return [(*cell((sample,)), reached, *cell(rest))]

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return NumpyCall(local_response_norm, ("input",), fields)

    def numpy_effort(self, shapes: Shapes) -> Effort:
        return super().numpy_effort(shapes)._replace(rounds=shapes["input"][1])

    def keras(self, shapes: Shapes) -> list[str]:
        samples, channels, *rest = shape = shapes["input"]
        pads = [[0, 0], [0, 0], list(self._reach(channels)), [0, 0]]
        seen = sum(self._reach(channels)) + 1
        plane = (samples, 1, channels, math.prod(rest))
        pool = f'ops.average_pool(squares, {(seen, 1)}, strides=1, padding="valid", {FIRST})'
        return [
            f"squares = ops.pad(ops.reshape(x * x, {plane}), {pads})",
            f"mean = ops.reshape({pool}, {shape})",
            f"x / ({self.k} + {self.alpha * (seen / self.size)} * mean) ** {self.beta}",
        ]

    def torch(self, shapes: Shapes) -> str:
        given = f"alpha={self.alpha}, beta={self.beta}, k={self.k}"
        return f"F.local_response_norm(x, {self.size}, {given})"
