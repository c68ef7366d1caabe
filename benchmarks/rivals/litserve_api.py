"""LitServe: an API as its documentation shows, over ONNX Runtime with one thread.

JSON works are dictionaries of lists; what goes as bytes is a file of a form, and a plain response.
"""

import sys
from typing import Any

import litserve
import numpy as np
from fastapi import Request, Response

from benchmarks.rivals.arrays import Array, from_npy, session, to_npy


class Api(litserve.LitAPI):
    """A graph of any inputs; its path is the name of the work."""

    def setup(self, device: str) -> None:
        """Make the session."""
        self._session = session(self.api_path.strip("/"))

    def decode_request(self, request: Request) -> dict[str, Array]:
        """Read the tensors."""
        given: dict[str, Any] = request  # type: ignore[assignment] # the form or the JSON of it
        return {
            name: from_npy(value.file.read())
            if hasattr(value, "file")
            else np.array(value, np.float32)
            for name, value in given.items()
        }

    def predict(self, feeds: dict[str, Array]) -> Array:
        """Run the graph."""
        output: Array = self._session.run(None, feeds)[0]
        return output


class JsonApi(Api):
    """Answers JSON."""

    def encode_response(self, output: Array) -> dict[str, Any]:
        """Write lists."""
        return {"output": output.tolist()}


class BytesApi(Api):
    """Answers an .npy."""

    def encode_response(self, output: Array) -> Response:
        """Write an .npy."""
        return Response(to_npy(output), media_type="application/octet-stream")


if __name__ == "__main__":
    apis = [BytesApi(api_path="/W1"), JsonApi(api_path="/W2"), JsonApi(api_path="/W3")]
    server = litserve.LitServer(apis, accelerator="cpu", workers_per_device=1)
    server.run(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        num_api_servers=1,
        log_level="warning",
        generate_client_file=False,
    )
