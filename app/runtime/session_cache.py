"""Sessions made once and kept."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

import onnx

from app.observe.counts import counts
from app.observe.layout import Number
from app.runtime.sessions import Session, load_bytes

_LARGEST_KEPT = 1 << 20  # bytes of a model
# Bytes of all models whose sessions are kept; a session takes about twice its model's.
_KEPT_BYTES = 16 << 20


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
        self._used: dict[Hashable, float] = {}
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
                self._used[place] = time.monotonic()
                self._counts.add(Number.SESSION_HITS)
                return self._kept[place]
            self._counts.add(Number.SESSION_MISSES)
        data = build().SerializeToString()
        made = load_bytes(data, device)
        if len(data) > _LARGEST_KEPT:
            return made
        with self._lock:
            self._kept[place], self._sizes[place] = made, len(data)
            self._used[place] = time.monotonic()
            while len(self._kept) > self._most or sum(self._sizes.values()) > self._most_bytes:
                self._drop_first()
            self._counts.put(Number.SESSIONS, len(self._kept))
        return made

    def forget(self, before: float) -> bool:
        """Drop those unused since then, a `time.monotonic()`; tell whether there were any."""
        dropped: list[Session] = []  # their memory is freed when others need not wait for it
        with self._lock:
            while self._kept and self._used[next(iter(self._kept))] < before:
                dropped.append(self._drop_first())
            self._counts.put(Number.SESSIONS, len(self._kept))
        return bool(dropped)

    def _drop_first(self) -> Session:
        place, session = self._kept.popitem(last=False)
        del self._sizes[place], self._used[place]
        return session
