"""How long each stage of a network takes."""

import time
from collections.abc import Mapping
from statistics import median
from typing import NamedTuple

import numpy as np

from app.layers.base import INPUT
from app.networks.graph import Graph
from app.networks.parts import parts
from app.runtime.times import Unmeasured, empty_run_time, run_times

_MOST_RUNS = 5
_SECONDS = 2.0
_LEAST = 1e-6  # where the clock of a thread goes in steps
_AT_MOST = 1.75
# Seconds of the processor in which ONNX Runtime puts a byte of a weight into its own order: twice
# what the largest of VGG-19 takes, 411 MB in 0.65 s.
_PACKING = 3e-9


class StageTimes(NamedTuple):
    """What was measured.

    Attributes:
        runs: of each stage; a time is their median.
        microseconds: by the names of the stages.
        is_whole: there was time for all of them.
    """

    runs: int
    microseconds: Mapping[str, float]
    is_whole: bool


def stage_times(graph: Graph, seconds: float = _SECONDS) -> StageTimes:
    """Run a network stage by stage on one thread, each several times, and measure.

    Each stage is a session of its own, which has nothing to join it with: what is measured is the
    node as the file has it. What every run takes, whatever it does, is taken off. The second and
    further outputs of a node have no time of their own.

    Args:
        graph: run on zeros.
        seconds: of the processor that the runs may take, about; a slow network is run fewer times.
            Stages that there is no time for are left out, and those that ONNX Runtime does not run
            alone.
    """
    zeros = np.zeros(graph.shape, np.float32)
    # What others do on this machine meanwhile is not this network's time.
    started = time.thread_time()
    end = started + _AT_MOST * seconds
    values = {INPUT.name: zeros} | graph.run(zeros, [stage.name for stage in graph.stages])
    left = max(time.thread_time() - started, _LEAST)
    # One run goes before those that count.
    runs = max(1, min(int(seconds / left) - 1, _MOST_RUNS))
    found, empty, is_whole = dict[str, float](), empty_run_time(), True
    for stage, part in parts(graph, values):
        # One stage can be nearly all that is left of the network: there must be room for that.
        packing = _PACKING * sum(array.nbytes for array in part.held.values())
        if time.thread_time() + (runs + 1) * left + packing > end:
            return StageTimes(runs, found, False)
        feeds = {name: values[source] for name, source in part.inputs.items()}
        made = np.empty_like(values[stage.name], order="C")
        try:
            taken = median(run_times(part.model, part.held, feeds, {part.output: made}, runs))
        except Unmeasured:
            is_whole = False
        else:
            found[stage.name] = max(taken - empty, 0.0)
            left = max(left - taken / 1e6, 0.0)
    return StageTimes(runs, found, is_whole)
