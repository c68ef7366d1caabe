"""What it takes to explain one element of a tensor of 16 megapixels that the service holds."""

import statistics
import time

import numpy as np
import orjson

from benchmarks.goals import GOAL_HEAD, goal_row
from benchmarks.servers import Server, serving
from benchmarks.works import Request, npy

COUNT = 200
SIDE, LITTLE = 4096, 224
# What is explained: its name, the layer, its parameters.
_QUESTIONS: list[tuple[str, str, dict[str, object]]] = [
    ("convolution, 3 × 3, 9 terms", "conv", {"kernel": "sobel_x", "padding": 1}),
    ("max pooling, 8 × 8, 64 terms", "pooling", {"kernel_size": 8}),
    ("average pooling, 64 × 64, 4096 terms", "pooling", {"mode": "avg", "kernel_size": 64}),
    (
        "convolution, 64 × 64, 4096 terms",
        "conv",
        {"out_channels": 1, "kernel_size": 64, "stride": 64},
    ),
    ("activation, 1 term", "activation", {"function": "gelu"}),
]
_SAME = 1.25
_JSON = {"Content-Type": "application/json"}


def _lodge(server: Server, side: int) -> str:
    picture = np.random.default_rng(0).random((1, 1, side, side), np.float32)
    stored = server.post(
        Request("/api/v1/tensors", {"Content-Type": "application/x-npy"}, npy(picture))
    )
    return str(orjson.loads(stored)["ref"])


def _took(server: Server, request: Request) -> tuple[float, float]:
    """Return the median wall-clock time of an answer and the processor time of one, in ms."""
    for _ in range(COUNT // 10):
        server.post(request)
    waited, before = [], server.cpu_seconds()
    for _ in range(COUNT):
        started = time.perf_counter()
        server.post(request)
        waited.append(time.perf_counter() - started)
    return statistics.median(waited) * 1e3, (server.cpu_seconds() - before) / COUNT * 1e3


def explain_lines() -> list[str]:
    """Measure and return the times as they stand in RESULTS.md."""
    lines = [
        f"An element in the middle of a tensor of {SIDE} × {SIDE}, sent once and named by its ref; "
        f"{COUNT} requests in turn over one connection on the same machine, medians. The goal is "
        f"3 ms of processor time, and the same (within {_SAME} ×) of a tensor of {LITTLE} × "
        f"{LITTLE}: the cost follows the window, not the picture.",
        "",
        "| layer | until the answer | processor time | of 224 × 224 |",
        "|---|---:|---:|---:|",
    ]
    goals = list[str]()
    with serving("-m", "app.cli", "serve") as server:
        large, small = _lodge(server, SIDE), _lodge(server, LITTLE)
        for name, layer, params in _QUESTIONS:
            found = []
            for ref, side in ((large, SIDE), (small, LITTLE)):
                step = int(str(params.get("kernel_size", 1)))
                middle = side // step // 2
                asked = {"input": {"ref": ref}, "at": [0, 0, middle, middle], **params}
                path = f"/api/v1/layers/{layer}/explain"
                found.append(_took(server, Request(path, _JSON, orjson.dumps(asked))))
            (waited, spent), (_, little) = found
            lines.append(f"| {name} | {waited:.2f} ms | {spent:.2f} ms | {little:.2f} ms |")
            print(lines[-1], flush=True)
            goals.append(goal_row(f"{name}: ≤ 3 ms of processor time", spent, 3.0, " ms"))
            goals.append(goal_row("the same over that of the little one", spent / little, _SAME))
    return [*lines, "", "### Goals", "", *GOAL_HEAD, *goals]
