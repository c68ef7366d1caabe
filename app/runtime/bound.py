"""Runs on a device with memory of its own: what goes in and comes out is bound there.

Whatever lies between the nodes of a graph stays on the device, and so do tensors that are held
under a ref, for the runs that come: a weight is sent to the device once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
import onnxruntime as ort

from app.layers.base import Array

# Bytes that stay on a device for each process.
_HELD_BYTES = 256 << 20


class Held:
    """Tensors that stay on a device, the one unused for longest dropped first.

    Args:
        most: bytes of all of them; one of more than half of that does not stay.
    """

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._kept: OrderedDict[Hashable, tuple[ort.OrtValue, int]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Return the bytes that are held."""
        return self._bytes

    def clear(self) -> None:
        """Drop all."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def of(self, key: Hashable, size: int, send: Callable[[], ort.OrtValue]) -> ort.OrtValue:
        """Return what is held under `key`, sent now if it is not there.

        Args:
            key: says which tensor it is, in which shape and where.
            size: its bytes.
            send: takes it to the device.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        value = send()
        if 2 * size <= self._most:
            self._keep(key, value, size)
        return value

    def _keep(self, key: Hashable, value: ort.OrtValue, size: int) -> None:
        with self._lock:
            if key in self._kept:  # another thread sent it meanwhile
                return
            self._kept[key] = value, size
            self._bytes += size
            while self._bytes > self._most:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._bytes -= dropped


HELD = Held(_HELD_BYTES)


def run_bound(
    runtime: ort.InferenceSession,
    device: str,
    tensors: Mapping[str, Array],
    outputs: Sequence[str],
    refs: Mapping[str, str],
    how: ort.RunOptions | None,
    *,
    held: Held = HELD,
) -> list[Array]:
    """Run a session once, its inputs and outputs bound on a device.

    Args:
        runtime: what is run.
        device: as ONNX Runtime calls it: `cuda`.
        tensors: the inputs by name.
        outputs: the names of those wanted.
        refs: of the inputs that are held under one.
        how: what ends the run, None where nothing does.
        held: what stays on the device.

    Returns:
        The outputs, in this process's memory.
    """
    bound = runtime.io_binding()
    for name, array in tensors.items():
        whole = np.asarray(array, order="C")
        if whole.size:
            bound.bind_ortvalue_input(name, _there(whole, device, refs.get(name), held))
        else:  # there is nothing that could lie on the device
            bound.bind_cpu_input(name, whole)
    for name in outputs:
        bound.bind_output(name, device)
    runtime.run_with_iobinding(bound, how)
    return [value.numpy() for value in bound.get_outputs()]


def _there(array: Array, device: str, ref: str | None, held: Held) -> ort.OrtValue:
    """Return a tensor on a device, where it stays if it is held under a ref."""

    def send() -> ort.OrtValue:
        return ort.OrtValue.ortvalue_from_numpy(array, device, 0)

    if ref is None:
        return send()
    return held.of((device, ref, array.shape), array.nbytes, send)
