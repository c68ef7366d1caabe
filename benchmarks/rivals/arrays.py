"""Arrays as bytes, as one would read and write them by hand, and the sessions of the works."""

import io
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

Array = npt.NDArray[np.float32]


def from_npy(body: bytes) -> Array:
    """Read an .npy."""
    array: Array = np.load(io.BytesIO(body), allow_pickle=False)
    return array


def to_npy(array: Array) -> bytes:
    """Write an .npy."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def session(name: str) -> ort.InferenceSession:
    """Return a session with one thread for a work."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(Path(os.environ["BENCH_MODELS"]) / f"{name}.onnx", options)
