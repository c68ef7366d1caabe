"""Lines of the log: an object of JSON each, or plain text; a client breaks no line."""

import logging
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson

from app.observe.seen import Seen

_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z
# A longer write may be mixed with another worker's (PIPE_BUF); only a traceback comes near.
_LONGEST = 16_000
_FIRST = ("method", "route", "status")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


# id, reason and timing of the request; method; route; status; bytes in and out; ns.
Told: TypeAlias = tuple[Seen, str, str, int, int, int, int]


def request_fields(told: Told) -> dict[str, Any]:
    """Return what is told of an answered request: no contents, no headers, no raw path."""
    seen, method, route, status, bytes_in, bytes_out, ns = told
    fields: dict[str, Any] = {
        "id": seen.id,
        "method": method if method in METHODS else "other",
        "route": route,
        "status": status,
        "bytes_in": bytes_in,
        "bytes_out": bytes_out,
        "ms": ns // 1000 / 1000,
    }
    if seen.timing:
        for stage, ms in seen.timing.items():
            fields[f"{stage}_ms"] = ms
    if seen.reason:
        fields["reason"] = seen.reason
    return fields


def json_line(level: str, fields: dict[str, Any], at: float) -> bytes:
    """Return fields as one line of JSON, the time (s since 1970) and the level before them."""
    line = {"time": datetime.fromtimestamp(at, UTC), "level": level, **fields}
    try:
        return orjson.dumps(line, option=_OPTIONS)
    except TypeError:
        # A lone surrogate.
        plain = {k: _sayable(v) if isinstance(v, str) else v for k, v in line.items()}
        return orjson.dumps(plain, option=_OPTIONS)


def plain_line(level: str, fields: dict[str, Any], at: float) -> bytes:
    """Return fields as one line for people, what is not printable escaped."""
    words = [f"{datetime.fromtimestamp(at):%H:%M:%S} {level}"]
    if "status" in fields:
        first = [str(fields[name]) for name in _FIRST if name in fields]
        words += [*first, f"{fields['ms']} ms"] if "ms" in fields else first
        rest = [n for n in fields if n not in (*_FIRST, "ms")]
    else:
        words.append(_sayable(fields["message"]))
        rest = [n for n in fields if n not in ("message", "error", "logger")]
    words += [f"{name}={_sayable(str(fields[name]))}" for name in rest]
    told = " ".join(words)
    for line in str(fields.get("error", "")).splitlines():
        told += f"\n    {_sayable(line)}"
    return f"{told}\n".encode()


def _sayable(text: str) -> str:
    """Return text in which nothing begins a line or moves a terminal's cursor."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


def record_fields(record: logging.LogRecord, formatter: logging.Formatter) -> dict[str, Any]:
    """Return what is told of a record of Python's logging."""
    fields = {"logger": record.name, "message": record.getMessage()[:_LONGEST]}
    if record.exc_info:
        # The end of a traceback says most.
        fields["error"] = formatter.formatException(record.exc_info)[-_LONGEST:]
    request = getattr(record, "request_id", None)
    return fields if request is None else {"id": request, **fields}
