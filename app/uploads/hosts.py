"""The processes of models: one in each worker, so many in the whole service, warm for a while."""

import threading
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from app.admission.shares import Units, service_file
from app.problems import Busy
from app.settings import Limits, Settings
from app.uploads.host import Allowed, Host
from app.uploads.messages import Message

_LOOK_S = 0.2
# A process that others wait for is not ended between two questions of one visitor.
_BREATH_S = 0.5
_CPU_IN_ALL = 600
_TIDY_S = 60.0
_MARK = "models"


class Hosts:
    """The process of the model that was asked last, in this worker.

    Args:
        how: how many processes there may be, how long they stay.
        limits: what each may take.
        folder: that all workers share.
        tidy: deletes what is too old, called now and then once a model was run.
    """

    def __init__(
        self, how: Settings, limits: Limits, folder: Path, tidy: Callable[[], None]
    ) -> None:
        self._tidy = tidy
        self._limits, self._idle = limits, how.model_idle
        self._allowed = Allowed(
            memory=limits.model_memory,
            seconds=limits.model_cpu,
            cpu_seconds=_CPU_IN_ALL,
            macs=limits.macs,
            elements=limits.model_elements,
            message_bytes=limits.working_bytes,
        )
        self._folder, self._processes = folder, how.model_processes
        self._lock = threading.Lock()
        self._host: Host | None = None
        self._name, self._unit = "", 0
        self._minder: threading.Thread | None = None

    @cached_property
    def _units(self) -> Units:
        return Units(service_file(self._folder, _MARK), 0, self._processes)

    def ask(self, name: str, path: Path, does: str, **message: Any) -> Message:
        """Ask the process of a model, started if it is not there.

        Args:
            name: of the model.
            path: of its file.
            does: as `Host.ask`, which says what it raises.
            **message: as there.

        Raises:
            Busy: all processes are at work for others.
        """
        end = time.monotonic() + self._limits.wait_seconds
        if not self._lock.acquire(timeout=self._limits.wait_seconds):
            raise _all_at_work()
        try:
            return self._host_of(name, path, end).ask(does, **message)
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _host_of(self, name: str, path: Path, end: float) -> Host:
        if self._host and self._host.is_alive and self._name == name:
            return self._host
        self._end()
        self._unit = self._free_unit(end)
        try:
            self._host, self._name = Host(path, self._allowed), name
        except OSError:
            self._units.unlock(self._unit)
            raise Busy("there is no room for a model's process just now") from None
        if self._minder is None:
            self._minder = threading.Thread(target=self._mind, daemon=True)
            self._minder.start()
        return self._host

    def _free_unit(self, end: float) -> int:
        """Wait for one of the service's processes; those who have one look whether anyone waits."""
        has_turn = False
        try:
            while True:
                if taken := self._units.take(1):
                    return taken[0]
                has_turn = has_turn or self._units.lock_turn()
                if time.monotonic() > end:
                    raise _all_at_work()
                time.sleep(_LOOK_S / 4)
        finally:
            if has_turn:
                self._units.unlock_turn()

    def _end(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None
            self._units.unlock(self._unit)

    def _mind(self) -> None:
        """End the process when it has been idle for long, or others wait for it."""
        tidied = time.monotonic()
        while True:
            time.sleep(_LOOK_S)
            if time.monotonic() - tidied > _TIDY_S:
                self._tidy()
                tidied = time.monotonic()
            if self._host is None or not self._lock.acquire(blocking=False):
                continue
            try:
                idle = time.monotonic() - self._host.used if self._host else 0.0
                if idle > self._idle or (idle > _BREATH_S and self._is_wanted()):
                    self._end()
            finally:
                self._lock.release()

    def _is_wanted(self) -> bool:
        if self._units.lock_turn():
            self._units.unlock_turn()
            return False
        return True


def _all_at_work() -> Busy:
    return Busy("the processes for models are all at work")
