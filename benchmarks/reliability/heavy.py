"""The heaviest jobs that the limits let pass, one for each way to be heavy."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import orjson

from app.settings import limits
from benchmarks.client import Link, post
from benchmarks.reliability.mix import draw, png
from benchmarks.works import npy

_AT = "/api/v1/layers"
_NPY = "application/x-npy"
_SIDE = 4096


class Job(NamedTuple):
    """A heavy job: its name, and its request, made for a service when it is needed."""

    name: str
    request: Callable[[int], bytes]


async def lodge(port: int, body: bytes, kind: str = _NPY) -> str:
    """Send a tensor and return its ref."""
    link = Link(port)
    answer = await link.ask(post("/api/v1/tensors", body, kind))
    await link.close()
    return str(orjson.loads(answer.body)["ref"])


def lodged(port: int, *shape: int) -> dict[str, str]:
    """Return a tensor of this shape as one names it that the service holds."""
    return {"ref": asyncio.run(lodge(port, npy(draw(*shape))))}


def _compute(port: int) -> bytes:
    """17 · 10⁹ multiply-accumulates, of 20 · 10⁹ that are allowed."""
    weight = {"out_channels": 64, "kernel_size": 8, "padding": "same"}
    asked = {"input": lodged(port, 1, 64, 256, 256), **weight}
    return post(f"{_AT}/conv?format=npy", orjson.dumps(asked))


def _window(port: int) -> bytes:
    asked = {"input": lodged(port, 1, 1, 1024, 1024), "kernel_size": 30, "stride": 1}
    return post(f"{_AT}/pooling?format=npy", orjson.dumps(asked))


def _chain(port: int) -> bytes:
    """8 convolutions in a row, 1.9 · 10¹⁰ multiply-accumulates, every stage kept."""
    layer = {"layer": "conv", "out_channels": 64, "padding": 1, "seed": 1}
    asked = {"input": lodged(port, 1, 64, 256, 256), "layers": [layer] * 8, "return": "last"}
    return post("/api/v1/pipeline?format=npy", orjson.dumps(asked))


def _lists(row: str, _: int) -> bytes:
    """As many of these rows as a JSON body takes."""
    room = limits().json_bytes - 100
    body = '{"input": [' + ",".join([row] * (room // (len(row) + 1))) + "]}"
    return post(f"{_AT}/activation?format=npy", body.encode())


def _numbers(_: int) -> bytes:
    """As many numbers with all their digits as a JSON body takes."""
    values = draw(1, 1, 600, (limits().json_bytes - 100) // 600 // 13)
    body = orjson.dumps({"input": values}, option=orjson.OPT_SERIALIZE_NUMPY)
    return post(f"{_AT}/activation?format=npy", body)


def _written(port: int) -> bytes:
    """As many numbers out as an answer in JSON takes."""
    side = int(limits().json_elements ** 0.5)
    return post(f"{_AT}/activation", orjson.dumps({"input": lodged(port, 1, 1, side, side)}))


def _array(_: int) -> bytes:
    return post(f"{_AT}/activation?format=npy", npy(draw(1, 1, _SIDE, _SIDE)), _NPY)


def _picture(_: int) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (_SIDE, _SIDE), np.uint8)
    return post(f"{_AT}/activation?format=png&input.mode=L", png(pixels), "image/png")


def _even(_: int) -> bytes:
    """A picture that is small as a file and large as a tensor."""
    pixels = np.zeros((3600, 3600, 3), np.uint8)
    return post(f"{_AT}/pooling?format=png", png(pixels), "image/png")


def _explained(port: int) -> bytes:
    at = [[0, 0, y, x] for y in range(16) for x in range(16)]
    asked = {"input": lodged(port, 1, 1, 64, 64), "kernel_size": 32, "stride": 1, "mode": "avg"}
    return post(f"{_AT}/pooling/explain", orjson.dumps(asked | {"at": at}))


def jobs() -> list[Job]:
    """Return them."""
    return [
        Job("convolution, 17 · 10⁹ MACs", _compute),
        Job("max pooling, 8.9 · 10⁸ reads", _window),
        Job("chain of 8 convolutions", _chain),
        Job("JSON in, lists of one number", partial(_lists, "[1]")),
        Job("JSON in, one-digit numbers", partial(_lists, "1")),
        Job("JSON in, numbers with all digits", _numbers),
        Job("JSON out, 4.2 · 10⁶ numbers", _written),
        Job(".npy in and out, 64 MiB each", _array),
        Job("picture in and out, 16.8 megapixels", _picture),
        Job("black picture of 13 megapixels, in colour", _even),
        Job("262,144 terms explained", _explained),
    ]
