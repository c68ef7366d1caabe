"""An ONNX file opened: as the chain that it says it is, else node by node."""

import json
from collections.abc import Collection

import onnx
from onnx import numpy_helper

from app.graphs import CHAIN, OUTPUT
from app.layers.base import INPUT, Shape
from app.networks.chain import make_stages
from app.networks.graph import Graph
from app.networks.read import read_graph
from app.sessions import load


def metadata(model: onnx.ModelProto) -> dict[str, str]:
    """Return what the file says of itself."""
    return {entry.key: entry.value for entry in model.metadata_props}


def open_graph(model: onnx.ModelProto, shape: Shape | None = None) -> Graph:
    """Return the graph of a model with its weights in it.

    Args:
        model: one of ours says which chain it is.
        shape: of the input, where it is not the file's own.

    Raises:
        Invalid: as `read_graph`.
    """
    said = metadata(model)
    return _chain(model, json.loads(said[CHAIN])) if CHAIN in said else read_graph(model, shape)


def _chain(model: onnx.ModelProto, chain: dict[str, object]) -> Graph:
    weights = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    layers, given = chain["layers"], chain["input"]
    assert isinstance(layers, list)
    assert isinstance(given, list)
    stages = make_stages(layers, weights, tuple(given))
    names = {stage.name: stage.name for stage in stages}
    there = {value.name for value in model.graph.output}
    if OUTPUT in there:  # a model that gives the last stage's output only
        names[stages[-1].name] = OUTPUT
    session = load(_giving(model, set(names.values()) - there), "cpu", as_written=True)
    shape = tuple(stages[0].shapes[INPUT.name])
    return Graph(tuple(stages), names, INPUT.name, stages[-1].name, shape, session)


def _giving(model: onnx.ModelProto, names: Collection[str]) -> onnx.ModelProto:
    """Return the model with more of its values as outputs."""
    if not names:
        return model
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    shown.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    return shown
