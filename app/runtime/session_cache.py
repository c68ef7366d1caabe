"""Sessions made once and kept."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeAlias

import onnx

from app.observe.counts import counts
from app.observe.layout import Number
from app.problems import Invalid
from app.runtime.sessions import CPU, Session, load_bytes

_LARGEST_KEPT = 1 << 20  # bytes of a model
# Bytes of all models whose sessions are kept; a session takes about twice its model's.
_KEPT_BYTES = 16 << 20
# Sessions on a card: each has memory there that is not given back while it is kept.
_MOST_ELSEWHERE = 32

_Place: TypeAlias = tuple[str, Hashable]


class SessionCache:
    """Sessions by key, the one unused for longest dropped first.

    Args:
        most: how many are kept.
        most_bytes: how many bytes their models have together.
    """

    def __init__(self, most: int, most_bytes: int = _KEPT_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._kept: OrderedDict[_Place, Session] = OrderedDict()
        self._sizes: dict[_Place, int] = {}
        self._used: dict[_Place, float] = {}
        self._lock = threading.Lock()
        self._counts = counts()

    def __len__(self) -> int:
        return len(self._kept)

    def get(
        self,
        key: Hashable,
        device: str,
        build: Callable[[], onnx.ModelProto],
        *,
        or_cpu: bool = False,
    ) -> Session:
        """Return the session for `key`, made from `build()` if it is not kept.

        Args:
            key: what the model depends on.
            device: where it shall run.
            build: makes the model.
            or_cpu: let the processor run it where the device cannot.

        Raises:
            Invalid: the device cannot run it.
            Busy: it has no memory for it now.
        """
        place = (device, key)
        with self._lock:
            kept = self._kept.get(place)
            if kept is not None and (or_cpu or kept.device == device):
                self._kept.move_to_end(place)
                self._used[place] = time.monotonic()
                self._counts.add(Number.SESSION_HITS)
                return kept
            self._counts.add(Number.SESSION_MISSES)
        data = build().SerializeToString()
        made = _loaded(data, device, or_cpu=or_cpu)
        if len(data) <= _LARGEST_KEPT:
            self._keep(place, made, len(data))
        return made

    def _keep(self, place: _Place, made: Session, size: int) -> None:
        dropped: list[Session] = []  # their memory is freed when others need not wait for it
        with self._lock:
            self._kept[place], self._sizes[place] = made, size
            self._kept.move_to_end(place)
            self._used[place] = time.monotonic()
            elsewhere = [one for one in self._kept if one[0] != CPU]
            if len(elsewhere) > _MOST_ELSEWHERE:
                dropped.append(self._drop(elsewhere[0]))
            while len(self._kept) > self._most or sum(self._sizes.values()) > self._most_bytes:
                dropped.append(self._drop(next(iter(self._kept))))
            self._counts.put(Number.SESSIONS, len(self._kept))

    def forget(self, before: float) -> bool:
        """Drop those unused since then, a `time.monotonic()`; tell whether there were any."""
        dropped: list[Session] = []
        with self._lock:
            while self._kept and self._used[first := next(iter(self._kept))] < before:
                dropped.append(self._drop(first))
            self._counts.put(Number.SESSIONS, len(self._kept))
        return bool(dropped)

    def _drop(self, place: _Place) -> Session:
        del self._sizes[place], self._used[place]
        return self._kept.pop(place)


def _loaded(data: bytes, device: str, *, or_cpu: bool) -> Session:
    try:
        return load_bytes(data, device)
    except Invalid:
        if not or_cpu:
            raise
        return load_bytes(data, CPU)
