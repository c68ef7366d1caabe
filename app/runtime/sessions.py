"""Models loaded by ONNX Runtime, and run."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TypeVar

import onnx
import onnxruntime as ort

from app.admission.room import current_room
from app.graphs import IR_VERSION, OPSET
from app.layers.base import Array
from app.problems import Busy, Invalid
from app.runtime.bound import run_bound

CPU = "cpu"
PROVIDERS = {CPU: "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
# To try every algorithm for each new size takes longer than most runs; float32 is float32, not what
# a card makes of it to be quicker; and memory is taken as it is needed, not doubled each time.
_HOW = {
    "cuda": {
        "cudnn_conv_algo_search": "HEURISTIC",
        "use_tf32": "0",
        "arena_extend_strategy": "kSameAsRequested",
    }
}
_LOG_ERRORS = 3
_OTHER_NAMES = {"float": "float32", "double": "float64"}
# ONNX Runtime has no type of its own for that.
_NO_MEMORY = re.compile("alloc|out of memory", re.I)
NO_REFS: Mapping[str, str] = MappingProxyType({})

T = TypeVar("T")


def nothing() -> onnx.ModelProto:
    """Return the smallest model that a device must be able to run."""
    x, y = (onnx.helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, [1]) for n in "xy")
    node = onnx.helper.make_node("Relu", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "nothing", [x], [y])
    opset = onnx.helper.make_opsetid("", OPSET)
    return onnx.helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)


def ending(run: Callable[[ort.RunOptions | None], T]) -> T:
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
    """A loaded model and the device that runs it."""

    runtime: ort.InferenceSession
    outputs: tuple[str, ...]
    device: str

    @property
    def provider(self) -> str:
        """Return ONNX Runtime's name of the device."""
        return PROVIDERS[self.device]

    def run(
        self,
        tensors: Mapping[str, Array],
        wanted: Sequence[str] | None = None,
        refs: Mapping[str, str] = NO_REFS,
    ) -> dict[str, Array]:
        """Run once; the answers are by the names of the graph's outputs, all or those wanted.

        Args:
            tensors: the graph's inputs by name.
            wanted: names of outputs.
            refs: of inputs that are held under one: a device with memory of its own keeps them.

        Raises:
            Busy: the device has no memory for it now.
            Ended: the work of which this is a part was ended meanwhile.
        """
        outputs = self.outputs if wanted is None else tuple(wanted)
        if self.device == CPU:
            values = ending(lambda how: self.runtime.run(outputs, dict(tensors), how))
        else:
            run = partial(run_bound, self.runtime, self.device, tensors, outputs, refs)
            with telling_of_memory(self.device):
                values = ending(run)
        return dict(zip(outputs, values, strict=True))

    def dtype_of(self, output: str) -> str:
        """Return what NumPy calls the type of an output's numbers."""
        return self.dtypes()[output]

    def dtypes(self) -> dict[str, str]:
        """Return what NumPy calls the types of all outputs, by their names."""
        told = {v.name: str(v.type) for v in self.runtime.get_outputs()}
        names = {n: t.removeprefix("tensor(").removesuffix(")") for n, t in told.items()}
        return {output: _OTHER_NAMES.get(name, name) for output, name in names.items()}

    def is_free(self, name: str, axis: int) -> bool:
        """Tell whether an input may have any size along an axis."""
        shapes = {value.name: value.shape for value in self.runtime.get_inputs()}
        return not isinstance(shapes[name][axis], int)


def session_options(device: str, *, as_written: bool) -> ort.SessionOptions:
    """Return how models are loaded here; `as_written`, with nothing fused or left out."""
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
    if device != CPU:
        options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    return options


def load(model: onnx.ModelProto, device: str, *, as_written: bool = False) -> Session:
    """Make a session that runs on `device` and nowhere else.

    Args:
        model: with its weights.
        device: one of `devices()`.
        as_written: run node by node as the graph has it, with nothing fused or left out.

    Raises:
        Busy: the device has no memory for it now.
        Invalid: the device cannot run it; there is no silent fall back to another.
    """
    return load_bytes(model.SerializeToString(), device, as_written=as_written)


def load_bytes(model: bytes, device: str, *, as_written: bool = False) -> Session:
    """Make a session as `load` does, from a model that is serialized already."""
    provider = PROVIDERS[device]
    try:
        with telling_of_memory(device):
            runtime = ort.InferenceSession(
                model,
                session_options(device, as_written=as_written),
                providers=[(provider, _HOW.get(device, {}))],
            )
    except Busy:
        raise
    except Exception as error:
        if device == CPU:
            raise
        raise _cannot(device) from error
    if runtime.get_providers()[0] != provider:
        raise _cannot(device)
    return Session(runtime, tuple(o.name for o in runtime.get_outputs()), device)


@contextmanager
def telling_of_memory(device: str) -> Iterator[None]:
    """Raise Busy where a block failed because a device's own memory is full."""
    try:
        yield
    except Exception as error:
        if device == CPU or not _NO_MEMORY.search(str(error)):
            raise
        raise Busy("device '{device}' has no memory left just now", device=device) from error


def _cannot(device: str) -> Invalid:
    return Invalid("device '{device}' cannot run this", loc=("device",), device=device)
