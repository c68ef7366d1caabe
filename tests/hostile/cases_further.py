"""Awkward requests for the further layers, for plans, for what is wanted of the answer."""

from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from app.layers import FAMILIES
from tests.hostile.cases import (
    BRACES,
    INVALID,
    LAYERS,
    LONG,
    ODD,
    READ_OR_NOT,
    Case,
    multipart,
    posted,
    sent,
    written,
)

_NPY = "application/x-npy"
_NUMBERS: dict[str, Any] = {
    "null": None, "[-1]": [-1, -1], "[10^9]": [10**9] * 2, "1e39": 1e39, "-0.0": -0.0,
    "10^400": 10**400, "[true]": [True, True], "[NaN]": [float("nan")] * 2, "3.4e38": 3.4e38,
    "[1e-30, 1e30]": [1e-30, 1e30], "[1]*100000": [1] * 100_000,
}  # fmt: skip

_REFS: tuple[Any, ...] = (1, LONG, None, "", "../../x", [1], BRACES, {})


def _zeros(*shape: int) -> Any:
    return np.zeros(shape).tolist()


_GOOD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("conv_transpose", {"input": _zeros(1, 2, 3, 3), "weight": _zeros(2, 1, 2, 2)}),
    ("conv_transpose", {"input": _zeros(3, 3, 3), "out_channels": 2, "spatial_dims": 3}),
    ("batch_norm", {"input": _zeros(2, 2, 3), "training": True}),
    ("batch_norm", {"input": _zeros(2, 2), "running_mean": [0, 0], "running_var": [1, 1]}),
    ("group_norm", {"input": _zeros(2, 4, 3), "num_groups": 2}),
    ("instance_norm", {"input": _zeros(2, 2, 3), "running_mean": [0, 0], "running_var": [1, 1]}),
    ("layer_norm", {"input": _zeros(2, 2, 3), "normalized_shape": [2, 3]}),
    ("local_response_norm", {"input": _zeros(1, 5, 3), "size": 4}),
    ("dropout", {"input": _zeros(3, 3), "training": True}),
    ("flatten", {"input": _zeros(2, 2, 2)}),
    ("pad", {"input": _zeros(1, 3, 3), "mode": "circular", "padding": [1, 1, 1, 1]}),
    ("pad", {"input": _zeros(1, 3, 3), "mode": "reflect", "padding": [1, 1]}),
    ("upsample", {"input": _zeros(1, 1, 3, 3), "mode": "bicubic"}),
    ("upsample", {"input": _zeros(1, 1, 2, 2, 2), "mode": "trilinear", "align_corners": True}),
)


