"""The one file that knows ONNX Runtime: devices, sessions made once and kept, runs."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import onnx
import onnxruntime as ort

from app.graphs import IR_VERSION, OPSET
from app.layers.base import Array
from app.observe.counts import counts
from app.observe.layout import Number
from app.problems import Invalid
from app.room import current_room

PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_LOG_ERRORS = 3
_OTHER_NAMES = {"float": "float32", "double": "float64"}
_LARGEST_KEPT = 1 << 20  # bytes of a model
# Bytes of all models whose sessions are kept; a session takes about twice its model's.
_KEPT_BYTES = 16 << 20


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
        room, outputs = current_room(), self.outputs if wanted is None else tuple(wanted)
        if room is None:
            values = self.runtime.run(outputs, dict(tensors))
        else:
            how = ort.RunOptions()
            # ONNX Runtime looks at this between two nodes.
            with room.stopping_by(lambda: setattr(how, "terminate", True)):
                values = self.runtime.run(outputs, dict(tensors), how)
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
    return _load(model.SerializeToString(), device, as_written=as_written)


def _load(model: bytes, device: str, *, as_written: bool = False) -> Session:
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


def node_times(
    model: onnx.ModelProto, tensors: Mapping[str, Array], runs: int, folder: str
) -> list[list[int]]:
    """Run a model node by node, as it is written, and measure each.

    Args:
        model: with its weights in it.
        tensors: its inputs.
        runs: how many are measured; one more comes before.
        folder: where ONNX Runtime may write what it measured.

    Returns:
        The microseconds of every run, for each node in the graph's order; none for one that did
        not run.
    """
    named = onnx.ModelProto()
    named.CopyFrom(model)
    for number, node in enumerate(named.graph.node):
        node.name = str(number)
    options = _options("cpu", as_written=True)
    options.enable_profiling, options.profile_file_prefix = True, f"{folder}/"
    runtime = ort.InferenceSession(named.SerializeToString(), options, providers=[PROVIDERS["cpu"]])
    for _ in range(runs + 1):
        runtime.run(None, dict(tensors))
    told = json.loads(Path(runtime.end_profiling()).read_text())
    times: list[list[int]] = [[] for _ in named.graph.node]
    for event in told:
        place, _, what = str(event.get("name")).partition("_")
        if event.get("cat") == "Node" and what == "kernel_time":
            times[int(place)].append(event["dur"])
    return [found[1:] for found in times]


def _cannot(device: str) -> Invalid:
    return Invalid("device '{device}' cannot run this", loc=("device",), device=device)


class SessionCache:
    """Sessions by key, the one unused for longest dropped first.

    Args:
        most: how many are kept.
        most_bytes: how many bytes their models have together.
    """

    def __init__(self, most: int, most_bytes: int = _KEPT_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[Hashable, Session] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._lock = threading.Lock()
        self._counts = counts()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, device: str, build: Callable[[], onnx.ModelProto]) -> Session:
        """Return the session for `key`, made from `build()` if it is not kept."""
        place = (device, key)
        with self._lock:
            if place in self._kept:
                self._kept.move_to_end(place)
                self._counts.add(Number.SESSION_HITS)
                return self._kept[place]
            self._counts.add(Number.SESSION_MISSES)
        data = build().SerializeToString()
        made = _load(data, device)
        if len(data) > _LARGEST_KEPT:
            return made
        with self._lock:
            self._kept[place], self._sizes[place] = made, len(data)
            while len(self._kept) > self._most or sum(self._sizes.values()) > self._most_bytes:
                dropped, _ = self._kept.popitem(last=False)
                del self._sizes[dropped]
            self._counts.put(Number.SESSIONS, len(self._kept))
        return made


def provider_names(found: Sequence[str]) -> list[str]:
    """Return ONNX Runtime's names of devices."""
    return [PROVIDERS[device] for device in found]
