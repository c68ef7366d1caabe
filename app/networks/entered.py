"""What a graph takes: its one input, and the shape that it has where the file leaves sizes free."""

import math
from collections.abc import Mapping

import onnx

from app.layers.base import Shape
from app.problems import Invalid

_FREE = 224
_PICTURE = 4
_FLOATS = onnx.TensorProto.FLOAT
# At which of its tensors an operator has what says how many channels it takes, and on which axis;
# where it takes groups of them, of each group.
_OF_CHANNELS = {
    "BatchNormalization": (1, 0),
    "Conv": (1, 1),
    "ConvTranspose": (1, 0),
    "InstanceNormalization": (1, 0),
}
_IN_GROUPS = "Conv"
# What may stand before: it takes any number of channels, and gives as many.
_ANY_CHANNELS = frozenset(
    {"Add", "AveragePool", "Cast", "Clip", "Div", "Dropout", "Identity", "MaxPool", "Mul", "Sub"}
)


def source_of(model: onnx.ModelProto) -> onnx.ValueInfoProto:
    """Return the one input of a graph.

    Raises:
        Invalid: there are several, or it is no float32 tensor.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise Invalid("a network has one input; this graph has {count}", count=len(inputs))
    if inputs[0].type.tensor_type.elem_type != _FLOATS:
        raise Invalid("the input of a network is a float32 tensor; this one's is not")
    source: onnx.ValueInfoProto = inputs[0]
    return source


def shape_of(model: onnx.ModelProto, asked: Shape | None) -> Shape:
    """Return the shape of a graph's input.

    Args:
        model: that has one.
        asked: the shape that it is to have. Where it is left out, free sizes are 1 for the batch,
            for channels what the first operator takes that minds, and 224.

    Raises:
        Invalid: the one that is asked for is none that the input can have; a size of the file's is
            none; or nothing says how many channels there are.
    """
    source = source_of(model)
    axes = source.type.tensor_type.shape.dim
    sizes = [axis.dim_value if axis.HasField("dim_value") else None for axis in axes]
    if any(size is not None and size < 1 for size in sizes):
        raise Invalid("an input of {shape} is not taken here", loc=("model",), shape=_said(sizes))
    if asked is not None:
        _check_asked(asked, sizes)
        return asked
    free = [1, *(_FREE for _ in sizes[1:])]
    if len(sizes) == _PICTURE and sizes[1] is None:
        free[1] = _channels(model, source.name, sizes)
    return tuple(size or other for size, other in zip(sizes, free, strict=False))


def _said(sizes: list[int | None]) -> str:
    return f"[{', '.join('?' if size is None else str(size) for size in sizes)}]"


def _check_asked(asked: Shape, sizes: list[int | None]) -> None:
    fits = len(asked) == len(sizes)
    if not fits or any(size not in (None, n) for n, size in zip(asked, sizes, strict=True)):
        raise Invalid(
            "size {size} does not fit the input of this model, {shape}",
            loc=("size",),
            size=list(asked),
            shape=_said(sizes),
        )


def _channels(model: onnx.ModelProto, source: str, sizes: list[int | None]) -> int:
    """Return how many channels the first operator takes that minds."""
    held, carriers = _held(model), {source}
    for node in model.graph.node:
        if not carriers & set(node.input[:1]):
            continue
        if node.op_type in _OF_CHANNELS:
            place, axis = _OF_CHANNELS[node.op_type]
            shape = held.get(node.input[place], ()) if place < len(node.input) else ()
            if len(shape) > axis and shape[axis] > 0:
                return shape[axis] * _groups(node)
        elif node.op_type in _ANY_CHANNELS:
            carriers.add(node.output[0])
    raise Invalid(
        "nothing says how many channels the input {shape} of this model has; send its size, as "
        "1,3,224,224",
        loc=("size",),
        shape=_said(sizes),
    )


def _groups(node: onnx.NodeProto) -> int:
    groups = [a.i for a in node.attribute if a.name == "group" and node.op_type == _IN_GROUPS]
    return math.prod(groups)


def _held(model: onnx.ModelProto) -> Mapping[str, Shape]:
    """Return the shapes of the tensors that the file holds."""
    held = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.HasField("t"):
                held[node.output[0]] = tuple(attribute.t.dims)
    return held
