"""What there is to say of a graph before it runs: its stages and what they cost."""

from typing import Any

from app.graphs import Stage
from app.networks.follow import is_explained
from app.networks.graph import Graph
from app.runs import Cost, count

_FLOAT_BYTES = 4


def graph_facts(graph: Graph) -> dict[str, Any]:
    """Return what goes in, every stage, and which one comes out."""
    return {
        "parameters": sum(_parameters(stage) for stage in graph.stages),
        "input": {"shape": graph.shape, "dtype": "float32"},
        "stages": [stage_facts(stage) for stage in graph.stages],
        "output": graph.output,
    }


def stage_facts(stage: Stage) -> dict[str, Any]:
    """Return what a stage is, takes, makes and costs."""
    return {
        "name": stage.name,
        "layer": stage.layer.family or None,
        "operator": stage.operator or None,
        "explained": is_explained(stage),
        "params": stage.layer.known(),
        "sources": dict(stage.sources),
        "shape": stage.output,
        "cost": Cost(
            _parameters(stage), stage.layer.macs(stage.shapes), _FLOAT_BYTES * count(stage.output)
        ),
        "rule": stage.layer.rule(stage.shapes),
        "tensors": {name: f"{stage.name}.{name}" for name in stage.weights},
    }


def _parameters(stage: Stage) -> int:
    """Count the numbers that training finds; running means and shapes are none."""
    kept = {spec.name for spec in stage.layer.inputs if not spec.learned}
    weights = stage.weights.items()
    return sum(w.size for name, w in weights if name not in kept and w.dtype.kind == "f")
