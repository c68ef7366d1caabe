"""The outermost layer of the application: headers, ids, one line and the counts of each request."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.headers import RAW
from app.observe.counts import counts
from app.observe.layout import MILLION, STAGES, Number
from app.observe.logs import log
from app.observe.seen import Seen, attach
from app.problems import Problem
from app.serving.readiness import readiness

NOWHERE = "none"
# Nobody was there to be answered; nginx made this number usual for it.
GONE = 499
_PLACES = {stage: place for place, stage in enumerate(STAGES)}
# Asked for every few seconds by machines.
_QUIET = ("/health/", "/v2/health/", "/metrics")


def level_of(route: str, status: int) -> int:
    """Return the level at which a request is told: our own mistakes are errors."""
    if status >= 500 or status == 429:
        return logging.WARNING if status in (429, 503) else logging.ERROR
    return logging.DEBUG if status < 400 and route.startswith(_QUIET) else logging.INFO


class _Exchange:
    """What goes in and out while one request is answered."""

    __slots__ = ("_receive", "_send", "bytes_in", "bytes_out", "gone", "seen", "status", "whole")

    def __init__(self, seen: Seen, receive: Receive, send: Send) -> None:
        self.seen, self._receive, self._send = seen, receive, send
        self.status = self.bytes_in = self.bytes_out = 0
        self.whole = self.gone = False

    async def receive(self) -> Message:
        message = await self._receive()
        self.bytes_in += len(message.get("body", b""))
        if message["type"] == "http.disconnect" and not self.status:
            self.gone = True
        return message

    def send(self, message: Message) -> Awaitable[None]:
        """Return what sends; a coroutine around it would only take time."""
        if message["type"] == "http.response.start":
            self.status, self.seen.has_begun = message["status"], True
            own = (b"x-request-id", self.seen.id.encode())
            headers = [*message["headers"], *RAW, own]
            if readiness.stopping:
                headers.append((b"connection", b"close"))
            message["headers"] = headers
        else:
            self.bytes_out += len(message.get("body", b""))
            self.whole = not message.get("more_body", False)
        return self._send(message)


class Observed:
    """Gives each answer our headers and an id, and tells and counts it when it has been sent.

    Args:
        app: what answers.
        route_of: the template of the route that a scope was led to.
    """

    def __init__(self, app: ASGIApp, route_of: Callable[[Scope], str]) -> None:
        self._app, self._route_of, self._counts = app, route_of, counts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter_ns()
        exchange = _Exchange(attach(scope), receive, send)
        self._counts.add(Number.OPEN)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except Exception:
            exchange.status = exchange.status or 500
            # What was answered wholly has been logged where the answer was made.
            if not exchange.whole:
                raise
        finally:
            self._counts.add(Number.OPEN, -1)
            if exchange.gone:
                exchange.status, exchange.bytes_out, exchange.seen.reason = GONE, 0, None
            self._tell(scope, exchange, time.perf_counter_ns() - started)

    def _tell(self, scope: Scope, exchange: _Exchange, ns: int) -> None:
        seen, status = exchange.seen, exchange.status
        sizes = exchange.bytes_in, exchange.bytes_out
        route = self._route_of(scope)
        kept = self._counts
        row = kept.answered(route, status, *sizes)
        kept.took(row, 0, ns)
        if seen.timing:
            for stage, ms in seen.timing.items():
                kept.took(row, _PLACES[stage], int(ms * MILLION))
        if seen.reason:
            kept.refused(seen.reason)
        level, book = level_of(route, status), log()
        if book.tells(level):
            book.tell(level, (seen, scope["method"], route, status, *sizes, ns))


def tell_unrouted(problem: Problem, request: str, bytes_out: int) -> None:
    """Tell and count what a connection was told before a route was reached."""
    counts().answered(NOWHERE, problem.status, 0, bytes_out)
    counts().refused(problem.slug)
    level, book = level_of(NOWHERE, problem.status), log()
    if book.tells(level):
        facts = {"id": request, "route": NOWHERE, "status": problem.status}
        book.write(level, {**facts, "bytes_out": bytes_out, "reason": problem.slug})


def routes_of(app: Any) -> Callable[[Scope], str]:
    """Return what names the route of a scope; paths of files and of nothing have one name each."""
    templates = {}
    for route in app.routes:
        path, made = getattr(route, "path", None), getattr(route, "endpoint", None)
        if path is not None:
            mounted = getattr(route, "app", None)
            templates[id(made or mounted)] = path if made else f"{path}/{{path}}"

    def route_of(scope: Scope) -> str:
        route = scope.get("route")
        if route is not None:
            return str(route.path)
        return templates.get(id(scope.get("endpoint")), NOWHERE)

    return route_of
