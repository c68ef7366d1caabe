"""Ray Serve: a deployment as its documentation shows, over ONNX Runtime with one thread.

It is handed Starlette's request: JSON works are lists, what goes as bytes is the body.
"""

import signal
import sys
import tempfile
from typing import Any

import numpy as np
import ray
from ray import serve
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.rivals.arrays import from_npy, session, to_npy


@serve.deployment(num_replicas=1)
class Works:
    """Each path is a work."""

    def __init__(self) -> None:
        self._sessions = {f"/{name}": session(name) for name in ("W1", "W2", "W3")}

    async def __call__(self, request: Request) -> Response | dict[str, Any]:
        """Run a graph."""
        run = self._sessions[request.url.path].run
        if request.headers["content-type"] == "application/x-npy":
            found = run(None, {"input": from_npy(await request.body())})[0]
            return Response(to_npy(found), media_type="application/x-npy")
        given = await request.json()
        feeds = {name: np.array(value, np.float32) for name, value in given.items()}
        return {"output": run(None, feeds)[0].tolist()}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        ray.init(include_dashboard=False, _temp_dir=folder)
        serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
        serve.run(Works.bind())  # type: ignore[attr-defined] # the decorator has it
        signal.pause()
