"""This service and what one would otherwise run: how each is started and asked."""

import base64
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import orjson

from benchmarks.servers import ROOT, Server, free_port, running, uvicorn
from benchmarks.works import Array, Request, Work, form_request, npy, read_npy, works

RIVALS = ROOT / "build" / "rivals"
_ABSENT = " (not installed here)"
_MADE = ROOT / "build" / "bench"
_JSON = {"Content-Type": "application/json"}
_NPY = {"Content-Type": "application/x-npy", "Accept": "application/x-npy"}


@dataclass(frozen=True)
class Contender:
    """A server that does the works.

    Attributes:
        name: as it stands in the tables.
        command: what starts it on a port.
        ask: the request for a work, which may first lodge what the server is to hold.
        read: the array of an answer.
        settings: environment variables, given a port.
    """

    name: str
    command: Callable[[int], list[str]]
    ask: Callable[[Work, Server], Request | None]
    read: Callable[[Work, bytes], Array]
    settings: dict[str, str] = field(default_factory=dict)

    def _is_ready(self, server: Server) -> bool:
        """Tell whether it answers the smallest work."""
        asked = self.ask(works()[-1], server)
        try:
            return asked is None or bool(server.post(asked))
        except (RuntimeError, OSError):
            server.hang_up()
            return False

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """Run it until the block ends."""
        port = free_port()
        settings = self.settings | {
            "LAYERLAB_PORT": str(port),
            "LAYERLAB_WORKERS": "1",
            "BENCH_MODELS": str(_MADE / "models"),
            "PYTHONPATH": str(ROOT),
        }
        with running(self.command(port), port, settings, self._is_ready) as server:
            yield server


def write_models() -> None:
    """Write each work's graph where the others find it."""
    folder = _MADE / "models"
    folder.mkdir(parents=True, exist_ok=True)
    for work in works():
        (folder / f"{work.name}.onnx").write_bytes(work.model)


# ---- this service ----


def _ask_ours(work: Work, server: Server) -> Request:
    path = f"/api/v1/layers/{work.layer}"
    if not work.binary:
        tensors = {name: array.tolist() for name, array in work.feeds.items()}
        return Request(path, _JSON, orjson.dumps(tensors | work.params))
    query = [f"{name}={value}" for name, value in work.params.items()]
    for name, array in work.held.items():
        stored = server.post(Request("/api/v1/tensors", _NPY | {"Accept": "*/*"}, npy(array)))
        query.append(f"{name}=ref:{orjson.loads(stored)['ref']}")
    return Request(f"{path}?{'&'.join(query)}", _NPY, npy(work.feeds["input"]))


def _read_plain(work: Work, body: bytes) -> Array:
    return read_npy(body) if work.binary else np.array(orjson.loads(body)["output"], np.float32)


# ---- the endpoint that everyone writes first, and the servers that take what they are told ----


def _ask_first(work: Work, _: Server) -> Request | None:
    if work.binary:
        return None
    tensors = {name: array.tolist() for name, array in work.feeds.items()}
    return Request(f"/{work.layer}", _JSON, orjson.dumps(tensors))


def _ask_plain(work: Work, _: Server) -> Request:
    if work.binary:
        return Request(f"/{work.name}", _NPY, npy(work.feeds["input"]))
    tensors = {name: array.tolist() for name, array in work.feeds.items()}
    return Request(f"/{work.name}", _JSON, orjson.dumps(tensors))


# ---- the Open Inference Protocol ----


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
        return Request(path, _JSON, orjson.dumps(asked))
    head = orjson.dumps(asked | {"parameters": {"binary_data_output": True, **work.params}})
    body = b"".join([head, *(array.tobytes() for array in given.values())])
    return Request(path, {"Inference-Header-Content-Length": str(len(head))}, body)


def _read_v2(work: Work, body: bytes) -> Array:
    told, end = json.JSONDecoder().raw_decode(body.decode("latin-1"))
    [output] = told["outputs"]
    data = np.frombuffer(body[end:], np.float32) if work.binary else output["data"]
    return np.asarray(data, np.float32).reshape(output["shape"])


def _ask_mlserver(work: Work, _: Server) -> Request:
    tensors = [_mlserver_tensor(work, name, array) for name, array in work.feeds.items()]
    return Request(f"/v2/models/{work.name}/infer", _JSON, orjson.dumps({"inputs": tensors}))


def _mlserver_tensor(work: Work, name: str, array: Array) -> dict[str, object]:
    if work.binary:
        text, kind = base64.b64encode(npy(array)).decode(), {"content_type": "base64"}
        form = {"shape": [1], "datatype": "BYTES", "data": [text], "parameters": kind}
    else:
        form = {"shape": list(array.shape), "datatype": "FP32", "data": array.ravel().tolist()}
    return {"name": name, **form}


