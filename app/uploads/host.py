"""A model's process as the service sees it: started, asked, ended when it takes too long."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from app import problems
from app.admission.room import NeedsMore, current_room, need
from app.problems import Invalid, Problem, TooLarge
from app.settings import ROOT
from app.uploads.messages import Garbled, Message, read, write

# Beyond its processor time: for a machine on which much else runs.
_PATIENCE = 4.0
# The first answer has less, since a process has to start for it.
_OPENING = 0.75
_PIECE = 1 << 20


class Allowed(NamedTuple):
    """What a model may take.

    Attributes:
        memory: bytes of its process.
        seconds: of processor time for one answer.
        cpu_seconds: of processor time in all.
        macs: of a run.
        elements: that a run may make.
        message_bytes: of what is said at once.
    """

    memory: int
    seconds: float
    cpu_seconds: int
    macs: int
    elements: int
    message_bytes: int


class Host:
    """The process of one model. One question at a time.

    Args:
        path: of the file.
        allowed: what it may take.
    """

    def __init__(self, path: Path, allowed: Allowed) -> None:
        said = allowed._asdict() | {"path": str(path)}
        self._allowed = allowed
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.uploads.child", json.dumps(said)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1"},
            start_new_session=True,
        )
        self.used = time.monotonic()
        self._is_open = self._is_stopped = False

    @property
    def pid(self) -> int:
        """Return the process's number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Tell whether it can be asked."""
        return not self._is_stopped and self._process.poll() is None

    def ask(self, does: str, **message: Any) -> Message:
        """Return what the process answers.

        Args:
            does: what is asked for.
            **message: `arrays`, and facts by name.

        Raises:
            Problem: as the process tells it, or because it took too much.
            Ended: nobody waits for it any more.
        """
        arrays = message.pop("arrays", {})
        seconds = self._allowed.seconds * (1 if self._is_open else _OPENING)
        asked = Message({"does": does, "seconds": seconds} | message, arrays)
        room = current_room()
        with self._lock:
            if room is None:
                answer = self._exchange(asked)
            else:
                with room.stopping_by(self._stop):
                    answer = self._exchange(asked)
            self.used, self._is_open = time.monotonic(), True
        if "problem" in answer.facts:
            raise _problem(answer.facts["problem"])
        return answer

    def _exchange(self, asked: Message) -> Message:
        end = time.monotonic() + self._allowed.seconds * _PATIENCE
        try:
            for part in write(asked):
                self._send(part, end)
            return read(
                lambda size: self._take(size, end),
                self._allowed.message_bytes,
                lambda size: self._let_in(size, end),
            )
        except Garbled:
            self.close()
            raise Invalid("this model's process said what cannot be read", loc=("model",)) from None
        except (OSError, EOFError, TimeoutError):
            self.close()
            raise self._why() from None

    def _let_in(self, size: int, end: float) -> None:
        """Count bytes before they are taken; what there is no room for is read past.

        Raises:
            NeedsMore: this work comes again with more room.
        """
        try:
            need(size)
        except NeedsMore:
            for start in range(0, size, _PIECE):
                self._take(min(_PIECE, size - start), end)
            raise

    def _send(self, part: bytes | memoryview, end: float) -> None:
        assert self._process.stdin is not None
        pipe, left = self._process.stdin.fileno(), memoryview(part)
        while left:
            _wait(pipe, select.POLLOUT, end)
            left = left[os.write(pipe, left[: select.PIPE_BUF]) :]

    def _take(self, size: int, end: float) -> bytearray:
        assert self._process.stdout is not None
        pipe, data = self._process.stdout.fileno(), bytearray(size)
        left = memoryview(data)
        while left:
            _wait(pipe, select.POLLIN, end)
            got = os.readv(pipe, [left[:_PIECE]])
            if not got:
                raise EOFError
            left = left[got:]
        return data

    def _why(self) -> Problem:
        """Return why there is no answer, from how the process ended."""
        if self._process.returncode in (-signal.SIGPROF, -signal.SIGXCPU, -signal.SIGKILL):
            return TooLarge("this model took too long and was ended")
        return Invalid("this model ended the process that ran it", loc=("model",))

    def _stop(self) -> None:
        """Have the process end, from another thread than the one that asks it.

        That one closes the pipes: were it done here, another file could have their numbers before
        it reads or writes again.
        """
        self._is_stopped = True
        self._process.kill()

    def close(self) -> None:
        """End the process."""
        if self._process.poll() is None:
            # One that is ending by itself just now says by which signal.
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _wait(pipe: int, event: int, end: float) -> None:
    """Wait until a pipe can be read or written; `select` knows no files above 1023."""
    poll = select.poll()
    poll.register(pipe, event)
    if not poll.poll(max(end - time.monotonic(), 0) * 1000):
        raise TimeoutError


def _problem(told: dict[str, Any]) -> Problem:
    """Make the problem again that the process told of."""
    kind = getattr(problems, str(told["kind"]), Invalid)
    if not (isinstance(kind, type) and issubclass(kind, Problem)):
        kind = Invalid
    return kind(told["template"], loc=tuple(told["loc"]), **told["values"])
