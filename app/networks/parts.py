"""A stage of a graph cut out as a model of its own."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import onnx
from onnx import helper

from app.graphs import Stage
from app.layers.base import INPUT, Array
from app.networks.graph import Graph
from app.networks.settled import Settled


class Part(NamedTuple):
    """What makes one stage's value.

    Attributes:
        model: its nodes; of the constants that they take it says only how large they are.
        held: these constants.
        inputs: by the names that the model has for them, the stages that make them.
        output: the name of the value.
    """

    model: onnx.ModelProto
    held: Mapping[str, Array]
    inputs: Mapping[str, str]
    output: str


def parts(graph: Graph, values: Mapping[str, Array]) -> Iterator[tuple[Stage, Part]]:
    """Cut a graph up, one stage after the other; a node of several outputs goes with its first.

    Args:
        graph: whole.
        values: of every stage and of `input`, for their types and shapes.
    """
    makers = {name: n for n, node in enumerate(graph.settled.nodes) for name in node.output if name}
    names = {**graph.values, INPUT.name: graph.source}
    done = set[int]()
    for stage in graph.stages:
        output = names[stage.name]
        if makers[output] in done:
            continue
        done.add(makers[output])
        inputs = {names[source]: source for source in stage.sources.values()}
        numbers = _needed(graph.settled, makers, output, inputs)
        nodes = [graph.settled.nodes[n] for n in sorted(numbers)]
        held = {n: graph.settled.held[n] for n in _taken(nodes) if n in graph.settled.held}
        model = _model(graph.settled, nodes, {n: values[s] for n, s in inputs.items()}, held)
        model.graph.output.append(onnx.ValueInfoProto(name=output))
        yield stage, Part(model, held, inputs, output)


def _needed(
    settled: Settled, makers: Mapping[str, int], output: str, inputs: Mapping[str, str]
) -> set[int]:
    """Return the numbers of the nodes between some values and one that is made of them."""
    found, wanted = set[int](), [output]
    while wanted:
        name = wanted.pop()
        if name in inputs or name not in makers or makers[name] in found:
            continue
        found.add(makers[name])
        wanted += settled.nodes[makers[name]].input
    return found


def _taken(nodes: list[onnx.NodeProto]) -> dict[str, None]:
    return {name: None for node in nodes for name in node.input}


def _model(
    settled: Settled,
    nodes: list[onnx.NodeProto],
    inputs: Mapping[str, Array],
    held: Mapping[str, Array],
) -> onnx.ModelProto:
    taken = [helper.make_tensor_value_info(n, _type(a), a.shape) for n, a in inputs.items()]
    tensors = [onnx.TensorProto(name=n, data_type=_type(a), dims=a.shape) for n, a in held.items()]
    graph = helper.make_graph(nodes, "part", taken, [], tensors)
    return helper.make_model(graph, opset_imports=settled.opsets, ir_version=settled.ir_version)


def _type(array: Array) -> int:
    return helper.np_dtype_to_tensor_dtype(array.dtype)
