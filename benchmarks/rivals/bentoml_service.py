"""BentoML: a service as its documentation shows, over ONNX Runtime with one thread.

JSON works have its NumPy type; what goes as bytes is `bytes` in and out, the cheapest of its types.
"""

from typing import Annotated

import bentoml
import numpy as np
import numpy.typing as npt
from bentoml.validators import ContentType, DType

from benchmarks.rivals.arrays import from_npy, session, to_npy

Floats = Annotated[npt.NDArray[np.float32], DType("float32")]
File = Annotated[bytes, ContentType("application/octet-stream")]


@bentoml.service(workers=1, metrics={"enabled": False})
class Works:
    """Each work is a method, and so a path."""

    def __init__(self) -> None:
        self._sessions = {name: session(name) for name in ("W1", "W2", "W3")}

    @bentoml.api
    def W1(self, picture: File, /) -> File:
        """Return the maps of a picture."""
        return to_npy(self._sessions["W1"].run(None, {"input": from_npy(picture)})[0])

    @bentoml.api
    def W2(self, input: Floats, weight: Floats) -> Floats:
        """Return the maps of an array."""
        return self._sessions["W2"].run(None, {"input": input, "weight": weight})[0]

    @bentoml.api
    def W3(self, input: Floats) -> Floats:
        """Return the shares."""
        return self._sessions["W3"].run(None, {"input": input})[0]
