"""The log of this process: where its lines go, in which form, and from which level on."""

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.observe import stderr
from app.observe.lines import Told, json_line, plain_line, record_fields, request_fields
from app.settings import Settings

_FORMS: dict[str, Callable[[str, dict[str, Any], float], bytes]] = {
    "json": json_line,
    "plain": plain_line,
}
_NAMES = {level: name.lower() for name, level in logging.getLevelNamesMapping().items()}
# What is written at once to a pipe is not mixed with what others write (PIPE_BUF).
_WHOLE_BYTES = 4096
_MOST_GATHERED = 256
_GATHER_S = 0.1


class Log:
    """Writes lines to standard error, whole lines at a time, so that several workers can.

    What is told of requests is gathered for a moment and then made into lines and written at once,
    which takes a third of the time that it takes after each request.

    Args:
        form: `json`, `plain`, or `off` for no line a request, and plain ones of all else.
        level: of Python's logging; requests below it are not told.
    """

    def __init__(self, form: str = "off", level: int = logging.INFO) -> None:
        self.tells_requests = form != "off"
        self.level = level
        self._write_as = _FORMS.get(form, plain_line)
        self._gathered: list[tuple[float, int, Told]] = []

    def tells(self, level: int) -> bool:
        """Tell whether requests of this level are written."""
        return self.tells_requests and level >= self.level

    def tell(self, level: int, told: Told) -> None:
        """Write of a request soon; for the event loop's thread only."""
        if not self._gathered:
            asyncio.get_running_loop().call_later(_GATHER_S, self.flush)
        self._gathered.append((time.time(), level, told))
        if len(self._gathered) >= _MOST_GATHERED:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered."""
        gathered, self._gathered = self._gathered, []
        together = b""
        for at, level, told in gathered:
            line = self._write_as(_NAMES[level], request_fields(told), at)
            if len(together) + len(line) > _WHOLE_BYTES:
                _write(together)
                together = b""
            together += line
        if together:
            _write(together)

    def write(self, level: int, fields: dict[str, Any]) -> None:
        """Write a line now, from any thread."""
        _write(self._write_as(_NAMES.get(level, "info"), fields, time.time()))


def _write(lines: bytes) -> None:
    """Write. That nobody reads it is no reason to fail."""
    with suppress(OSError):
        stderr.write(lines)


_log = Log()


def log() -> Log:
    """Return the log of this process; it tells no request unless `open_log` came before."""
    return _log


class _Handler(logging.Handler):
    """Writes what Python's logging tells as lines of the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        formatter = self.formatter or logging.Formatter()
        log().write(record.levelno, record_fields(record, formatter))


def open_log(form: str, level_name: str) -> logging.Handler:
    """Begin the log of this process; return what writes the lines of Python's logging to it."""
    global _log
    _log = Log(form, logging.getLevelNamesMapping()[level_name.upper()])
    return _Handler()


def chosen_form(form: str) -> str:
    """Return the form to write in: on a terminal people read, elsewhere programs."""
    if form != "auto":
        return form
    return "plain" if sys.stderr is not None and sys.stderr.isatty() else "json"


def logging_config(how: Settings) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes; uvicorn applies it in each process."""
    handler = {
        "()": "app.observe.logs.open_log",
        "form": chosen_form(how.log),
        "level_name": how.log_level,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"log": handler},
        "root": {"handlers": ["log"], "level": how.log_level.upper()},
    }
