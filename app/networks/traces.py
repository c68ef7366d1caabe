"""Runs that are kept for a while: whoever looks at one number will look at the next."""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from app.layers.base import INPUT, Array
from app.networks.follow import Values
from app.networks.network import Network
from app.tensors.stats import Stats, describe

_Key = tuple[str, bytes]


@dataclass(frozen=True)
class Run:
    """Every value of one run of a network, and what there is to say of each stage's."""

    values: Values

    @cached_property
    def stats(self) -> list[Stats]:
        """Describe the stages' outputs, in order; done once, since it takes as long as a run."""
        return [describe(value) for name, value in self.values.items() if name != INPUT.name]


class Traces:
    """The last runs with every value, up to a number of bytes; the one unused for longest goes.

    Args:
        most: bytes of all of them together; a run of more is not kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[_Key, Run] = OrderedDict()
        self._used: dict[_Key, float] = {}
        self._lock = threading.Lock()

    def of(self, network: Network, array: Array) -> Run:
        """Return a network's run on a prepared input, made now or kept."""
        key = (str(network.path), blake2b(array.tobytes(), digest_size=16).digest())
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                self._used[key] = time.monotonic()
                return self._kept[key]
        run = Run({INPUT.name: array} | network.run(array))
        if _bytes([run]) <= self._most:
            self._keep(key, run)
        return run

    def _keep(self, key: _Key, run: Run) -> None:
        with self._lock:
            self._kept[key], self._used[key] = run, time.monotonic()
            self._kept.move_to_end(key)
            while _bytes(list(self._kept.values())) > self._most:
                self._drop_first()

    def forget(self, before: float) -> bool:
        """Drop those unused since then, a `time.monotonic()`; tell whether there were any."""
        dropped: list[Run] = []  # their memory is freed when others need not wait for it
        with self._lock:
            while self._kept and self._used[next(iter(self._kept))] < before:
                dropped.append(self._drop_first())
        return bool(dropped)

    def _drop_first(self) -> Run:
        key, run = self._kept.popitem(last=False)
        del self._used[key]
        return run


def _bytes(runs: Sequence[Run]) -> int:
    return sum(value.nbytes for run in runs for value in run.values.values())
