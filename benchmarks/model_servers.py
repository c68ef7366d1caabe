"""The model servers: how each is started and asked; what they run is in benchmarks/rivals."""

import base64
import json
import re
from functools import partial

import numpy as np
import orjson

from benchmarks.contender import JSON, MADE, Contender, ask_plain, read_plain
from benchmarks.servers import ROOT, Server, free_port
from benchmarks.works import Array, Request, Work, form_request, npy, read_npy, works

RIVALS = ROOT / "build" / "rivals"
_ABSENT = " (not installed here)"


def _ask_mlserver(work: Work, _: Server) -> Request:
    tensors = [_mlserver_tensor(work, name, array) for name, array in work.feeds.items()]
    return Request(f"/v2/models/{work.name}/infer", JSON, orjson.dumps({"inputs": tensors}))


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
    folder = MADE / f"mlserver-{workers}"
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
            "parameters": {"uri": str(MADE / "models" / f"{work.name}.onnx")},
        }
        (model / "model-settings.json").write_text(json.dumps(told))
    return [str(RIVALS / "mlserver" / "bin" / "mlserver"), "start", str(folder)]


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
        return ask_plain(work, server)
    return form_request(f"/{work.name}", {n: npy(array) for n, array in work.feeds.items()})


MLSERVER = Contender("MLServer", partial(_start_mlserver, 1), _ask_mlserver, _read_mlserver)
MLSERVER_INLINE = Contender(
    "MLServer, parallel_workers 0", partial(_start_mlserver, 0), _ask_mlserver, _read_mlserver
)
_BENTOML = Contender(
    "BentoML", _start_bentoml, ask_plain, _read_bentoml, {"BENTOML_DO_NOT_TRACK": "True"}
)
_LITSERVE = Contender(
    "LitServe",
    lambda port: _in("litserve", "-m", "benchmarks.rivals.litserve_api", str(port)),
    _ask_litserve,
    read_plain,
)
_RAY = Contender(
    "Ray Serve",
    lambda port: _in("ray", "-m", "benchmarks.rivals.ray_app", str(port)),
    ask_plain,
    read_plain,
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
