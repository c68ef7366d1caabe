"""An ONNX file opened: as the chain that it says it is, if it is that, else node by node."""

from collections.abc import Collection

import onnx

from app.graphs import OUTPUT
from app.layers.base import INPUT, Shape, Shapes
from app.networks.graph import Graph
from app.networks.read import NOT_RUN, read_graph
from app.networks.recognised import Recognised, names_chain, recognise
from app.networks.settled import settle, shapes_of
from app.problems import Problem
from app.runtime.sessions import load
from app.settings import limits


def metadata(model: onnx.ModelProto) -> dict[str, str]:
    """Return what the file says of itself."""
    return {entry.key: entry.value for entry in model.metadata_props}


def open_graph(model: onnx.ModelProto, shape: Shape | None = None, ran: Shapes = NOT_RUN) -> Graph:
    """Return the graph of a model with its weights in it.

    Args:
        model: one of ours says which chain it is; where it is not, or says nothing, it is read node
            by node.
        shape: of the input, where it is not the file's own.
        ran: as `read_graph`; a chain of ours needs none.

    Raises:
        Invalid: as `read_graph`.
    """
    if not names_chain(model):
        return read_graph(model, shape, ran)
    try:
        chain = recognise(model, limits())
    except Problem:
        return read_graph(model, shape, ran)
    return _chain(model, chain) if shape in (None, chain.shape) else read_graph(model, shape, ran)


def _chain(model: onnx.ModelProto, chain: Recognised) -> Graph:
    stages = chain.stages
    names = {stage.name: stage.name for stage in stages}
    there = {value.name for value in model.graph.output}
    if OUTPUT in there:  # a model that gives the last stage's output only
        names[stages[-1].name] = OUTPUT
    session = load(_giving(model, set(names.values()) - there), "cpu", as_written=True)
    last, settled = stages[-1].name, settle(model, shapes_of(model, INPUT.name, chain.shape))
    outputs = (names[last],)
    return Graph(stages, names, INPUT.name, last, outputs, chain.shape, session, settled)


def _giving(model: onnx.ModelProto, names: Collection[str]) -> onnx.ModelProto:
    """Return the model with more of its values as outputs."""
    if not names:
        return model
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    shown.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    return shown