def _shaped(layer: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with shapes in place of tensors."""
    names = {spec.name for spec in FAMILIES[layer].first.inputs}
    return {k: {"shape": list(np.shape(v))} if k in names else v for k, v in body.items()}


def parameters() -> Iterator[Case]:
    """Yield each odd value for each parameter and tensor: run, planned, as a shape."""
    for number, (name, body) in enumerate(_GOOD):
        layer, url = FAMILIES[name].first, f"{LAYERS}/{name}"
        tensors = [spec.name for spec in layer.inputs]
        plan = _shaped(name, body)
        for field in (*layer.model_fields, *tensors):
            for label, odd in (ODD | _NUMBERS).items():
                title = f"{name} {number}: {field} = {label}"
                yield posted(title, url, {**body, field: odd}, READ_OR_NOT)
                value = {"shape": odd} if field in tensors else odd
                yield posted(f"plan {title}", f"{url}/plan", {**plan, field: value}, READ_OR_NOT)


def shapes() -> Iterator[Case]:
    """Yield inputs of any rank, empty ones, holding NaN or not."""
    for name, body in _GOOD:
        given = {k: v for k, v in body.items() if not isinstance(v, list)}
        for rank in range(10):
            for size in (0, 1, 2):
                title, url = f"{name} of {[size] * rank}", f"{LAYERS}/{name}"
                plan = {**given, "input": {"shape": [size] * rank}}
                yield posted(f"plan {title}", f"{url}/plan", plan, READ_OR_NOT)
                query = urlencode({k: str(v).lower() for k, v in given.items()})
                array = written(np.full([size] * rank, np.nan, np.float32))
                yield sent(f"run {title}", f"{url}?{query}", _NPY, array, READ_OR_NOT)


def extremes() -> Iterator[Case]:
    """Yield numbers that only files can hold, in every tensor at once."""
    for value in (np.nan, np.inf, -np.inf, -1.0, 0.0, 1e-45, 3.4e38):
        for route in ("", "/explain", "/animation"):
            for name, shape, tensors, words in (
                ("batch_norm", (2, 2, 3), ("running_mean", "running_var", "weight"), {}),
                ("batch_norm", (2, 2), ("running_mean", "running_var"), {"training": b"true"}),
                ("batch_norm", (2, 2), (), {"training": b"true", "eps": b"-1"}),
                ("dropout", (2,), ("mask",), {"training": b"true"}),
                ("upsample", (1, 1, 2, 2), (), {"mode": b"bicubic"}),
                ("pad", (1, 2, 2), (), {"mode": b"circular"}),
            ):
                file = written(np.full(shape, value, np.float32))
                column = written(np.full(2, value, np.float32))
                at = {"at": str([0] * len(shape)).encode()} if route == "/explain" else {}
                parts = [("input", file, "x.npy"), *((t, column, "t.npy") for t in tensors)]
                title = f"{name}{route}: all {value:g}, {len(tensors)} {sorted(words)}"
                texts = [(k, v, None) for k, v in {**words, **at}.items()]
                yield multipart(title, f"{LAYERS}/{name}{route}", [*parts, *texts], (200,))


def wanted() -> Iterator[Case]:
    """Yield odd `fields` and `output`, in each form."""
    odd: tuple[Any, ...] = (
        "", ",,,", ["output"] * 2, ["x"] * 10_000, [[1]], {}, 0, True, LONG, BRACES, [None],
        "shape,\x00", ["\ud800"], "__class__", "timing_ms", "REF", ["ref"], "none",
    )  # fmt: skip
    for name, body in _GOOD[1::3]:
        for number, value in enumerate(odd):
            for form in ("json", "npy", "png", "safetensors"):
                for option in ("fields", "output", "refs"):
                    given = {**body, option: value, "format": form}
                    title = f"{name}: {option} {number} as {form}"
                    yield posted(title, f"{LAYERS}/{name}", given, READ_OR_NOT)
        for number, ref in enumerate(_REFS):
            for tensor in (spec.name for spec in FAMILIES[name].first.inputs):
                given = {**body, tensor: {"ref": ref}}
                yield posted(f"{name}: {tensor} ref {number}", f"{LAYERS}/{name}", given)
                title = f"plan {name}: {tensor} ref {number}"
                yield posted(title, f"{LAYERS}/{name}/plan", given, INVALID)


def _large(
    name: str, url: str, array: npt.NDArray[Any], statuses: tuple[int, ...], **words: Any
) -> Case:
    query = urlencode({k: str(v).replace(" ", "") for k, v in words.items()})
    return sent(name, f"{LAYERS}/{url}?{query}", _NPY, written(array), statuses)


def large() -> Iterator[Case]:
    """Yield what is just within a limit; 256 elements explained once took half a minute."""
    two = np.zeros((1, 1_000_000), np.float32)
    many = [[0, i] for i in range(256)]
    words: dict[str, Any]
    for mode in ("reflect", "circular"):
        words = {"mode": mode, "padding": [900_000, 900_000], "at": many}
        yield _large(f"explain pad {mode}", "pad/explain", two, (200,), **words)
    words = {"mode": "replicate", "padding": [0, 12_000_000]}
    yield _large("pad: 12 million", "pad", two[:, :5], (200,), **words, format="npy")
    column = np.zeros((1, 1, 10, 1), np.float32)
    words = {"mode": "bicubic", "size": [2_000_000, 1]}
    yield _large("upsample: 2 million", "upsample", column, (200,), **words, format="npy")
    words["at"] = [[0, 0, i, 0] for i in range(256)]
    yield _large("explain upsample: 2 million", "upsample/explain", column, (200,), **words)
    words = {"training": "true", "at": [[i, 0] for i in range(256)]}
    tall = np.zeros((8_000_000, 1), np.float32)
    yield _large("explain batch_norm: 8 million", "batch_norm/explain", tall, (200,), **words)
    one = np.ones((1, 1, 2, 2), np.float32)
    huge: dict[str, Any] = {"out_channels": 1, "kernel_size": 2, "padding": 2**30}
    for name in ("stride", "dilation"):
        words = {**huge, name: 2**31 - 1}
        yield _large(f"conv_transpose: {name}", "conv_transpose", one, (413, 422), **words)
    for shape, words in (
        ([1, 2**24, 1, 1], {"out_channels": 1, "kernel_size": 1}),
        ([1, 65536, 1, 1], {"out_channels": 65536, "kernel_size": 1, "groups": 65536}),
        ([2**63] * 8, {"out_channels": 1}),
        ([1, 1, 64, 64, 64], {"out_channels": 8, "padding": 2**20, "stride": 2**20}),
    ):
        for layer in ("conv", "conv_transpose"):
            given = {"input": {"shape": shape}, **words}
            title = f"plan {layer} of {shape}"
            yield posted(title, f"{LAYERS}/{layer}/plan", given, READ_OR_NOT)


def turned() -> Iterator[Case]:
    """Yield questions what an element touches: odd tensors, odd places."""
    tensors: tuple[Any, ...] = ("input", "weight", "bias", "mask", 1, True, ["input"], LONG, "")
    indices: tuple[Any, ...] = (
        [0] * 4, [0] * 3, [0, 0], [-1] * 4, [2**63] * 4, [[0, 0]] * 300, [1e9, 0], "0,0", None, [],
    )  # fmt: skip
    for layer, body in _GOOD:
        for of in tensors:
            for at in indices:
                title = f"{layer}: of {str(of)[:12]} at {str(at)[:24]}"
                given = {**body, "of": of, "at": at}
                yield posted(title, f"{LAYERS}/{layer}/explain", given, READ_OR_NOT)


@cache
def animated() -> Iterator[Case]:
    """Yield animations: odd options, any rank, numbers that only files hold, windows far apart."""
    asked = {"input": _zeros(3, 3), "out_channels": 1}
    for name in ("at", "cells", "seconds", "theme", "paint", "format"):
        for label, odd in (ODD | _NUMBERS).items():
            title, url = f"animation: {name} = {label}", f"{LAYERS}/conv/animation"
            yield posted(title, url, {**asked, name: odd}, READ_OR_NOT)
    for layer, query in (
        *(("softmax", "dim=0"), ("activation", "function=mish"), ("pad", "padding=1,2")),
        *(("flatten", ""), ("dense", "out_features=2"), ("pooling", "mode=lp&kernel_size=1")),
        *(("conv", "out_channels=1&kernel_size=1&padding=1"), ("upsample", "scale_factor=2")),
        ("pooling", "mode=global_max"),
    ):
        for value in (np.nan, np.inf, -np.inf, 1e-45, 3.4e38):
            for rank in range(6):
                array = written(np.full([2] * rank, value, np.float32))
                url = f"{LAYERS}/{layer}/animation?{query}"
                yield sent(
                    f"{title} {layer}, {value:g}, rank {rank}", url, _NPY, array, READ_OR_NOT
                )
    one = np.ones((1, 1, 2, 2), np.float32)
    for words in (
        {"padding": 2**20, "stride": 2**20},
        {"padding": 2**20, "dilation": 2**20 + 1},
        {"padding": 2**20, "stride": 2**20, "padding_mode": "replicate"},
    ):
        words |= {"kernel_size": 2, "out_channels": 1}
        yield _large(f"animation: {words}", "conv/animation", one, READ_OR_NOT, **words)
    tall = np.zeros((8_000_000, 1), np.float32)
    yield _large("animation: a batch", "batch_norm/animation", tall, (200,), training="true")
    wide = np.zeros((1, 1, 512, 512), np.float32)
    words = {"mode": "avg", "kernel_size": 512}
    yield _large("animation: one window", "pooling/animation", wide, (200,), **words)
    words = {"dim": 1}
    yield _large(
        "animation: a line", "softmax/animation", wide.reshape(1, -1, 1, 1), (200,), **words
    )


def every_further_case() -> tuple[Case, ...]:
    """Return all of them, made once."""
    makers = (parameters, shapes, extremes, wanted, large, turned, animated)
    return tuple(case for make in makers for case in make())
