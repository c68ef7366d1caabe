"""This service and what one would otherwise run: how each is started and asked."""

import json
import sys
from functools import partial

import numpy as np
import orjson

from benchmarks.contender import JSON, NPY, Contender, read_plain
from benchmarks.model_servers import model_servers
from benchmarks.servers import Server, uvicorn
from benchmarks.works import Array, Request, Work, npy


def _ask_ours(work: Work, server: Server) -> Request:
    path = f"/api/v1/layers/{work.layer}"
    if not work.binary:
        tensors = {name: array.tolist() for name, array in work.feeds.items()}
        return Request(path, JSON, orjson.dumps(tensors | work.params))
    query = [f"{name}={value}" for name, value in work.params.items()]
    for name, array in work.held.items():
        stored = server.post(Request("/api/v1/tensors", NPY | {"Accept": "*/*"}, npy(array)))
        query.append(f"{name}=ref:{orjson.loads(stored)['ref']}")
    return Request(f"{path}?{'&'.join(query)}", NPY, npy(work.feeds["input"]))


def _ask_output(work: Work, server: Server) -> Request:
    """Return the request of who wants the numbers and nothing told of them, as others give."""
    whole = _ask_ours(work, server)
    mark = "&" if "?" in whole.path else "?"
    return Request(f"{whole.path}{mark}fields=output", whole.headers, whole.body)


def _ask_v2(work: Work, _: Server) -> Request:
    """Return the request of a client of model servers: bytes, as tritonclient's, or JSON."""
    path, given = f"/v2/models/{work.layer}/infer", work.feeds | work.held
    inputs: list[dict[str, object]] = [
        {"name": name, "shape": list(array.shape), "datatype": "FP32"}
        | (
            {"parameters": {"binary_data_size": array.nbytes}}
            if work.binary
            else {"data": array.ravel().tolist()}
        )
        for name, array in given.items()
    ]
    asked: dict[str, object] = {"inputs": inputs, "parameters": work.params}
    if not work.binary:
        return Request(path, JSON, orjson.dumps(asked))
    head = orjson.dumps(asked | {"parameters": {"binary_data_output": True, **work.params}})
    body = b"".join([head, *(array.tobytes() for array in given.values())])
    return Request(path, {"Inference-Header-Content-Length": str(len(head))}, body)


def _read_v2(work: Work, body: bytes) -> Array:
    told, end = json.JSONDecoder().raw_decode(body.decode("latin-1"))
    [output] = told["outputs"]
    data = np.frombuffer(body[end:], np.float32) if work.binary else output["data"]
    return np.asarray(data, np.float32).reshape(output["shape"])


def _ask_first(work: Work, _: Server) -> Request | None:
    if work.binary:
        return None
    tensors = {name: array.tolist() for name, array in work.feeds.items()}
    return Request(f"/{work.layer}", JSON, orjson.dumps(tensors))


def _start_uvicorn(app: str, port: int) -> list[str]:
    return [sys.executable, *uvicorn(app), str(port)]


def _start_ours(_: int) -> list[str]:
    return [sys.executable, "-m", "app.cli", "serve"]


OURS = Contender("Layerlab", _start_ours, _ask_ours, read_plain)
OURS_OUTPUT = Contender("Layerlab, fields=output", _start_ours, _ask_output, read_plain)
OURS_V2 = Contender("Layerlab, /v2", _start_ours, _ask_v2, _read_v2)
_FIRST = partial(_start_uvicorn, "benchmarks.first_endpoint:app")
FIRST = Contender("first endpoint", _FIRST, _ask_first, read_plain)
FIRST_ONE = Contender(
    "first endpoint, one thread", _FIRST, _ask_first, read_plain, {"FIRST_ENDPOINT_THREADS": "1"}
)


def contenders() -> list[Contender]:
    """Return this service, the first endpoint and the model servers."""
    return [OURS, OURS_OUTPUT, OURS_V2, FIRST, FIRST_ONE, *model_servers()]
