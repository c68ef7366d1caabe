"""Several processes that share a socket: started, watched, replaced when one dies, stopped.

On Linux they are forked from a parent that has loaded the application and never serves itself: one
that dies is replaced within a moment, however busy the machine is, and what was loaded is in memory
once. Elsewhere each is started anew; forking is not safe there.
"""

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import connection, parent_process

from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.server import Server
from uvicorn.supervisors.multiprocess import SIGNALS, Multiprocess, Process

from app.observe.block import Block
from app.observe.counts import join
from app.serving.stopping import StoppingServer
from app.settings import Settings

_log = logging.getLogger("layerlab")
# One that does not answer for so long, not even from a thread beside its work, hangs.
_HUNG_S = 30.0
_LOOK_S = 0.5
_ENDS = (signal.SIGINT, signal.SIGTERM)
_FORK = multiprocessing.get_context("fork") if sys.platform == "linux" else None


class Worker(Process):
    """One process that serves.

    Args:
        config: of uvicorn.
        sockets: to listen on.
        how: it is run.
        block: what all workers count in.
        place: this one's slot there.
    """

    def __init__(
        self, config: Config, sockets: list[socket.socket], how: Settings, block: Block, place: int
    ) -> None:
        super().__init__(config, sockets)
        self._how, self._block, self.place = how, block, place
        self._asked: float | None = None
        if _FORK is not None:
            self.process = _FORK.Process(target=self.target, args=(sockets,))  # type: ignore[assignment]

    @property
    def server(self) -> Server:
        """Return the server of the worker's own process."""
        if self._server is None:
            how = self._how
            self._server = StoppingServer(
                self.config, how.drain_seconds, how.stop_seconds, supervised=True
            )
        return self._server

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve; this runs in the worker's process."""
        _forget_parents_signals()
        # A terminal's Ctrl+C comes to every process; the parent passes it on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        join(self._block, self.place)
        threading.Thread(target=_follow_parent, daemon=True).start()
        super().target(sockets)

    def hangs(self) -> bool:
        """Tell whether it has not answered for too long; never waits for an answer."""
        try:
            while self.parent_conn.poll():
                self.parent_conn.recv()
                self._asked = None
            if self._asked is None:
                self.parent_conn.send(b"ping")
                self._asked = time.monotonic()
        except OSError:
            return False
        return time.monotonic() - self._asked > _HUNG_S


def _follow_parent() -> None:
    """Stop when the parent has died: nobody else would stop or replace this process."""
    parent = parent_process()
    if parent is None:
        return
    # A fork of a later worker keeps the sentinel open.
    while parent.pid == os.getppid() and not connection.wait([parent.sentinel], _LOOK_S):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Let no signal come while a process is forked: it would go to what the parent does with it."""
    if _FORK is None:
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)


def _forget_parents_signals() -> None:
    """Have signals mean in a forked process what they mean in a new one."""
    if _FORK is not None:
        signal.set_wakeup_fd(-1)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)


class Workers(Multiprocess):
    """The parent of the workers.

    uvicorn's own asks one worker after another whether it is well and waits up to 5 s for each
    answer before it looks for dead ones, hears signals only between these looks, and none while it
    waits for the workers' end.

    Args:
        config: of uvicorn.
        sockets: the workers listen on them.
        how: the service is run.
    """

    def __init__(self, config: Config, sockets: list[socket.socket], how: Settings) -> None:
        self._bell, ringer = socket.socketpair()
        for end in (self._bell, ringer):
            end.setblocking(False)
        super().__init__(config, sockets)
        self._ringer = ringer
        signal.set_wakeup_fd(ringer.fileno(), warn_on_full_buffer=False)
        self._how, self._block = how, Block(config.workers)
        self.status = 0

    def _start(self, place: int) -> Worker:
        worker = Worker(self.config, self.sockets, self._how, self._block, place)
        with _signals_kept():
            worker.start()
        return worker

    def run(self) -> None:
        """Serve until a signal."""
        if _FORK is not None:
            self.config.load()
            gc.collect()
            gc.freeze()  # a collection would write to what the workers share
        _log.info("%d workers are started by process %d", self.processes_num, os.getpid())
        self.processes = [self._start(place) for place in range(self.processes_num)]
        while not self.should_exit.is_set():
            self._wait()
            self.handle_signals()
            self.keep_subprocess_alive()
        self._stop()

    def _wait(self) -> None:
        """Sleep until a worker ends or a signal comes, and not for long."""
        connection.wait([self._bell, *(p.process.sentinel for p in self._alive())], _LOOK_S)
        try:
            self._bell.recv(4096)
        except BlockingIOError:
            return

    def _alive(self) -> list[Process]:
        return [process for process in self.processes if process.process.is_alive()]

    def handle_signals(self) -> None:
        """Do what a signal asks; once one has ended the service, those after it are kept."""
        while self.signal_queue and not self.should_exit.is_set():
            if self.signal_queue.pop(0) in _ENDS:
                self.should_exit.set()

    def keep_subprocess_alive(self) -> None:
        """Start a worker in the place of each that has ended or hangs."""
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            assert isinstance(worker, Worker)
            if worker.process.is_alive() and not worker.hangs():
                continue
            worker.kill()
            worker.process.join()
            if worker.exitcode == STARTUP_FAILURE:
                _log.error("worker %d cannot start", place)
                self.status = STARTUP_FAILURE
                self.should_exit.set()
                return
            _log.warning("worker %d ended with %s; another is started", place, worker.exitcode)
            self.processes[place] = self._start(place)

    def _stop(self) -> None:
        """Pass the signal on and wait; at a second one end at once."""
        for listening in self.sockets:
            listening.close()
        for process in self._alive():
            process.process.terminate()
        while self._alive():
            self._wait()
            if again := [s for s in self.signal_queue if s in _ENDS]:
                for process in self._alive():
                    process.process.kill()
                self.status = 128 + again[0]
                break
        for process in self.processes:
            process.process.join()
            # One that was only just starting ends by the signal itself.
            ended = process.exitcode or 0
            self.status = self.status or (0 if ended == -signal.SIGTERM else abs(ended))
