"""Layers become ONNX models: one graph, every name in it ours, opset and IR version pinned."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from app import __version__
from app.layers._nodes import Nodes
from app.layers.base import INPUT, Array, Layer, Shape, Shapes

OPSET = 21
CHAIN = "layerlab.chain"
"""Where the layers of a model stand in its metadata, as JSON."""
IR_VERSION = 10
OUTPUT = "output"
"""What a layer calls its main output."""

_INTEGER_OUTPUTS = frozenset({"indices"})


def layer_model(layer: Layer, shapes: Shapes, *, finite: bool = True) -> onnx.ModelProto:
    """Return a model of one resolved layer; its tensors are the graph's inputs.

    Args:
        layer: resolved against `shapes`.
        shapes: as arranged; the input's sizes stay symbolic, the weights' are written down.
        finite: the input holds no NaN and no infinity.
    """
    nodes = Nodes()
    found = layer.node(nodes, {name: name for name in shapes}, shapes, finite=finite)
    outputs = [
        (name, made, len(shape))
        for (name, made), shape in zip(
            found.items(), layer.output_shapes(shapes).values(), strict=True
        )
    ]
    for name, made, _ in outputs:
        give(nodes, made, name)
    return model_of(
        nodes,
        [_entered(n, s) for n, s in shapes.items()],
        [symbolic(name, rank) for name, _, rank in outputs],
    )


def weighted_model(
    layer: Layer, shapes: Shapes, weights: Mapping[str, Array], *, finite: bool = True
) -> onnx.ModelProto:
    """Return the model of one resolved layer with its weights in it: only `input` is an input.

    Sizes that the graph has numbers of are written down, the others stay symbolic.

    Args:
        layer: resolved against `shapes`.
        shapes: as arranged.
        weights: every tensor but the input, by name; they become `<family>.<tensor>`.
        finite: as for `layer_model`.
    """
    model = layer_model(layer, shapes, finite=finite)
    graph = model.graph
    del graph.input[1:]
    if layer.bakes_sizes:
        graph.input[0].CopyFrom(
            helper.make_tensor_value_info(INPUT.name, TensorProto.FLOAT, shapes[INPUT.name])
        )
    names = {name: f"{layer.family}.{name}" for name in weights}
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
    for name, value in weights.items():
        held = np.ascontiguousarray(value).reshape(value.shape)
        graph.initializer.append(numpy_helper.from_array(held, names[name]))
    spec = {"layer": layer.family} | recipe_free(layer)
    helper.set_model_props(model, chain_metadata([spec], shapes[INPUT.name]))
    return model


def chain_metadata(layers: Sequence[Mapping[str, Any]], shape: Shape) -> dict[str, str]:
    """Return what a model says of its chain: the layers, and the shape of the chain's input."""
    return {CHAIN: json.dumps({"input": list(shape), "layers": list(layers)})}


def recipe_free(layer: Layer) -> dict[str, Any]:
    """Return the parameters that make the same layer again, its weights being there."""
    known = layer.known().items()
    return {k: v for k, v in known if v is not None and k not in layer.recipe}


class Stage(NamedTuple):
    """One layer of a chain or a network.

    Attributes:
        name: no other stage has it.
        layer: resolved.
        shapes: of its tensors, as arranged.
        weights: the tensors that the graph holds.
        sources: of the others, the stage that makes each; the graph's own input is `input`.
        operator: the ONNX operator, of a stage that was read from a file.
    """

    name: str
    layer: Layer
    shapes: Shapes
    weights: Mapping[str, Array]
    sources: Mapping[str, str] = MappingProxyType({INPUT.name: INPUT.name})
    operator: str = ""

    @property
    def output(self) -> Shape:
        """Return the shape of the stage's main output."""
        return self.layer.output_shapes(self.shapes)[OUTPUT]


def give(nodes: Nodes, made: str, called: str) -> None:
    """Let a value be called by a second name."""
    nodes.nodes.append(helper.make_node("Identity", [made], [called], name=f"to_{called}"))


def _kind(name: str) -> int:
    is_whole = name.rpartition(".")[2] in _INTEGER_OUTPUTS
    return int(TensorProto.INT64 if is_whole else TensorProto.FLOAT)


def value_info(name: str, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    """Describe an input or output of a graph; an axis with a name is free."""
    return helper.make_tensor_value_info(name, _kind(name), shape)


def _entered(name: str, shape: Sequence[int]) -> onnx.ValueInfoProto:
    axes = [f"{name}_{i}" for i in range(len(shape))] if name == INPUT.name else list(shape)
    return value_info(name, axes)


def symbolic(name: str, rank: int) -> onnx.ValueInfoProto:
    """Describe one of which no size is known."""
    return value_info(name, [f"{name}_{i}" for i in range(rank)])


def model_of(
    nodes: Nodes, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]
) -> onnx.ModelProto:
    """Return the model; the nodes are used up, for tables among them can be large."""
    model = onnx.ModelProto(
        ir_version=IR_VERSION, producer_name="layerlab", producer_version=__version__
    )
    model.opset_import.append(helper.make_opsetid("", OPSET))
    model.graph.name = "layerlab"
    model.graph.node.extend(nodes.nodes)
    model.graph.input.extend(inputs)
    model.graph.output.extend(outputs)
    for constant in nodes.constants:
        model.graph.initializer.append(constant)
        constant.Clear()
    return model
