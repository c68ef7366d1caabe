"""The router of this API: what is asked for by GET is asked for by HEAD too."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Router(APIRouter):
    """A router whose every GET answers HEAD, which is for every server to do (RFC 9110, 9.1)."""

    def get(self, path: str, **how: Any) -> Callable[[_Function], _Function]:
        """Answer GET as FastAPI does, and HEAD the same; the server leaves the body out."""

        def both(function: _Function) -> _Function:
            found = super(Router, self).get(path, **how)(function)
            # The second, so that what another method is told of the address is told of GET.
            self.head(path, **how | {"include_in_schema": False})(function)
            return found

        return both
