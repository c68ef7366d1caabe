"""What of a graph is known before its input comes: the shape of every value, and constants."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import onnx
from onnx import helper, numpy_helper, shape_inference

from app.layers.base import Array, Shape
from app.networks.kinds import check_kind
from app.runtime.sessions import load

_OF_SHAPES = ("Shape", "Size")
# Of a constant that is no tensor, by the name of its attribute.
_KINDS = {
    "value_float": np.float32,
    "value_floats": np.float32,
    "value_int": np.int64,
    "value_ints": np.int64,
}
M = TypeVar("M", onnx.NodeProto, onnx.OperatorSetIdProto)
PASSED_ON = "Identity"
"""The operator that makes nothing."""


class Settled(NamedTuple):
    """A graph for an input of one shape: what is left of it when its constants are known.

    Attributes:
        nodes: those whose values depend on the input's numbers, in the file's order.
        held: the constants.
        opsets: that the nodes are written in.
        ir_version: of the file.
    """

    nodes: tuple[onnx.NodeProto, ...]
    held: Mapping[str, Array]
    opsets: tuple[onnx.OperatorSetIdProto, ...]
    ir_version: int


def settle(model: onnx.ModelProto, shapes: Mapping[str, Shape]) -> Settled:
    """Fold what does not depend on the input.

    Args:
        model: with its weights in it.
        shapes: of the values for this input, as far as they are known.
    """
    held, names = _constants(model, _weights(model), shapes)
    # A node or a version of a model holds on to all of it, weights too; a copy does not.
    nodes = tuple(_copy(node) for node in model.graph.node if node.output[0] not in names)
    taken = {name for node in nodes for name in node.input}
    opsets = tuple(_copy(opset) for opset in model.opset_import)
    used = {name: value for name, value in held.items() if name in taken}
    return Settled(nodes, used, opsets, model.ir_version)


def _copy(part: M) -> M:
    copied = type(part)()
    copied.CopyFrom(part)
    return copied


def shapes_of(model: onnx.ModelProto, source: str, shape: Shape) -> dict[str, Shape]:
    """Return the shape of each value that the standard's rules give, for an input of `shape`."""
    asked = onnx.ModelProto()
    asked.CopyFrom(model)
    kind = onnx.TensorProto.FLOAT
    for value in asked.graph.input:
        if value.name == source:
            value.CopyFrom(helper.make_tensor_value_info(source, kind, shape))
    # What the file says of the others may be of another size.
    del asked.graph.value_info[:]
    for value in asked.graph.output:
        value.type.tensor_type.ClearField("shape")
    told = shape_inference.infer_shapes(asked, data_prop=True)
    found = {source: shape}
    for value in (*told.graph.value_info, *told.graph.output):
        axes = value.type.tensor_type.shape.dim
        sizes = [axis.dim_value if axis.HasField("dim_value") else -1 for axis in axes]
        if value.type.tensor_type.HasField("shape") and -1 not in sizes:
            found[value.name] = tuple(sizes)
    return found


def _weights(model: onnx.ModelProto) -> dict[str, Array]:
    """Return the tensors that the file holds."""
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            [value] = node.attribute
            found = helper.get_attribute_value(value)
            is_tensor = isinstance(found, onnx.TensorProto)
            kind = _KINDS.get(value.name)
            held[node.output[0]] = (
                numpy_helper.to_array(found) if is_tensor else np.asarray(found, kind)
            )
    return held


def _constants(
    model: onnx.ModelProto, held: Mapping[str, Array], shapes: Mapping[str, Shape]
) -> tuple[dict[str, Array], set[str]]:
    """Fold what nodes make of tensors that the file holds, and of shapes that are known.

    Returns:
        The constants that other nodes take, and the names of all.
    """
    settled = dict(held)
    nodes: list[onnx.NodeProto] = []
    made: set[str] = set()
    for node in model.graph.node:
        if node.op_type in _OF_SHAPES and node.input[0] in shapes:
            settled[node.output[0]] = _of_shape(node, shapes[node.input[0]])
        elif node.op_type == PASSED_ON and node.input[0] in settled:
            settled[node.output[0]] = settled[node.input[0]]  # one tensor by two names stays one
        elif node.op_type != "Constant" and _is_settled(node, settled.keys() | made):
            nodes.append(node)
            made.update(name for name in node.output if name)
    names = settled.keys() | made
    return settled | _run(model, nodes, settled), names


def _is_settled(node: onnx.NodeProto, known: set[str]) -> bool:
    return all(name in known for name in node.input if name)


def _of_shape(node: onnx.NodeProto, shape: Shape) -> Array:
    if node.op_type == "Size":
        return np.asarray(int(np.prod(shape)), np.int64)
    given = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    return np.asarray(shape[given.get("start", 0) : given.get("end", len(shape))], np.int64)


def _run(
    model: onnx.ModelProto, nodes: Sequence[onnx.NodeProto], known: Mapping[str, Array]
) -> dict[str, Array]:
    """Run some nodes of a graph by themselves; return those of their values that others take."""
    taken = {name for node in nodes for name in node.input}
    own = {node.output[0] for node in nodes}
    others = {n for node in model.graph.node if node.output[0] not in own for n in node.input}
    outputs = [name for node in nodes for name in node.output if name in others]
    graph = helper.make_graph(
        nodes,
        "constants",
        [],
        [onnx.ValueInfoProto(name=name) for name in outputs],
        [numpy_helper.from_array(known[name], name) for name in sorted(taken & known.keys())],
    )
    part = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    if not outputs:
        return {}
    session = load(part, "cpu", as_written=True)
    for kind in session.dtypes().values():
        check_kind(kind)
    return session.run({})
