"""Any ONNX graph read as stages: what each node is, what it takes, what shape comes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import helper, numpy_helper

from app.graphs import Stage
from app.layers._graph_node import GraphNode
from app.layers.base import INPUT, Array, Shape
from app.networks.graph import Graph
from app.networks.names import Names
from app.networks.operators import read_any, tensor_name
from app.problems import Invalid
from app.sessions import load

_FREE = 224
_ONLY_SHAPES = frozenset({"Shape", "Size"})
_PASSED_ON = "Identity"
_FLOATS = onnx.TensorProto.FLOAT


def read_graph(model: onnx.ModelProto, shape: Shape | None = None) -> Graph:
    """Read a model: fold what does not depend on its input, run the rest once, name every node.

    Args:
        model: with its weights in it.
        shape: of the input; the graph's own with 1 for the batch and 224 for other free sizes,
            if it is left out.

    Raises:
        Invalid: a graph of several inputs, or one that is no float32 tensor.
    """
    source = _source(model)
    shape = shape or _shape_of(source)
    nodes = [node for node in model.graph.node if node.op_type != "Constant"]
    held = _held(model)
    shown = _every_output(model, nodes)
    session = load(shown, "cpu", as_written=True)
    made = session.run({source.name: np.zeros(shape, np.float32)})
    held |= _settled(nodes, held, made)
    reader = _Reader(
        held, made, _opset(model), _used(model), {source.name: INPUT.name}, {source.name: shape}
    )
    for node in nodes:
        if node.output[0] not in held:
            reader.take(node)
    output = reader.makers.get(model.graph.output[0].name, INPUT.name)
    if output == INPUT.name:
        raise Invalid("what comes out of this graph does not depend on its input")
    return Graph(tuple(reader.stages), reader.values, source.name, output, shape, session)


def _used(model: onnx.ModelProto) -> frozenset[str]:
    taken = {name for node in model.graph.node for name in node.input}
    return frozenset(taken | {value.name for value in model.graph.output})


def _source(model: onnx.ModelProto) -> onnx.ValueInfoProto:
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        raise Invalid("a network has one input; this graph has {count}", count=len(inputs))
    if inputs[0].type.tensor_type.elem_type != _FLOATS:
        raise Invalid("the input of a network is a float32 tensor; this one's is not")
    source: onnx.ValueInfoProto = inputs[0]
    return source


def _shape_of(source: onnx.ValueInfoProto) -> Shape:
    sizes = [axis.dim_value for axis in source.type.tensor_type.shape.dim]
    return tuple(size or (1 if axis == 0 else _FREE) for axis, size in enumerate(sizes))


def _opset(model: onnx.ModelProto) -> int:
    return next(int(used.version) for used in model.opset_import if used.domain in ("", "ai.onnx"))


def _held(model: onnx.ModelProto) -> dict[str, Array]:
    """Return the weights, and the constants among the nodes."""
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            [value] = node.attribute
            found = helper.get_attribute_value(value)
            held[node.output[0]] = (
                numpy_helper.to_array(found)
                if isinstance(found, onnx.TensorProto)
                else np.asarray(found)
            )
    return held


def _every_output(model: onnx.ModelProto, nodes: Sequence[onnx.NodeProto]) -> onnx.ModelProto:
    """Return the model with every value that a node makes as an output."""
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    del shown.graph.output[:]
    for node in nodes:
        for name in node.output:
            if name:
                shown.graph.output.append(onnx.ValueInfoProto(name=name))
    return shown


def _settled(
    nodes: Iterable[onnx.NodeProto], held: Mapping[str, Array], made: Mapping[str, Array]
) -> dict[str, Array]:
    """Return what does not depend on the input's numbers: constants, and what comes of shapes."""
    settled: dict[str, Array] = {}
    for node in nodes:
        sure = (not name or name in held or name in settled for name in node.input)
        if node.op_type in _ONLY_SHAPES or all(sure):
            settled |= {name: made[name] for name in node.output if name}
    return settled


@dataclass
class _Reader:
    """Turns nodes into stages, one after the other.

    Attributes:
        held: what does not depend on the input's numbers.
        made: what one run gave.
        opset: of the graph.
        used: the names of values that something takes.
        makers: the stage that makes each value; what is only passed on is the stage it is from.
        shapes: of each value.
    """

    held: Mapping[str, Array]
    made: Mapping[str, Array]
    opset: int
    used: frozenset[str]
    makers: dict[str, str]
    shapes: dict[str, Shape]
    names: Names = field(default_factory=Names)
    stages: list[Stage] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def take(self, node: onnx.NodeProto) -> None:
        """Add a node's stages: one for each output that anything takes."""
        if node.op_type == _PASSED_ON:
            self.makers[node.output[0]] = self.makers[node.input[0]]
            self.shapes[node.output[0]] = self.shapes[node.input[0]]
            return
        for place, value in enumerate(node.output):
            if value and (place == 0 or value in self.used):
                self._add(node, place, value)

    def _add(self, node: onnx.NodeProto, place: int, value: str) -> None:
        read = read_any(self._as_read(node, value), first=place == 0)
        name = self.names.take(node.name or value, node.op_type)
        varying = [n for n, used in enumerate(node.input) if used and used not in self.held]
        sources = {tensor_name(n): self.makers[node.input[n]] for n in varying}
        stage = Stage(name, read.layer, read.shapes, read.tensors, sources, node.op_type)
        self.stages.append(stage)
        self.makers[value], self.shapes[value] = name, self.made[value].shape
        self.values[name] = value

    def _as_read(self, node: onnx.NodeProto, value: str) -> GraphNode:
        return GraphNode(
            node.op_type,
            self.opset,
            {a.name: _plain(helper.get_attribute_value(a)) for a in node.attribute},
            [self._shape(name) if name else None for name in node.input],
            [self.held.get(name) if name else None for name in node.input],
            [self.made[value].shape],
        )

    def _shape(self, name: str) -> Shape:
        return self.held[name].shape if name in self.held else self.shapes[name]


def _plain(value: object) -> object:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
