"""Requests of every kind that an ordinary day brings, each named."""

import io
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import orjson
from PIL import Image

from app.layers import LAYERS
from app.layers.base import Array, Layer
from benchmarks.client import get, post
from benchmarks.works import npy

_AT = "/api/v1/layers"
_BOUNDARY = "layerlab-mix"
_JSON, FORM = "application/json", f"multipart/form-data; boundary={_BOUNDARY}"
_RANDOM = np.random.Generator(np.random.PCG64(5))


class Kind(NamedTuple):
    """A request, what it is called, and the answer that it must have."""

    name: str
    raw: bytes
    status: int = 200


def draw(*shape: int) -> Array:
    """Return numbers as a network has them."""
    return _RANDOM.normal(size=shape).astype(np.float32)


def png(pixels: Array) -> bytes:
    """Return pixels as a PNG."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def form(**parts: bytes | str) -> bytes:
    """Return a form; bytes are files."""
    written = b""
    for name, value in parts.items():
        file = '; filename="a"' if isinstance(value, bytes) else ""
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        written += head.encode() + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return written + f"--{_BOUNDARY}--\r\n".encode()


def _asked(layer: type[Layer]) -> tuple[str, dict[str, object], dict[str, object]]:
    """Return a layer's path, its first example's parameters, and the tensors' shapes."""
    params, shapes = layer.examples[0]
    chosen = {layer.selector: layer.tag} if layer.selector else {}
    return f"{_AT}/{layer.family}", {**chosen, **params}, dict(shapes)


def of_layers() -> Iterator[Kind]:
    """Return the first example of every layer: run, planned, and one element explained."""
    for layer in LAYERS:
        path, params, shapes = _asked(layer)
        name = f"{layer.family} {layer.tag}".strip()
        sent = {key: np.abs(draw(*shape)).tolist() for key, shape in shapes.items()}  # type: ignore[misc]
        made = layer(**layer.examples[0][0]).resolve(layer.examples[0][1])
        output = made.output_shapes(made.arrange(layer.examples[0][1]) | _made(made, layer))
        planned = {key: {"shape": shape} for key, shape in shapes.items()}
        yield Kind(f"{name}, JSON", post(path, orjson.dumps(sent | params)))
        yield Kind(f"{name}, plan", post(f"{path}/plan", orjson.dumps(planned | params)))
        at = {"at": [0] * len(output["output"])}
        yield Kind(f"{name}, explain", post(f"{path}/explain", orjson.dumps(sent | params | at)))


def _made(made: Layer, layer: type[Layer]) -> dict[str, tuple[int, ...]]:
    return made.generated(made.arrange(layer.examples[0][1]))


def of_forms(ref: str) -> Iterator[Kind]:
    """Return requests in every form, with answers in every form."""
    picture = _RANDOM.integers(0, 256, (224, 224, 3), np.uint8)
    file, batch, weight = png(picture), npy(draw(1, 3, 64, 64)), npy(draw(8, 3, 3, 3))
    held = {"input": {"ref": ref}, "kernel": "sobel_x"}
    conv = f"{_AT}/conv"
    yield Kind("picture in a form, PNG out", post(conv, form(input=file, kernel="sobel_x"), FORM,
               "Accept: image/png"))  # fmt: skip
    yield Kind("picture as body, .npy out", post(f"{_AT}/pooling?format=npy", file, "image/png"))
    yield Kind(".npy in a form", post(conv, form(input=batch, weight=weight, padding="1"), FORM,
               "Accept: application/x-npy"))  # fmt: skip
    relu = f"{_AT}/activation?format=safetensors"
    yield Kind(".npy as body, safetensors out", post(relu, batch, "application/x-npy"))
    yield Kind("ref in, ref out", post(f"{conv}?refs=1&output=ref", orjson.dumps(held)))
    yield Kind("ref given back", get(f"/api/v1/tensors/{ref}", "Accept: application/x-npy"))
    yield Kind("ref explained", post(f"{conv}/explain", orjson.dumps(held | {"at": [0, 0, 9, 9]})))
    yield Kind("tensor held", post("/api/v1/tensors", batch, "application/x-npy"), 201)
    yield Kind("network", post("/api/v1/models/one-conv/predict", file, "image/png"))
    yield Kind("checked, with programs", post(f"{conv}?check=1&code=1", orjson.dumps(held)))
    yield Kind("file to run elsewhere", post(f"{conv}/export?format=onnx", orjson.dumps(held)))


def of_chains(ref: str) -> Iterator[Kind]:
    """Return layers in a row, and networks."""
    layers = [
        {"layer": "conv", "out_channels": 4, "seed": 1, "padding": 1},
        {"layer": "activation"},
        {"layer": "pooling"},
        {"layer": "dense", "out_features": 10, "seed": 2},
        {"layer": "softmax"},
    ]
    chain, held = "/api/v1/pipeline", {"input": {"ref": ref}}
    shape = {"input": {"shape": [1, 3, 64, 64]}}
    everything = {"layers": layers, "return": "all"}
    yield Kind("chain", post(chain, orjson.dumps({"layers": layers} | held)))
    yield Kind("chain, every stage", post(chain, orjson.dumps(everything | held)))
    yield Kind("chain, plan", post(f"{chain}/plan", orjson.dumps({"layers": layers} | shape)))
    yield Kind("network, every node", post("/api/v1/models/one-conv/trace",
               npy(draw(1, 3, 32, 32)), "application/x-npy"))  # fmt: skip
    yield Kind("network, what it is", get("/api/v1/models/one-conv"))


def of_pages() -> Iterator[Kind]:
    """Return pages, curves and lists."""
    for language in ("en", "zh"):
        yield Kind(f"page, {language}", get(f"/{language}/conv"))
    yield Kind("first page", get("/en/"))
    yield Kind("curve", get("/api/v1/activations/gelu/curve?format=svg"))
    yield Kind("layers", get("/api/v1/layers"))
    yield Kind("limits", get("/api/v1/limits"))
    yield Kind("metrics", get("/metrics"))


def of_mistakes() -> Iterator[Kind]:
    """Return what people get wrong."""
    ragged, large = {"input": [[1, 2], [3]]}, {"input": [1.0], "kernel_size": 9}
    yield Kind("ragged", post(f"{_AT}/softmax", orjson.dumps(ragged)), 422)
    yield Kind("kernel too large", post(f"{_AT}/pooling", orjson.dumps(large)), 422)
    yield Kind("no JSON", post(f"{_AT}/conv", b'{"input": ['), 400)
    yield Kind("no page", get("/en/nothing"), 404)


def mix(ref: str) -> list[Kind]:
    """Return all of them; `ref` names a tensor (1, 3, 64, 64) that is held."""
    return [*of_layers(), *of_forms(ref), *of_chains(ref), *of_pages(), *of_mistakes()]


def light() -> list[Kind]:
    """Return small requests, as moving a slider sends them."""
    wanted = ("softmax, JSON", "conv, JSON", "pooling max, plan", "activation relu, explain")
    return [kind for kind in of_layers() if kind.name in wanted]
