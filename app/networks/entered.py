"""What a graph takes: its one input, and the shape that it has where the file leaves sizes free."""

import math
from collections.abc import Mapping

import onnx

from app.layers.base import Shape
from app.networks.layout import TO_FIRST, channel_axis
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
# What slides over the last axes, or has a number for each channel on axis 1.
_CHANNELS_FIRST = frozenset({*_OF_CHANNELS, "AveragePool", "MaxPool", "LpPool"})
_COLOURS = (1, 3)
# What may stand before: it takes any number of channels, and gives as many.
_ANY_CHANNELS = frozenset(
    {"Add", "AveragePool", "Cast", "Clip", "Div", "Dropout", "Identity", "MaxPool", "Mul", "Sub"}
)
# What may stand before the axes are turned: it leaves them in their order.
_AS_THEY_ARE = (_ANY_CHANNELS | {"Pad", "Relu"}) - _CHANNELS_FIRST


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


def takes_channels_last(model: onnx.ModelProto) -> bool:
    """Tell whether a graph takes pictures as (N, H, W, C), as Keras and TensorFlow export them.

    The first operator that minds says it: one that turns the axes, or one that wants channels on
    axis 1. Where none does, it is so if only the last axis can be that of colours.
    """
    source = source_of(model)
    sizes = _sizes(source)
    if len(sizes) != _PICTURE:
        return False
    carriers = {source.name}
    for node in model.graph.node:
        if not carriers & set(node.input):
            continue
        if node.op_type == "Transpose":
            return tuple(_ints(node, "perm")) == TO_FIRST
        if node.op_type in _CHANNELS_FIRST:
            return False
        if node.op_type in _AS_THEY_ARE:
            carriers.add(node.output[0])
    _, height, width, colours = sizes
    return colours in _COLOURS and not {height, width} & set(_COLOURS)


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
    sizes = _sizes(source)
    if any(size is not None and size < 1 for size in sizes):
        raise Invalid("an input of {shape} is not taken here", loc=("model",), shape=_said(sizes))
    if asked is not None:
        _check_asked(asked, sizes)
        return asked
    free = [1, *(_FREE for _ in sizes[1:])]
    axis = channel_axis(is_last=takes_channels_last(model))
    if len(sizes) == _PICTURE and sizes[axis] is None:
        free[axis] = _channels(model, source.name, sizes)
    return tuple(size or other for size, other in zip(sizes, free, strict=False))


def _sizes(source: onnx.ValueInfoProto) -> list[int | None]:
    """Return the sizes that the file gives the axes of an input; None is a free one."""
    axes = source.type.tensor_type.shape.dim
    return [axis.dim_value if axis.HasField("dim_value") else None for axis in axes]


def _ints(node: onnx.NodeProto, name: str) -> list[int]:
    return [number for a in node.attribute if a.name == name for number in a.ints]


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
        elif node.op_type in _ANY_CHANNELS | {"Transpose"}:
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
