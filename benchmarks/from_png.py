"""W4: a picture of 512 × 512 as PNG through a chain, beside the same in one process."""

import io
from collections.abc import Callable

import numpy as np
import orjson
from onnx import helper
from PIL import Image

from benchmarks.contender import NPY
from benchmarks.contenders import OURS
from benchmarks.goals import GOAL_HEAD, counted, goal_row, ratio
from benchmarks.rounds import BARE, BARE_HTTP, asked, called, in_turn, same_bytes
from benchmarks.servers import ROOT, Server, serving
from benchmarks.side_by_side import CONNECTIONS, table
from benchmarks.works import (
    Array,
    Request,
    Work,
    convolution,
    form_request,
    npy,
    one_thread,
    read_npy,
)

PLAIN = "Pillow + `session.run`"
_PHOTOGRAPH = ROOT / "static" / "samples" / "astronaut.jpg"
_SAYS = """A photograph of 512 × 512 as PNG, sent in a form; convolution 3 → 8 with its weight by \
ref, ReLU and max pooling 2 as one pipeline; the output as .npy. Beside it a program that decodes \
with Pillow and runs the same graph with one thread in one process, with no HTTP and nothing \
written."""


def _png() -> bytes:
    file = io.BytesIO()
    Image.open(_PHOTOGRAPH).convert("RGB").resize((512, 512)).save(file, "png")
    return file.getvalue()


def _decoded(png: bytes) -> Array:
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    batch = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)
    batch /= 255
    return batch


def _work(png: bytes) -> Work:
    nodes = [
        convolution("maps"),
        helper.make_node("Relu", ["maps"], ["positive"]),
        helper.make_node("MaxPool", ["positive"], ["output"], kernel_shape=[2, 2], strides=[2, 2]),
    ]
    weight = np.random.default_rng(0).normal(size=(8, 3, 3, 3)).astype(np.float32)
    title = "512x512 PNG → conv 3→8 → ReLU → max pool 2, one pipeline, .npy out"
    return Work("W4", title, "", nodes, {"input": _decoded(png)}, {"weight": weight}, {}, True)


def _request(work: Work, png: bytes, server: Server) -> Request:
    stored = server.post(
        Request("/api/v1/tensors", NPY | {"Accept": "*/*"}, npy(work.held["weight"]))
    )
    layers = [
        {"layer": "conv", "weight": {"ref": orjson.loads(stored)["ref"]}, "padding": 1},
        {"layer": "activation", "function": "relu"},
        {"layer": "pooling", "kernel_size": 2},
    ]
    form = form_request("/api/v1/pipeline", {"input": png}, layers=orjson.dumps(layers).decode())
    return Request(form.path, form.headers | {"Accept": NPY["Accept"]}, form.body)


def _plain(work: Work, png: bytes) -> Callable[[], Array]:
    session = one_thread(work.model)

    def run() -> Array:
        output: Array = session.run(None, {"input": _decoded(png)})[0]
        return output

    return run


def from_png(rounds: int) -> list[str]:
    """Measure and return the lines of the report."""
    png, lines, goals = _png(), [_SAYS], list[str]()
    work = _work(png)
    plain = _plain(work, png)
    with serving("-m", "app.cli", "serve") as ours, serving(*BARE) as bare:
        request = _request(work, png, ours)
        body = ours.post(request)
        work.check(read_npy(body))
        work.check(plain())
        for connections in CONNECTIONS:
            runs = {
                OURS.name: asked(ours, request, connections),
                BARE_HTTP: asked(bare, same_bytes(request, len(body)), connections),
                PLAIN: called(plain),
            }
            found = in_turn(runs, connections, rounds)
            lines += ["", f"### {work.name}: {work.title}; {counted(connections)}", ""]
            lines += table(found)
            said = f"{work.name}: less than {PLAIN} (aim 1/1.4 = 0.714), {counted(connections)}"
            goals.append(goal_row(said, ratio(found, [PLAIN]), 1.0))
            print("\n".join([*lines[-6:], goals[-1]]), flush=True)
    return [*lines, "", "### Goals", "", *GOAL_HEAD, *goals]
