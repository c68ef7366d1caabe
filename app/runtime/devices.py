"""Which devices work here, and which of them a piece of work is given to."""

import logging
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

from app.graphs import IR_VERSION, OPSET
from app.layers.base import Array
from app.problems import Invalid, Listed
from app.runtime.sessions import CPU, PROVIDERS, load, nothing

AUTO = "auto"
_log = logging.getLogger("layerlab")
_FLOAT_BYTES = 4
# What paces are measured by: an activation of so many numbers, a convolution of so many maps of
# such a side; the quickest of so many runs, one more going before.
_NUMBERS, _MAPS, _SIDE, _KERNEL, _RUNS = 1 << 20, 32, 128, 3, 5


class Work(NamedTuple):
    """What a run takes, as far as its time depends on it.

    Attributes:
        steps: multiply-accumulates, and elements that windows look at.
        bytes: that go in and come out, at most: what lies between is among them.
    """

    steps: int
    bytes: int


class Pace(NamedTuple):
    """How quick a device is.

    Attributes:
        run: seconds that every run takes.
        byte: seconds for each byte that goes in or comes out.
        step: seconds for each multiply-accumulate.
    """

    run: float
    byte: float
    step: float

    def seconds(self, work: Work) -> float:
        """Return how long a run takes, roughly."""
        return self.run + self.byte * work.bytes + self.step * work.steps


def devices() -> list[str]:
    """Return the devices that work here, the fastest first."""
    return list(paces()) or [CPU]


@lru_cache(1)
def paces() -> dict[str, Pace]:
    """Return how quick the devices are, measured once; nothing where there is no choice.

    A device that cannot be measured is none: a build for cards is often installed without one, and
    a card can be broken, or full.
    """
    available, found = ort.get_available_providers(), dict[str, Pace]()
    for device in (d for d in reversed(PROVIDERS) if PROVIDERS[d] in available and d != CPU):
        ort.preload_dlls()
        try:
            found[device] = measure(device)
        except Exception as error:
            _log.warning("device %s does not work: %s", device, type(error).__name__)
    return found | {CPU: measure(CPU)} if found else {}


def check_device(wanted: str) -> None:
    """Refuse a device that is not here.

    Raises:
        Invalid: naming those that are.
    """
    here = [AUTO, *devices()]
    if wanted not in here:
        raise Invalid(
            "device '{device}' is not here; there is {here}",
            loc=("device",),
            device=wanted[:40],
            here=Listed(here),
        )


def choose_device(wanted: str, work: Work) -> str:
    """Return the wanted device, or for `auto` the one that is done with this work first.

    Raises:
        Invalid: it is not here; the sentence names those that are.
    """
    if wanted == AUTO:
        found = paces()
        return quickest(found, work) if found else CPU
    check_device(wanted)
    return wanted


def may_leave(wanted: str) -> bool:
    """Tell whether work may be done by another device than the processor.

    It is then not done at once, however little it is: to load what a card runs takes long.
    """
    return wanted != CPU and len(devices()) > 1


def quickest(found: Mapping[str, Pace], work: Work) -> str:
    """Return the device that is done with this work first."""
    return min(found, key=lambda device: found[device].seconds(work))


def measure(device: str) -> Pace:
    """Measure how quick a device is; what its first runs take beside does not count."""
    run = _quickest_run(nothing(), {"x": np.zeros(1, np.float32)}, device)
    relu = _of_one_node("Relu", {"x": [_NUMBERS]})
    moved = _quickest_run(relu, {"x": np.zeros(_NUMBERS, np.float32)}, device)
    byte = max(moved - run, 0.0) / (2 * _NUMBERS * _FLOAT_BYTES)
    sizes = {"x": [1, _MAPS, _SIDE, _SIDE], "w": [_MAPS, _MAPS, _KERNEL, _KERNEL]}
    conv = _of_one_node("Conv", sizes)
    feeds = {name: np.ones(size, np.float32) for name, size in sizes.items()}
    computed = _quickest_run(conv, feeds, device)
    out = _MAPS * (_SIDE - _KERNEL + 1) ** 2
    travels = (feeds["x"].size + feeds["w"].size + out) * _FLOAT_BYTES * byte
    return Pace(run, byte, max(computed - run - travels, 0.0) / (out * _MAPS * _KERNEL**2))


def _of_one_node(operator: str, sizes: Mapping[str, list[int]]) -> onnx.ModelProto:
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in sizes.items()]
    node = helper.make_node(operator, list(sizes), ["y"])
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([node], operator, values, [output])
    opset = helper.make_opsetid("", OPSET)
    return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)


def _quickest_run(model: onnx.ModelProto, feeds: Mapping[str, Array], device: str) -> float:
    session, times = load(model, device), list[float]()
    for _ in range(_RUNS + 1):
        started = time.perf_counter()
        session.run(feeds)
        times.append(time.perf_counter() - started)
    return min(times[1:])


def provider_names() -> list[str]:
    """Return ONNX Runtime's names of the devices that are here."""
    return [PROVIDERS[device] for device in devices()]
