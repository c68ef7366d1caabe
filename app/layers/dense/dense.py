"""Dense (fully connected, PyTorch's Linear)."""

import math
from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from app.layers._explain import Explanation
from app.layers._fields import seed_field, whole
from app.layers._formula import Name, Total
from app.layers._graph_node import GraphNode
from app.layers._init import Init, draw
from app.layers._nodes import Nodes
from app.layers._numpy import NumpyCall
from app.layers._products import products, summed
from app.layers._touch import Box, Touch, cell, everything, one
from app.layers._touch import whole as every
from app.layers.base import (
    INPUT,
    Array,
    Layer,
    Reading,
    ReceptiveField,
    Shape,
    Shapes,
    Tensors,
    TensorSpec,
    Touched,
)
from app.problems import Invalid

WEIGHT = TensorSpec(
    "weight",
    "One row of numbers a class: (out_features, in_features).",
    required=False,
    axes=("out", "in"),
)
BIAS = TensorSpec("bias", "One number added to each output.", required=False, axes=("out",))


def linear(x: Array, weight: Array, bias: Array | None) -> Array:
    """Return what each row of (..., in_features) gives with every row of the weight."""
    y = x @ weight.T
    return y if bias is None else y + bias


class Dense(Layer):
    """Computes `y[n, o] = bias[o] + Σ x[n, i] · weight[o, i]`.

    Shapes:
        input (N, ...) with `flatten`, else (..., in_features); weight (out_features, in_features).
        output (N, out_features), or (..., out_features). A rank-1 input is one sample.

    Raises:
        Invalid: a weight or bias that does not fit.

    Source:
        torch.nn.functional.linear; ONNX Gemm, MatMul.
    """

    abstract = False
    order = 4
    operators = (
        "Gemm",
        "MatMul",
    )
    title = "Dense"
    summary = "Every input number votes for or against every output, each with a weight of its own."
    inputs = (INPUT, WEIGHT, BIAS)
    recipe = frozenset({"init", "seed", "out_features"})
    formula = Total("i", Name("x", "n, i") * Name("w", "o, i")) + Name("b", "o")
    examples: ClassVar = (
        ({}, {"input": (2, 3, 2, 2), "weight": (4, 12), "bias": (4,)}),
        ({"flatten": False}, {"input": (2, 3, 5), "weight": (4, 5)}),
        ({"out_features": 3, "seed": 1}, {"input": (6,)}),
    )

    flatten: bool = Field(
        True, strict=True, description="First lay out all but the batch axis in one row."
    )
    out_features: int | None = whole(
        None, "How many outputs a random weight makes.", (1, 32), ge=1, le=1_048_576
    )
    init: Init = Field("kaiming_uniform", description="How a random weight is drawn.")
    seed: int = seed_field("The same seed draws the same random weight.")

    @classmethod
    def from_node(cls, node: GraphNode) -> Reading | None:
        """Read a Gemm, or a product with a matrix that the graph holds."""
        weight, bias, given = node.constant(1), node.constant(2), node.attributes
        if weight is None or weight.ndim != 2 or node.varies(2) or given.get("transA"):
            return None
        if not given.get("transB", 0):
            weight = weight.T
        weight = _times(weight, given.get("alpha", 1.0))
        if bias is None:
            return cls(flatten=False), {"weight": weight}
        if bias.size not in (1, len(weight)) or max(bias.shape[:-1], default=1) > 1:
            return None
        bias = np.broadcast_to(_times(bias.ravel(), given.get("beta", 1.0)), len(weight))
        return cls(flatten=False), {"weight": weight, "bias": bias}

    def resolve(self, shapes: Shapes) -> Self:
        given = shapes["input"]
        if not given:
            raise Invalid(
                "dense needs at least one axis; the input is a single number", loc=("input",)
            )
        if 0 in given[1:] or given == (0,):
            raise Invalid("input {shape} has an empty axis", loc=("input",), shape=list(given))
        weight, features = shapes.get("weight"), self._features(given)
        if weight is None and self.out_features is None:
            raise Invalid("one of weight or out_features must be there", loc=("weight",))
        if weight is not None:
            self._check_weight(weight, features)
        outputs = weight[0] if weight is not None else self.out_features
        bias = shapes.get("bias")
        if bias is not None and bias != (outputs,):
            raise Invalid(
                "bias {shape} must have one number for each of the {outputs} outputs",
                loc=("bias",),
                shape=list(bias),
                outputs=outputs,
            )
        return self.model_copy(update={"out_features": outputs})

    def _check_weight(self, weight: Shape, features: int) -> None:
        if len(weight) == 2 and 0 in weight:
            raise Invalid(
                "{name} {shape} has an empty axis",
                loc=("weight",),
                name="weight",
                shape=list(weight),
            )
        if len(weight) != 2:
            raise Invalid(
                "weight {shape} must have the two axes (out_features, in_features)",
                loc=("weight",),
                shape=list(weight),
            )
        if weight[1] != features:
            raise Invalid(
                "weight {shape} takes {takes} features, but the input has {features}",
                loc=("weight",),
                shape=list(weight),
                takes=weight[1],
                features=features,
            )
        if self.out_features not in (None, weight[0]):
            raise Invalid(
                "out_features {given} contradicts the weight, which makes {outputs}; leave it out",
                loc=("out_features",),
                given=self.out_features,
                outputs=weight[0],
            )

    def _features(self, shape: Shape) -> int:
        flat = self.flatten and len(shape) > 1
        return math.prod(shape[1:]) if flat else shape[-1]

    def arrange(self, shapes: Shapes) -> dict[str, Shape]:
        given = shapes["input"]
        if not self.flatten:
            return dict(shapes)
        rows = (1, *given) if len(given) == 1 else (given[0], math.prod(given[1:]))
        return dict(shapes) | {"input": rows}

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        return {"output": (*shapes["input"][:-1], self.out_features or 0)}

    def macs(self, shapes: Shapes) -> int:
        return math.prod(shapes["input"]) * (self.out_features or 0)

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        """Return everything, or of more axes than two the last one alone, whole."""
        shape = shapes["input"]
        if len(shape) < 3:
            return None
        alone = len(shape) - 3
        return ReceptiveField((1,) * alone + shape[-1:], (1,) * alone + (0,), (0,) * (alone + 1))

    def terms_each(self, shapes: Shapes) -> int:
        return shapes["weight"][1]

    def rule(self, shapes: Shapes) -> list[str]:
        rows, features = shapes["input"][:-1], shapes["input"][-1]
        return [f"{' × '.join(map(str, (*rows, features)))} · ({self.out_features} × {features})ᵀ"]

    def generated(self, shapes: Shapes) -> dict[str, Shape]:
        missing = "weight" not in shapes
        return {"weight": (self.out_features or 0, shapes["input"][-1])} if missing else {}

    def generate(self, shapes: Shapes) -> dict[str, Array]:
        return {n: draw(self.init, shape, self.seed) for n, shape in self.generated(shapes).items()}

    def node(
        self, nodes: Nodes, x: Mapping[str, str], shapes: Shapes, *, finite: bool = True
    ) -> dict[str, str]:
        if len(shapes["input"]) == 2:
            given = [x["input"], x["weight"], *([x["bias"]] if "bias" in x else [])]
            return {"output": nodes.add("Gemm", *given, alpha=1.0, beta=1.0, transA=0, transB=1)}
        product = nodes.add("MatMul", x["input"], nodes.add("Transpose", x["weight"], perm=[1, 0]))
        return {"output": nodes.add("Add", product, x["bias"]) if "bias" in x else product}

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        x, weight = tensors["input"], tensors["weight"]
        row, o = at[:-1], at[-1]
        each = np.arange(weight.shape[1])
        places = np.column_stack([*(np.full_like(each, i) for i in row), each])
        terms, total = products(x, places, weight, np.column_stack([np.full_like(each, o), each]))
        bias = float(tensors["bias"][o]) if "bias" in tensors else None
        return summed(at, terms, bias, total=total)

    def feeds(self, shapes: Shapes, at: Shape) -> Touched:
        return (*at[:-1], slice(0, self.out_features))

    def fed(self, shapes: Shapes, at: Shape) -> list[Box]:
        return [(*cell(at[:-1]), every(self.out_features or 0))]

    def weighed(self, shapes: Shapes, at: Shape) -> Touch:
        rows = everything(shapes["input"][:-1])
        return Touch([(*rows, one(at[1]))], [(*rows, one(at[0]))])

    def numpy_call(self, shapes: Shapes) -> NumpyCall:
        return NumpyCall(linear, ("input", "weight", "bias"), {})

    def keras(self, shapes: Shapes) -> list[str]:
        made = "ops.matmul(x, ops.transpose(weight))"
        return [f"{made} + bias" if "bias" in shapes else made]

    def torch(self, shapes: Shapes) -> str:
        rows = "x.reshape(1, -1) if x.ndim == 1 else x.flatten(1)" if self.flatten else "x"
        return f"F.linear({rows}, weight, bias)"


def _times(values: Array, factor: float) -> Array:
    """Return values times a factor; a matrix can be large, so it is not copied for nothing."""
    return values if factor == 1.0 else values * np.float32(factor)
