"""The one file that knows ONNX Runtime: devices, sessions, runs, how long they take."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper
from onnxruntime.capi import onnxruntime_pybind11_state as state

from app.graphs import IR_VERSION, OPSET
from app.layers.base import Array
from app.problems import Invalid
from app.room import current_room

PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_LOG_ERRORS = 3
_OTHER_NAMES = {"float": "float32", "double": "float64"}
# Bytes of a constant up to which a model holds it: the standard's rules for shapes read those.
_SMALL = 4096
_EMPTY_RUNS = 50
# What ONNX Runtime raises of a model that it does not take; where memory ends it is another one.
_NOT_RUN = (state.Fail, state.InvalidArgument, state.InvalidGraph, state.NotImplemented)

T = TypeVar("T")


@lru_cache(1)
def devices() -> list[str]:
    """Return the devices that work here, the fastest first."""
    available = ort.get_available_providers()
    return [d for d in reversed(PROVIDERS) if PROVIDERS[d] in available and _works(d)]


def _works(device: str) -> bool:
    """Tell whether a session can be made; a build for cards is often installed without one."""
    if device == "cpu":
        return True
    ort.preload_dlls()
    try:
        load(_nothing(), device)
    except Invalid:
        return False
    return True


def _nothing() -> onnx.ModelProto:
    """Return the smallest model that a device must be able to run."""
    x, y = (onnx.helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [1]) for n in "xy")
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "nothing", [x], [y])
    opset = onnx.helper.make_opsetid("", OPSET)
    return onnx.helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)


def choose_device(wanted: str) -> str:
    """Return the device for `auto`, or the wanted one.

    Raises:
        Invalid: it is not here; the sentence names those that are.
    """
    here = devices()
    if wanted == "auto":
        return here[0]
    if wanted not in here:
        raise Invalid(
            "device '{device}' is not here; there is {here}",
            loc=("device",),
            device=wanted[:40],
            here=", ".join(["auto", *here]),
        )
    return wanted


def _ending(run: Callable[[ort.RunOptions | None], T]) -> T:
    """Call `run` with what ONNX Runtime is told so that it ends when the work is ended.

    Raises:
        Ended: the work was.
    """
    room = current_room()
    if room is None:
        return run(None)
    how = ort.RunOptions()
    # ONNX Runtime looks at this between two nodes.
    with room.stopping_by(lambda: setattr(how, "terminate", True)):
        return run(how)


@dataclass(frozen=True, slots=True)
class Session:
    """A loaded model and the provider that runs it."""

    runtime: ort.InferenceSession
    outputs: tuple[str, ...]
    provider: str

    def run(
        self, tensors: Mapping[str, Array], wanted: Sequence[str] | None = None
    ) -> dict[str, Array]:
        """Run once; the answers are by the names of the graph's outputs, all or those wanted.

        Raises:
            Ended: the work of which this is a part was ended meanwhile.
        """
        outputs = self.outputs if wanted is None else tuple(wanted)
        values = _ending(lambda how: self.runtime.run(outputs, dict(tensors), how))
        return dict(zip(outputs, values, strict=True))

    def dtype_of(self, output: str) -> str:
        """Return what NumPy calls the type of an output's numbers."""
        told: str = next(v.type for v in self.runtime.get_outputs() if v.name == output)
        name = told.removeprefix("tensor(").removesuffix(")")
        return _OTHER_NAMES.get(name, name)

    def is_free(self, name: str, axis: int) -> bool:
        """Tell whether an input may have any size along an axis."""
        shapes = {value.name: value.shape for value in self.runtime.get_inputs()}
        return not isinstance(shapes[name][axis], int)


def _options(device: str, *, as_written: bool) -> ort.SessionOptions:
    options = ort.SessionOptions()
    # One process a core with one thread each: a second thread would spin while it waits.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = _LOG_ERRORS
    # The arena would keep the largest request's memory for good.
    options.enable_cpu_mem_arena = False
    if as_written:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    if device != "cpu":
        options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    return options


def load(model: onnx.ModelProto, device: str, *, as_written: bool = False) -> Session:
    """Make a session that runs on `device` and nowhere else.

    Args:
        model: with its weights.
        device: one of `devices()`.
        as_written: run node by node as the graph has it, with nothing fused or left out.

    Raises:
        Invalid: the device cannot run it; there is no silent fall back to another.
    """
    return load_bytes(model.SerializeToString(), device, as_written=as_written)


def load_bytes(model: bytes, device: str, *, as_written: bool = False) -> Session:
    """Make a session as `load` does, from a model that is serialized already."""
    provider = PROVIDERS[device]
    try:
        runtime = ort.InferenceSession(
            model, _options(device, as_written=as_written), providers=[provider]
        )
    except Exception as error:
        if device == "cpu":
            raise
        raise _cannot(device) from error
    if runtime.get_providers()[0] != provider:
        raise _cannot(device)
    return Session(runtime, tuple(o.name for o in runtime.get_outputs()), provider)


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
    options, values = _options("cpu", as_written=True), dict[str, ort.OrtValue]()
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
        _ending(lambda how: runtime.run_with_iobinding(bound, how))
        times.append((time.perf_counter() - started) * 1e6)
    return times[1:]


def empty_run_time() -> float:
    """Return the microseconds that a run takes whatever it does, measured now."""
    one = np.zeros(1, np.float32)
    options = _options("cpu", as_written=True)
    return min(_measured(_nothing(), options, {"x": one}, {"y": one.copy()}, _EMPTY_RUNS))


def _cannot(device: str) -> Invalid:
    return Invalid("device '{device}' cannot run this", loc=("device",), device=device)


def provider_names(found: Sequence[str]) -> list[str]:
    """Return ONNX Runtime's names of devices."""
    return [PROVIDERS[device] for device in found]
