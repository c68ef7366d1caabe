"""`GET /metrics`: what all workers have counted."""

import time

from fastapi import Request
from starlette.responses import Response

from app.api.router import Router
from app.observe.counts import counts
from app.observe.metrics import exposition
from app.state import State
from app.tensors.store import TensorStore

router = Router(tags=["about"])
# The store is a folder with a file for each tensor, which takes a while to walk.
_STORE_SECONDS = 5.0


class _StoreSize:
    """The size of the store, looked at once in a while."""

    def __init__(self) -> None:
        self._at, self._found = float("-inf"), {"bytes": 0, "entries": 0}

    def of(self, store: TensorStore) -> dict[str, int]:
        """Return bytes and entries."""
        if time.monotonic() - self._at > _STORE_SECONDS:
            total, entries = store.size()
            self._found = {"bytes": total, "entries": entries}
            self._at = time.monotonic()
        return self._found


_size = _StoreSize()


@router.get("/metrics", summary="What Prometheus reads", response_class=Response)
def metrics(request: Request) -> Response:
    """Return the counts of all workers in Prometheus's text form."""
    state: State = request.app.state.lab
    body, media_type = exposition(
        counts().block, _size.of(state.store), request.headers.get("accept", "")
    )
    return Response(body, media_type=media_type, headers={"Cache-Control": "no-store"})
