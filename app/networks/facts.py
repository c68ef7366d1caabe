"""What there is to say of a graph before it runs: its stages and what they cost."""

import math
from collections.abc import Iterable
from typing import Any

from app.graphs import Stage
from app.layers.base import INPUT, Array, ReceptiveField
from app.networks.features import MAPS, outcome
from app.networks.follow import is_explained
from app.networks.graph import Graph
from app.networks.layout import TO_FIRST, spatial, turns
from app.networks.links import Links, links_of
from app.networks.operators import Operator, each_alone, learned_places, tensor_name
from app.networks.receptive import GRAPH_INPUT, Node, Reach, reaches
from app.runs import FLOAT_BYTES, Cost, count

_LONGEST = 80  # characters of a name from a file


def graph_facts(graph: Graph) -> dict[str, Any]:
    """Return what goes in, every stage, what they cost together, and which one comes out."""
    seen = fields_of(graph)
    last = graph.channels_last
    stages = [stage_facts(s, reach, last) for s, reach in zip(graph.stages, seen, strict=True)]
    costs: list[Cost] = [stage["cost"] for stage in stages]
    totals = Cost(
        _parameters(graph.stages),
        sum(cost.macs for cost in costs),
        sum(cost.output_bytes for cost in costs),
    )
    return {
        "parameters": totals.parameters,
        "totals": totals,
        "uncounted": [stage.name for stage in graph.stages if not is_counted(stage)],
        "input": {
            "shape": graph.shape,
            "dtype": "float32",
            "channels_last": INPUT.name in last,
        },
        "stages": stages,
        "output": graph.output,
        "outputs": {
            "count": len(graph.outputs),
            "taken": graph.outputs[0][:_LONGEST],
            "dtype": graph.session.dtype_of(graph.values[graph.output]),
        },
        "gives": _gives(graph),
    }


def _gives(graph: Graph) -> str:
    """Return what comes out; one whole number is the index of a class, and no score of any."""
    [output] = (stage for stage in graph.stages if stage.name == graph.output)
    kind = graph.session.dtype_of(graph.values[graph.output])
    if count(output.output) == 1 and not kind.startswith("float"):
        return MAPS
    return outcome(graph.stages, graph.output)


def fields_of(graph: Graph) -> list[ReceptiveField | Reach]:
    """Return what an output element of each stage sees of the graph's input."""
    numbers = {stage.name: n for n, stage in enumerate(graph.stages)}
    last = graph.channels_last
    nodes = [
        Node(
            tuple(numbers.get(source, GRAPH_INPUT) for source in stage.sources.values()),
            _own(stage, last),
            spatial(stage.output, is_last=stage.name in last),
        )
        for stage in graph.stages
    ]
    return reaches(nodes, spatial(graph.shape, is_last=INPUT.name in last))


def _own(stage: Stage, last: frozenset[str]) -> ReceptiveField | Reach:
    """Return what an element sees of the stage's own sources, row by row and column by column."""
    own = _along_last_axes(stage)
    if stage.name not in last and last.isdisjoint(stage.sources.values()):
        return own
    if stage.name in last or turns(stage, TO_FIRST):
        return each_alone(stage.output)
    if isinstance(own, Reach):
        return own
    return Reach.CELLS if stage.layer.only_moves else Reach.UNKNOWN


def _along_last_axes(stage: Stage) -> ReceptiveField | Reach:
    """Return what it sees where its maps lie along the last axes, as the standard has it."""
    layer = stage.layer
    if isinstance(layer, Operator):
        return layer.reach(stage.shapes)
    return layer.looks(stage.shapes) or (Reach.CELLS if layer.only_moves else Reach.ALL)


def stage_facts(stage: Stage, seen: ReceptiveField | Reach, last: frozenset[str]) -> dict[str, Any]:
    """Return what a stage is, takes, makes and costs.

    Args:
        stage: of a graph.
        seen: what an element of it sees of the graph's input.
        last: the names of what has its channels last.
    """
    return {
        "name": stage.name,
        "layer": stage.layer.family or None,
        "operator": stage.operator or None,
        "explained": is_explained(stage),
        "params": stage.layer.known(),
        **source_facts(stage, last),
        "input": {"shape": stage.shapes[INPUT.name]},
        "shape": stage.output,
        "channels_last": stage.name in last,
        "cost": Cost(
            _parameters([stage]), stage.layer.macs(stage.shapes), FLOAT_BYTES * count(stage.output)
        ),
        "receptive_field": None if isinstance(seen, Reach) else seen._asdict(),
        "sees": _sees(seen),
        "rule": stage.layer.rule(stage.shapes),
        "tensors": {name: f"{stage.name}.{name}" for name in stage.weights},
    }


def is_counted(stage: Stage) -> bool:
    """Tell whether it is known how much a stage multiplies."""
    return not isinstance(stage.layer, Operator) or stage.layer.is_counted


def source_facts(stage: Stage, last: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return what a stage takes, and which maps of that each of its own is made of."""
    return {
        "sources": dict(stage.sources),
        "links": {name: _told(links_of(stage, name, last)) for name in stage.sources},
        "axes": {spec.name: spec.axes for spec in stage.layer.inputs if spec.axes},
    }


def _told(found: Links | None) -> dict[str, Any] | None:
    return None if found is None else found._asdict()


def _sees(seen: ReceptiveField | Reach) -> str:
    """Return what kind of a field it is: a window, everything, or one that nobody can tell."""
    if not isinstance(seen, Reach):
        return "window"
    return "all" if seen is Reach.ALL else "unknown"


def _parameters(stages: Iterable[Stage]) -> int:
    """Count the numbers that training finds; what several stages share counts once."""
    learned = (tensor for stage in stages for tensor in _learned(stage))
    return sum({_place(tensor): _size(tensor) for tensor in learned}.values())


def _place(tensor: Array) -> tuple[int, int]:
    """Return where in memory a tensor begins, and its size: those of one tensor of a file agree."""
    return tensor.__array_interface__["data"][0], _size(tensor)


def _size(tensor: Array) -> int:
    """Count the numbers of a tensor; one that is spread over an axis is one."""
    return math.prod(n for n, step in zip(tensor.shape, tensor.strides, strict=True) if step)


def _learned(stage: Stage) -> list[Array]:
    """Return the tensors that training finds; running means, shapes and constants are none.

    A layer says which of its tensors are learned. Of an operator's, that a file holds, a number by
    itself is a constant that the node computes with, as the √2 of a GELU that is written out, and
    so are the scales of a resize; the rest, as a bias that is added, may be learned and counts.
    """
    held = {name: w for name, w in stage.weights.items() if w.dtype.kind == "f"}
    if isinstance(stage.layer, Operator):
        places = learned_places(stage.operator)
        if places is None:
            return [w for w in held.values() if w.ndim]
        names = [tensor_name(place) for place in places]
        return [stage.weights[name] for name in names if name in stage.weights]
    kept = {spec.name for spec in stage.layer.inputs if not spec.learned}
    return [w for name, w in held.items() if name not in kept]
