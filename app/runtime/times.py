"""How long ONNX Runtime takes."""

import time
from collections.abc import Mapping

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper
from onnxruntime.capi import onnxruntime_pybind11_state as state

from app.layers.base import Array
from app.runtime.sessions import PROVIDERS, ending, nothing, session_options

# Bytes of a constant up to which a model holds it: the standard's rules for shapes read those.
_SMALL = 4096
_EMPTY_RUNS = 50
# What ONNX Runtime raises of a model that it does not take; where memory ends it is another one.
_NOT_RUN = (state.Fail, state.InvalidArgument, state.InvalidGraph, state.NotImplemented)


class Unmeasured(Exception):
    """A model cannot be run by itself."""


def run_times(
    model: onnx.ModelProto,
    held: Mapping[str, Array],
    feeds: Mapping[str, Array],
    outputs: Mapping[str, Array],
    runs: int,
) -> list[float]:
    """Run a model as it is written again and again, on one thread, and measure each run.

    Args:
        model: whose initializers say only their types and shapes.
        held: the numbers of these, which are not copied.
        feeds: its inputs.
        outputs: arrays that its outputs are written to.
        runs: how many are measured; one more comes before.

    Returns:
        The microseconds of each; `empty_run_time` is a part of it.

    Raises:
        Ended: the work of which this is a part was ended meanwhile.
        Unmeasured: ONNX Runtime does not run it by itself.
    """
    options, values = session_options("cpu", as_written=True), dict[str, ort.OrtValue]()
    for tensor in model.graph.initializer:
        value = np.ascontiguousarray(held[tensor.name]).reshape(tuple(tensor.dims))
        if value.nbytes <= _SMALL:
            tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
            continue
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="memory")
        values[tensor.name] = ort.OrtValue.ortvalue_from_numpy(value)
    options.add_external_initializers(list(values), list(values.values()))
    try:
        return _measured(model, options, feeds, outputs, runs)
    except _NOT_RUN as error:
        raise Unmeasured from error


def _measured(
    model: onnx.ModelProto,
    options: ort.SessionOptions,
    feeds: Mapping[str, Array],
    outputs: Mapping[str, Array],
    runs: int,
) -> list[float]:
    runtime = ort.InferenceSession(model.SerializeToString(), options, providers=[PROVIDERS["cpu"]])
    # Bound, so that no array is made or copied within the time that is measured.
    bound = runtime.io_binding()
    for name, array in feeds.items():
        bound.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(array))
    for name, array in outputs.items():
        bound.bind_ortvalue_output(name, ort.OrtValue.ortvalue_from_numpy(array))
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        ending(lambda how: runtime.run_with_iobinding(bound, how))
        times.append((time.perf_counter() - started) * 1e6)
    return times[1:]


def empty_run_time() -> float:
    """Return the microseconds that a run takes whatever it does, measured now."""
    one = np.zeros(1, np.float32)
    options = session_options("cpu", as_written=True)
    return min(_measured(nothing(), options, {"x": one}, {"y": one.copy()}, _EMPTY_RUNS))
