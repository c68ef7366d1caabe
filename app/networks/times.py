"""How long each stage of a network takes, measured node by node."""

from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import onnx

from app.networks.network import Network
from app.sessions import node_times

RUNS = 5


def stage_times(network: Network) -> dict[str, float]:
    """Return the microseconds of each stage, the median of `RUNS` runs on one thread.

    Nothing is fused: where ONNX Runtime would join two nodes into one, both are measured. Stages
    that the runtime had nothing to do for are left out.

    Raises:
        OSError: there is no folder to write to.
    """
    model = onnx.load(network.path)
    zeros = np.zeros(network.input_shape, np.float32)
    with TemporaryDirectory() as folder:
        measured = node_times(model, {network.graph.source: zeros}, RUNS, folder)
    stages = {network.graph.values[stage.name]: stage for stage in network.stages}
    found: dict[str, float] = {}
    carried = 0.0
    for node, times in zip(model.graph.node, measured, strict=True):
        taken = float(median(times)) if times else 0.0
        stage = next((stages[name] for name in node.output if name in stages), None)
        if stage is None:
            # A stage of a chain of ours can be several nodes, the last of which has its name.
            carried += taken
            continue
        found[stage.name] = taken if stage.operator else taken + carried
        carried = 0.0
    return found
