"""Models that are let in, and make what one does not expect: any size, any type, other bits."""

from collections.abc import Callable, Sequence

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

from tests.uploads.made import model, node

TYPES = (
    "bool",
    *(f"float{bits}" for bits in (16, 64)),
    *(f"int{bits}" for bits in (8, 16, 32, 64)),
    *(f"uint{bits}" for bits in (8, 16, 32, 64)),
)


def _held(**values: Sequence[int]) -> list[onnx.TensorProto]:
    return [numpy_helper.from_array(np.array(v, np.int64), name) for name, v in values.items()]


def as_many_as_it_is_told() -> onnx.ModelProto:
    """Return a row of as many ones as the input's largest number says."""
    nodes = [
        node("ReduceMax", "x", "m", keepdims=0),
        node("Cast", "m", "i", to=TensorProto.INT64),
        node("Reshape", "i one", "size"),
        node("ConstantOfShape", "size", "y", value=numpy_helper.from_array(np.ones(1, np.float32))),
    ]
    return model(nodes, (1, 1, 2, 2), _held(one=[1]), rank=1)


def sized_by_sign() -> onnx.ModelProto:
    """Return those numbers of the input that are not 0, in a row."""
    nodes = [
        node("NonZero", "x", "p"),
        node("Transpose", "p", "t"),
        node("GatherND", "x t", "y"),
    ]
    return model(nodes, (1, 1, 4, 4), rank=1)


def cast(kind: str, shape: Sequence[int] = (1, 3)) -> onnx.ModelProto:
    """Return the input, made numbers of another type."""
    to = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(kind))
    made = model([node("Relu", "x", "r"), node("Cast", "r", "y", to=to)], shape, rank=len(shape))
    made.graph.output[0].type.tensor_type.elem_type = to
    return made


def cast_there_and_back(kind: str) -> onnx.ModelProto:
    """Return the input, which was of another type of the standard's meanwhile."""
    to = TensorProto.DataType.Value(kind)
    nodes = [node("Cast", "x", "m", to=to), node("Cast", "m", "y", to=TensorProto.FLOAT)]
    made = model(nodes, (1, 3), rank=2)
    made.opset_import[0].version, made.ir_version = 21, 10
    return made


def held_as(kind: str) -> onnx.ModelProto:
    """Return the input times a constant that is made to be of such a type, and back."""
    to = TensorProto.DataType.Value(kind)
    nodes = [
        node("Cast", "c", "h", to=to),
        node("CastLike", "x h", "m"),
        node("Cast", "m", "r", to=TensorProto.FLOAT),
        node("Mul", "r x", "y"),
    ]
    held = [numpy_helper.from_array(np.ones(3, np.float32), "c")]
    made = model(nodes, (1, 3), held, rank=2)
    made.opset_import[0].version, made.ir_version = 21, 10
    return made


def counted_from(start: int) -> onnx.ModelProto:
    """Return the input as integers, counted from one that may be past what a float64 has."""
    nodes = [node("Cast", "x", "i", to=TensorProto.INT64), node("Add", "i start", "y")]
    made = model(nodes, (1, 3), _held(start=[start]), rank=2)
    made.graph.output[0].type.tensor_type.elem_type = TensorProto.INT64
    return made


def one_by() -> onnx.ModelProto:
    """Return 1 / x, which tells 0 from −0."""
    return model([node("Reciprocal", "x", "y")], (1, 2), rank=2)


def summed() -> onnx.ModelProto:
    """Return a single number, without axes."""
    return model([node("ReduceSum", "x", "y", keepdims=0)], (1, 3), rank=0)


def chosen() -> onnx.ModelProto:
    """Return the number of the largest, as a classifier that ends in ArgMax gives it."""
    made = model([node("Relu", "x", "r"), node("ArgMax", "r", "y", axis=1)], (1, 6), rank=2)
    made.graph.output[0].type.tensor_type.elem_type = TensorProto.INT64
    return made


def in_chinese() -> onnx.ModelProto:
    """Return a product whose names are Chinese."""
    weight = numpy_helper.from_array(np.array([[1, 2], [3, 4]], np.float32), "层 1/权重")
    made = [node("Gemm", "x w", "y", name="/层 1/全连接")]
    made[0].input[1] = weight.name
    return model(made, (1, 2), [weight], rank=2)


def row() -> onnx.ModelProto:
    """Return a ReLU of numbers in a row, without an axis for a batch."""
    return model([node("Relu", "x", "y")], (5,), rank=1)


def called_input() -> onnx.ModelProto:
    """Return two nodes, the first of which has the name of what goes in."""
    first = node("Relu", "x", "r", name="input")
    return model([first, node("Sigmoid", "r", "y", name="last")], (1, 3), rank=2)


def weighed_by_nothing() -> onnx.ModelProto:
    """Return scores whose weights are no numbers."""
    weight = numpy_helper.from_array(np.full((2, 8), np.nan, np.float32), "w")
    nodes = [node("Relu", "x", "r"), node("Flatten", "r", "f"), node("Gemm", "f w", "y", transB=1)]
    return model(nodes, (1, 2, 2, 2), [weight], rank=2)


def passed_on() -> onnx.ModelProto:
    """Return what goes in, and nothing else."""
    return model([node("Identity", "x", "y")], (1, 3), rank=2)


def passed_by() -> onnx.ModelProto:
    """Return what goes in beside a node that nobody looks at."""
    return model([node("Relu", "x", "r"), node("Identity", "x", "y")], (1, 3), rank=2)


NOTHING_MADE: dict[str, Callable[[], onnx.ModelProto]] = {
    "passed on": passed_on,
    "passed by": passed_by,
}
