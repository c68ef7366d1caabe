"""The endpoint that everyone writes first: pydantic lists, one global session, `.tolist()`."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI
from pydantic import BaseModel

# ONNX Runtime's default options, or one thread.
options = ort.SessionOptions()
options.intra_op_num_threads = int(os.environ.get("FIRST_ENDPOINT_THREADS", "0"))

# No return type for FastAPI, as in a first draft: the answer goes through its own encoder.
app = FastAPI()
models = Path(os.environ["BENCH_MODELS"])
conv_session = ort.InferenceSession(models / "W2.onnx", options)
softmax_session = ort.InferenceSession(models / "W3.onnx", options)


class SoftmaxRequest(BaseModel):
    """Scores, one row a sample."""

    input: list[list[float]]


class ConvRequest(BaseModel):
    """A batch of pictures and the kernels."""

    input: list[list[list[list[float]]]]
    weight: list[list[list[list[float]]]]


@app.post("/softmax", response_model=None)
def softmax(request: SoftmaxRequest) -> dict[str, Any]:
    """Return the shares."""
    x = np.array(request.input, dtype=np.float32)
    return {"output": softmax_session.run(None, {"input": x})[0].tolist()}


@app.post("/conv", response_model=None)
def conv(request: ConvRequest) -> dict[str, Any]:
    """Return the feature maps."""
    x = np.array(request.input, dtype=np.float32)
    weight = np.array(request.weight, dtype=np.float32)
    return {"output": conv_session.run(None, {"input": x, "weight": weight})[0].tolist()}
