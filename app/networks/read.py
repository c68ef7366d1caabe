"""Any ONNX graph read as stages: what each node is, what it takes, what shape comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import onnx
from onnx import helper

from app.graphs import Stage
from app.layers._graph_node import GraphNode
from app.layers.base import INPUT, Array, Shape, Shapes
from app.networks.entered import shape_of, source_of, takes_channels_last
from app.networks.graph import Graph
from app.networks.kinds import check_kind
from app.networks.layout import with_channels_last
from app.networks.names import Names
from app.networks.operators import read_any, tensor_name
from app.networks.settled import PASSED_ON, settle, shapes_of
from app.problems import Invalid
from app.runtime.sessions import load

_FRACTIONS = ("float", "bfloat")
NOT_RUN: Shapes = MappingProxyType({})
# The operator that draws numbers in training, and at which input it is told that it is.
_DROPS, _MODE = "Dropout", 2


def read_graph(model: onnx.ModelProto, shape: Shape | None = None, ran: Shapes = NOT_RUN) -> Graph:
    """Read a model: fold what does not depend on its input, name every node of the rest.

    Args:
        model: with its weights in it.
        shape: of the input; as `shape_of` has it if it is left out.
        ran: the shapes that values had in a run; where the standard's rules say otherwise, as for
            some pooling that rounds up and some resizing, the run is right.

    Raises:
        Invalid: an input that is none for a network, a node that draws numbers, or one that makes
            what is no number.
    """
    source, shape = source_of(model).name, shape_of(model, shape)
    shapes = shapes_of(model, source, shape) | dict(ran)
    settled = settle(model, shapes)
    _check_chance(model, settled.held)
    nodes = settled.nodes
    if not nodes or model.graph.output[0].name not in _made(nodes) | {source}:
        raise Invalid("what comes out of this graph does not depend on its input")
    used = _used(model)
    values = [v for node in nodes for n, v in enumerate(node.output) if v and (n == 0 or v in used)]
    session = load(_with_outputs(model, values), "cpu", as_written=True)
    for kind in session.dtypes().values():
        check_kind(kind)
    missing = [value for value in values if value not in shapes]
    if missing:
        made = session.run({source: np.zeros(shape, np.float32)}, missing)
        shapes |= {value: array.shape for value, array in made.items()}
    reader = _Reader(
        settled.held, shapes, session.dtypes(), _opset(model), used, {source: INPUT.name}
    )
    for node in nodes:
        reader.take(node)
    outputs = tuple(value.name for value in model.graph.output)
    output, stages = reader.makers[outputs[0]], tuple(reader.stages)
    if output == INPUT.name:
        raise Invalid("what comes out of this graph is what goes in", loc=("model",))
    last = with_channels_last(stages, starts=takes_channels_last(model))
    return Graph(stages, reader.values, source, output, outputs, shape, session, settled, last)


def _check_chance(model: onnx.ModelProto, held: Mapping[str, Array]) -> None:
    """Refuse what gives other numbers at each run: nothing of it could be shown or explained."""
    for node in model.graph.node:
        mode = node.input[_MODE] if node.op_type == _DROPS and len(node.input) > _MODE else ""
        if mode and np.any(held.get(mode, True)):
            raise Invalid(
                "this network was exported in training mode: one of its nodes, {operator}, leaves "
                "numbers out at random; export it after model.eval()",
                loc=("model",),
                operator=_DROPS,
            )


def _made(nodes: Iterable[onnx.NodeProto]) -> set[str]:
    return {name for node in nodes for name in node.output}


def _used(model: onnx.ModelProto) -> frozenset[str]:
    taken = {name for node in model.graph.node for name in node.input}
    return frozenset(taken | {value.name for value in model.graph.output})


def _opset(model: onnx.ModelProto) -> int:
    return next(int(used.version) for used in model.opset_import if used.domain in ("", "ai.onnx"))


def _with_outputs(model: onnx.ModelProto, values: Iterable[str]) -> onnx.ModelProto:
    """Return the model with these values as its outputs."""
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    del shown.graph.output[:]
    shown.graph.output.extend(onnx.ValueInfoProto(name=name) for name in values)
    return shown


@dataclass
class _Reader:
    """Turns nodes into stages, one after the other.

    Attributes:
        held: what does not depend on the input's numbers.
        shapes: of each value that does.
        kinds: what NumPy calls the type of each of those.
        opset: of the graph.
        used: the names of values that something takes.
        makers: the stage that makes each value; what is only passed on is the stage it is from.
    """

    held: Mapping[str, Array]
    shapes: Mapping[str, Shape]
    kinds: Mapping[str, str]
    opset: int
    used: frozenset[str]
    makers: dict[str, str]
    names: Names = field(default_factory=Names)
    stages: list[Stage] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def take(self, node: onnx.NodeProto) -> None:
        """Add a node's stages: one for each output that anything takes."""
        if node.op_type == PASSED_ON:
            self.makers[node.output[0]] = self.makers[node.input[0]]
            return
        for place, value in enumerate(node.output):
            if value and (place == 0 or value in self.used):
                self._add(node, place, value)

    def _add(self, node: onnx.NodeProto, place: int, value: str) -> None:
        read = read_any(self._as_read(node, value), first=place == 0)
        # A node has one name, its further outputs only have their own.
        name = self.names.take(node.name if node.name and place == 0 else value, node.op_type)
        varying = [n for n, used in enumerate(node.input) if used and used not in self.held]
        sources = {tensor_name(n): self.makers[node.input[n]] for n in varying}
        stage = Stage(name, read.layer, read.shapes, read.tensors, sources, node.op_type)
        self.stages.append(stage)
        self.makers[value], self.values[name] = name, value

    def _as_read(self, node: onnx.NodeProto, value: str) -> GraphNode:
        return GraphNode(
            node.op_type,
            self.opset,
            {a.name: _plain(helper.get_attribute_value(a)) for a in node.attribute},
            [self._shape(name) if name else None for name in node.input],
            [self.held.get(name) if name else None for name in node.input],
            [self.shapes[value]],
            sum(map(bool, node.output)),
            not self.kinds[value].startswith(_FRACTIONS),
        )

    def _shape(self, name: str) -> Shape:
        return self.held[name].shape if name in self.held else self.shapes[name]


def _plain(value: object) -> object:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