def _read_mlserver(work: Work, body: bytes) -> Array:
    output = orjson.loads(body)["outputs"][0]
    if work.binary:
        return read_npy(base64.b64decode(output["data"][0]))
    return np.array(output["data"], np.float32).reshape(output["shape"])


def _start_mlserver(workers: int, port: int) -> list[str]:
    """Write its settings; `mlserver start` reads them from its folder."""
    folder = _MADE / f"mlserver-{workers}"
    settings: dict[str, object] = {
        "debug": False, "host": "127.0.0.1", "http_port": port, "grpc_port": free_port(),
        "metrics_port": free_port(), "parallel_workers": workers,
        "metrics_dir": str(folder / "metrics"), "environments_dir": str(folder / "environments"),
    }  # fmt: skip
    for name in ("metrics", "environments"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(settings))
    for work in works():
        model = folder / work.name
        model.mkdir(exist_ok=True)
        told = {
            "name": work.name,
            "implementation": "benchmarks.rivals.mlserver_runtime.Runtime",
            "parameters": {"uri": str(_MADE / "models" / f"{work.name}.onnx")},
        }
        (model / "model-settings.json").write_text(json.dumps(told))
    return [str(RIVALS / "mlserver" / "bin" / "mlserver"), "start", str(folder)]


# ---- BentoML, LitServe and Ray Serve; what they take and give is told in benchmarks/rivals ----


def _in(rival: str, *arguments: str) -> list[str]:
    return [str(RIVALS / rival / "bin" / "python"), *arguments]


def _start_bentoml(port: int) -> list[str]:
    service = "benchmarks.rivals.bentoml_service:Works"
    where = ["--host", "127.0.0.1", "--port", str(port)]
    return _in("bentoml", "-m", "bentoml", "serve", service, *where)


def _read_bentoml(work: Work, body: bytes) -> Array:
    return read_npy(body) if work.binary else np.array(orjson.loads(body), np.float32)


def _ask_litserve(work: Work, server: Server) -> Request:
    if not work.binary:
        return _ask_plain(work, server)
    return form_request(f"/{work.name}", {n: npy(array) for n, array in work.feeds.items()})


def _start_uvicorn(app: str, port: int) -> list[str]:
    return [sys.executable, *uvicorn(app), str(port)]


def _start_ours(_: int) -> list[str]:
    return [sys.executable, "-m", "app.cli", "serve"]


OURS = Contender("Layerlab", _start_ours, _ask_ours, _read_plain)
OURS_V2 = Contender("Layerlab, /v2", _start_ours, _ask_v2, _read_v2)
_FIRST = partial(_start_uvicorn, "benchmarks.first_endpoint:app")
FIRST = Contender("first endpoint", _FIRST, _ask_first, _read_plain)
FIRST_ONE = Contender(
    "first endpoint, one thread", _FIRST, _ask_first, _read_plain, {"FIRST_ENDPOINT_THREADS": "1"}
)
MLSERVER = Contender("MLServer", partial(_start_mlserver, 1), _ask_mlserver, _read_mlserver)
MLSERVER_INLINE = Contender(
    "MLServer, parallel_workers 0", partial(_start_mlserver, 0), _ask_mlserver, _read_mlserver
)
_BENTOML = Contender(
    "BentoML", _start_bentoml, _ask_plain, _read_bentoml, {"BENTOML_DO_NOT_TRACK": "True"}
)
_LITSERVE = Contender(
    "LitServe",
    lambda port: _in("litserve", "-m", "benchmarks.rivals.litserve_api", str(port)),
    _ask_litserve,
    _read_plain,
)
_RAY = Contender(
    "Ray Serve",
    lambda port: _in("ray", "-m", "benchmarks.rivals.ray_app", str(port)),
    _ask_plain,
    _read_plain,
    {"RAY_USAGE_STATS_ENABLED": "0"},
)
# By the folder of their environments, which `make rivals` makes.
_MODEL_SERVERS = {
    "mlserver": [MLSERVER, MLSERVER_INLINE],
    "bentoml": [_BENTOML],
    "litserve": [_LITSERVE],
    "ray": [_RAY],
}


def model_server_versions() -> str:
    """Return the versions of the model servers, and which of them are not installed."""
    told = []
    for name, found in _MODEL_SERVERS.items():
        pins = (ROOT / "requirements" / f"rivals-{name}.txt").read_text()
        version = re.search(rf"^{name}(\[.+\])?==(.+)$", pins, re.M)
        here = (RIVALS / name / "ready").exists()
        told.append(f"{found[0].name} {version[2] if version else ''}" + ("" if here else _ABSENT))
    return ", ".join(told)


def model_servers() -> list[Contender]:
    """Return the model servers that are installed."""
    there = [found for name, found in _MODEL_SERVERS.items() if (RIVALS / name / "ready").exists()]
    return [one for found in there for one in found]


def contenders() -> list[Contender]:
    """Return this service, the first endpoint and the model servers."""
    return [OURS, OURS_V2, FIRST, FIRST_ONE, *model_servers()]
