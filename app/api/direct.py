"""The short way to the routes that are plain ASGI: past the framework's layers.

Each layer of the framework costs about as much as a small layer of a network takes to run. What a
route here needs of them is done here, the same: its scope, and answers to problems.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import answer, unexpected
from app.observe.seen import seen_in
from app.problems import Problem

# Paths whose routes are remembered, of at most so many characters.
_KNOWN, _LONGEST = 256, 100


class Direct:
    """Leads a request to one of the routes, or, if it is for none of them, to the framework.

    Args:
        app: that the routes are part of.
        routes: that need nothing of the framework.
        rest: the framework.
    """

    def __init__(self, app: FastAPI, routes: Sequence[Route], rest: ASGIApp) -> None:
        self._app, self._routes, self._rest = app, routes, rest
        self._known = lru_cache(_KNOWN)(self._find)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
            return
        path = scope["path"]
        find = self._known if len(path) < _LONGEST else self._find
        route, names = find(scope["method"], path, scope.get("root_path", ""))
        if route is None:
            await self._rest(scope, receive, send)
            return
        scope["app"], scope["route"], scope["endpoint"] = self._app, route, route.endpoint
        scope["path_params"] = {**names}
        await self._answer(route.app, scope, receive, send)

    def _find(self, method: str, path: str, root: str) -> tuple[Route | None, Mapping[str, Any]]:
        """Return the route of a path, and what the path names."""
        scope = {"type": "http", "method": method, "path": path, "root_path": root}
        for route in self._routes:
            match, found = route.matches(scope)
            if match is Match.FULL:
                return route, found["path_params"]
        return None, {}

    async def _answer(self, endpoint: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await endpoint(scope, receive, send)
        except Exception as error:
            seen = seen_in(scope)
            if seen is not None and seen.has_begun:
                raise
            request = Request(scope, receive)
            is_told = isinstance(error, Problem | HTTPException)
            response = (answer if is_told else unexpected)(request, error)
            await response(scope, receive, send)
