"""Layers in a row become one ONNX model: to be run here, or with their weights in it.

A layer can take besides what an earlier one gave; that is in the graph by the name of its stage.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import helper, numpy_helper

from app.graphs import OUTPUT, Stage, give, model_of, symbolic, value_info
from app.layers._nodes import Nodes
from app.layers.base import INPUT, Shape


def chain_model(
    stages: Sequence[Stage],
    metadata: Mapping[str, str],
    *,
    finite: bool = True,
    last: bool = False,
) -> onnx.ModelProto:
    """Return one model of layers in a row with their weights in it.

    Weights become initializers named `<stage>.<tensor>`; `metadata` is kept in the model. Sizes
    that the graph has numbers of are written down, otherwise the batch axis stays free.

    Args:
        stages: resolved, each for what the one before it gives.
        metadata: by key.
        finite: no stage meets a NaN or an infinity.
        last: only the last stage's output is an output of the graph, called `output`; else every
            stage's is, called after the stage.
    """
    nodes, first = Nodes(), stages[0].shapes[INPUT.name]
    _in_a_row(nodes, stages, first, finite=finite, last=last)
    for stage in stages:
        for name, value in stage.weights.items():
            held = np.ascontiguousarray(value).reshape(value.shape)
            nodes.constants.append(numpy_helper.from_array(held, f"{stage.name}.{name}"))
    is_free = _takes_any_batch(stages)

    def sized(name: str, shape: Shape) -> onnx.ValueInfoProto:
        return value_info(name, ["N", *shape[1:]] if is_free and shape[:1] == first[:1] else shape)

    outputs = [
        sized(name if last else output_name(stage, name), shape)
        for stage in (stages[-1:] if last else stages)
        for name, shape in stage.layer.output_shapes(stage.shapes).items()
    ]
    model = model_of(nodes, [sized(INPUT.name, first)], outputs)
    helper.set_model_props(model, dict(metadata))
    return model


def _takes_any_batch(stages: Sequence[Stage]) -> bool:
    """Tell whether the graph would be the same for another batch."""
    first = stages[0].shapes[INPUT.name]
    if not first:
        return False
    batches = [s.shapes[name][:1] for s in stages for name in s.sources]
    if any(batch != first[:1] for batch in (*batches, *(s.output[:1] for s in stages))):
        return False
    # A mask has an own number for each of the input's.
    if any(shape == s.shapes[INPUT.name] for s in stages for shape in _others(s)):
        return False
    more = [s._replace(shapes={**s.shapes, **_larger(s)}) for s in stages]
    return _written(stages) == _written(more)


def _others(stage: Stage) -> list[Shape]:
    return [shape for name, shape in stage.shapes.items() if name not in stage.sources]


def _larger(stage: Stage) -> dict[str, Shape]:
    """Return what comes in with one sample more."""
    return {n: (stage.shapes[n][0] + 1, *stage.shapes[n][1:]) for n in stage.sources}


def _written(stages: Sequence[Stage]) -> list[bytes]:
    nodes = Nodes()
    _in_a_row(nodes, stages, stages[0].shapes[INPUT.name], finite=True)
    return [
        *(node.SerializeToString() for node in nodes.nodes),
        *(held.SerializeToString() for held in nodes.constants),
    ]


def running_model(
    stages: Sequence[Stage], first: Shape, *, finite: bool = True, last: bool = False
) -> onnx.ModelProto:
    """Return one model of layers in a row to run here, whose weights are inputs of the graph.

    The input has the shape `first`, as the chain's first stage takes it.

    Every output of every stage, or of the last, is an output, called by `output_name`. With
    `finite`, there is one more for each stage that minds: `nonfinite_name`, the sum of its input,
    which is no finite number where its input holds one that is none (or adds up to too much).
    """
    nodes = Nodes()
    inputs, outputs = [symbolic(INPUT.name, len(first))], []
    for stage, source in zip(stages, _in_a_row(nodes, stages, first, finite=finite), strict=True):
        for name, shape in stage.shapes.items():
            if name not in stage.sources:
                inputs.append(value_info(f"{stage.name}.{name}", shape))
        shown = {} if last and stage is not stages[-1] else stage.layer.output_shapes(stage.shapes)
        for name, shape in shown.items():
            outputs.append(symbolic(output_name(stage, name), len(shape)))
        if finite and stage.layer.minds_nonfinite:
            give(nodes, nodes.add("ReduceSum", source, keepdims=0), nonfinite_name(stage))
            outputs.append(value_info(nonfinite_name(stage), ()))
    return model_of(nodes, inputs, outputs)


def output_name(stage: Stage, name: str) -> str:
    """Return what a graph calls an output of a stage: the main one has the stage's name."""
    return stage.name if name == OUTPUT else f"{stage.name}.{name}"


def nonfinite_name(stage: Stage) -> str:
    """Return what a graph calls the output that tells of NaN and infinities in a stage's input."""
    return f"{stage.name}.nonfinite"


def _in_a_row(
    nodes: Nodes, stages: Sequence[Stage], first: Shape, *, finite: bool, last: bool = False
) -> list[str]:
    """Write the stages one after the other; return the name of each one's input."""
    shapes, sources = {INPUT.name: first}, list[str]()
    for stage in stages:
        nodes.prefix = f"{stage.name}_"
        source, wanted = stage.sources[INPUT.name], stage.shapes[INPUT.name]
        before = shapes[source]
        if before != wanted:
            source = nodes.add("Reshape", source, nodes.integers(reshaped(before, wanted, 0)))
        sources.append(source)
        names = {name: stage.sources.get(name, f"{stage.name}.{name}") for name in stage.shapes}
        names[INPUT.name] = source
        written = len(nodes.nodes)
        made = stage.layer.node(nodes, names, stage.shapes, finite=finite)
        is_output = last and stage is stages[-1]
        called = {m: n if is_output else output_name(stage, n) for n, m in made.items()}
        _rename(nodes.nodes[written:], called)
        shapes[stage.name] = stage.output
    return sources


def _rename(nodes: Sequence[onnx.NodeProto], names: Mapping[str, str]) -> None:
    for node in nodes:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]


def reshaped(before: Shape, wanted: Shape, same: int) -> Shape:
    """Return what to reshape to, `same` for the batch axis where that one stays."""
    return (same, *wanted[1:]) if before[:1] == wanted[:1] else wanted
