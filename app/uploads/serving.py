"""The loop of a model's process: a message in, a message out."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.problems import Invalid, Problem, TooLarge
from app.uploads.guest import Guest
from app.uploads.messages import Message, read, write

_REASON = 200
_THEIRS = ("onnx", "onnxruntime")
_NO_MEMORY = ("bad_alloc", "Failed to allocate", "BFCArena", "out of memory")


def serve(
    path: Path,
    macs: int,
    elements: int,
    most: int,
    allow: Callable[[float], None],
    answers: int,
) -> None:
    """Open a model with the first message, and answer each until there are no more.

    Args:
        path: of the file.
        macs: how many a run may take.
        elements: how many numbers a run may make.
        most: bytes of a message.
        allow: ends this process after so many seconds of processor time.
        answers: the pipe to write to.
    """
    guest: Guest | None = None
    while True:
        try:
            asked = read(_take, most)
        except EOFError:
            return
        allow(asked.facts["seconds"])
        try:
            guest = guest or Guest(path, macs, elements)
            parts = write(guest.answer(asked))
        except Exception as error:
            parts = write(Message({"problem": _as_told(error)}, {}))
        allow(0)
        for part in parts:
            _send(answers, part)


def _take(size: int) -> bytearray:
    data = bytearray(size)
    left = memoryview(data)
    while left:
        got = os.readv(0, [left])
        if not got:
            raise EOFError
        left = left[got:]
    return data


def _send(to: int, part: bytes | memoryview) -> None:
    left = memoryview(part)
    while left:
        left = left[os.write(to, left) :]


def _as_told(error: Exception) -> dict[str, Any]:
    problem = error if isinstance(error, Problem) else _of_runtime(error)
    return {
        "kind": type(problem).__name__,
        "template": problem.message.template,
        "values": {name: _plain(value) for name, value in problem.message.values.items()},
        "loc": list(problem.faults[0].loc) if problem.faults else [],
    }


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)


def _of_runtime(error: Exception) -> Problem:
    """Say what ONNX Runtime, or anything else, could not do; Python's own words help nobody."""
    if isinstance(error, MemoryError) or any(word in str(error) for word in _NO_MEMORY):
        return TooLarge("this model needs more memory than a model may have")
    if type(error).__module__.partition(".")[0] not in _THEIRS:
        return Invalid("this model has something in it that is not foreseen here", loc=("model",))
    reason = "".join(c if c.isprintable() else " " for c in str(error)[:_REASON])
    return Invalid("this model cannot be run: {reason}", loc=("model",), reason=reason)
