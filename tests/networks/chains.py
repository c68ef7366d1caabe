"""Chains drawn at random that fit, and the same by PyTorch's own functions."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from torch import Tensor

from app.layers.base import Array, Shape

Spec = dict[str, Any]


class Chain(NamedTuple):
    """The input's shape, the layers, and the tensors that are sent for each of them."""

    shape: Shape
    layers: list[Spec]
    tensors: list[dict[str, Array]]

    @property
    def input(self) -> Array:
        return _numbers(self.shape, 1)


def _numbers(shape: Shape, seed: int) -> Array:
    generator = np.random.default_rng([seed, *shape])
    return np.asarray(generator.normal(size=shape), np.float32)


def _size(n: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def _conv(draw: st.DrawFn, shape: Shape, seed: int) -> tuple[Spec, dict[str, Array], Shape]:
    n, channels, height, width = shape
    kernel, stride, padding = (
        draw(st.integers(1, 3)),
        draw(st.integers(1, 2)),
        draw(st.integers(0, 2)),
    )
    dilation = draw(st.sampled_from([1, 1, 2]))
    groups = draw(st.sampled_from([d for d in (1, channels) if channels % d == 0]))
    out = groups * draw(st.integers(1, 2))
    size = tuple(_size(side, kernel, stride, padding, dilation) for side in (height, width))
    spec = {
        "layer": "conv",
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "groups": groups,
    }
    tensors = {"weight": _numbers((out, channels // groups, kernel, kernel), seed)}
    if draw(st.booleans()):
        tensors["bias"] = _numbers((out,), seed)
    return spec, tensors, (n, out, *size)


def _pool(draw: st.DrawFn, shape: Shape, seed: int) -> tuple[Spec, dict[str, Array], Shape]:
    kernel, stride = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    padding = draw(st.integers(0, kernel // 2))
    size = tuple(_size(side, kernel, stride, padding, 1) for side in shape[2:])
    mode = draw(st.sampled_from(["max", "avg"]))
    spec = {
        "layer": "pooling",
        "mode": mode,
        "kernel_size": kernel,
        "stride": stride,
        "padding": padding,
    }
    return spec, {}, (*shape[:2], *size)


def _activation(draw: st.DrawFn, shape: Shape, seed: int) -> tuple[Spec, dict[str, Array], Shape]:
    function = draw(st.sampled_from(sorted(FUNCTIONS)))
    return {"layer": "activation", "function": function}, {}, shape


def _norm(draw: st.DrawFn, shape: Shape, seed: int) -> tuple[Spec, dict[str, Array], Shape]:
    names = ("running_mean", "weight", "bias")
    tensors = {name: _numbers((shape[1],), seed + i) for i, name in enumerate(names)}
    tensors["running_var"] = np.abs(_numbers((shape[1],), seed)) + np.float32(0.5)
    return {"layer": "batch_norm"}, tensors, shape


def _upsample(draw: st.DrawFn, shape: Shape, seed: int) -> tuple[Spec, dict[str, Array], Shape]:
    mode = draw(st.sampled_from(["nearest", "bilinear"]))
    spec = {"layer": "upsample", "mode": mode, "scale_factor": 2}
    return spec, {}, (*shape[:2], *(2 * side for side in shape[2:]))


def _stamp(draw: st.DrawFn, shape: Shape, seed: int) -> tuple[Spec, dict[str, Array], Shape]:
    kernel, stride = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    tensors = {"weight": _numbers((shape[1], 2, kernel, kernel), seed)}
    size = tuple((side - 1) * stride + kernel for side in shape[2:])
    return {"layer": "conv_transpose", "stride": stride}, tensors, (shape[0], 2, *size)


def _pad(draw: st.DrawFn, shape: Shape, seed: int) -> tuple[Spec, dict[str, Array], Shape]:
    sides = draw(st.tuples(*[st.integers(0, 2)] * 4))
    left, right, top, bottom = sides
    size = shape[2] + top + bottom, shape[3] + left + right
    return {"layer": "pad", "padding": list(sides)}, {}, (*shape[:2], *size)


def _dense(draw: st.DrawFn, shape: Shape, seed: int) -> tuple[Spec, dict[str, Array], Shape]:
    out = draw(st.integers(1, 4))
    tensors = {"weight": _numbers((out, math.prod(shape[1:])), seed)}
    return {"layer": "dense"}, tensors, (shape[0], out)


def _softmax(draw: st.DrawFn, shape: Shape, seed: int) -> tuple[Spec, dict[str, Array], Shape]:
    return {"layer": "softmax", "dim": draw(st.sampled_from([1, -1]))}, {}, shape


def _join(number: int) -> dict[str, Any]:
    """Return how a chain names what a layer gave; −1 is the chain's input."""
    return {"stage": number if number >= 0 else "input"}


def _merge(draw: st.DrawFn, shape: Shape, shapes: list[Shape]) -> tuple[Spec, Shape]:
    """Draw what the last of the shapes could meet."""
    mode = draw(st.sampled_from(["add", "mul", "concat"]))
    other = draw(st.sampled_from([n for n, s in enumerate(shapes, -1) if _fits(mode, shape, s)]))
    met = shapes[other + 1]
    made = np.broadcast_shapes(shape, met) if mode != "concat" else _behind(shape, met)
    return {"layer": "merge", "mode": mode, "other": _join(other)}, made


def _behind(shape: Shape, met: Shape) -> Shape:
    return (shape[0], shape[1] + met[1], *shape[2:])


def _fits(mode: str, shape: Shape, other: Shape) -> bool:
    if mode == "concat":
        return len(shape) == len(other) and (shape[0], *shape[2:]) == (other[0], *other[2:])
    return len(shape) == len(other) and all(
        a == b or 1 in (a, b) for a, b in zip(shape, other, strict=True)
    )


FUNCTIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "relu": F.relu, "tanh": torch.tanh, "gelu": F.gelu, "silu": F.silu, "hardswish": F.hardswish,
}  # fmt: skip
_MAPS = (_conv, _pool, _activation, _norm, _upsample, _stamp, _pad, _softmax)
_ROWS = (_activation, _dense, _softmax)


@st.composite
def chains(draw: st.DrawFn, most: int = 6) -> Chain:
    """Draw a chain of maps, that now and then ends in rows of numbers."""
    shape = (
        draw(st.integers(1, 2)),
        draw(st.integers(1, 3)),
        *draw(st.tuples(*[st.integers(4, 9)] * 2)),
    )
    shapes, layers, tensors = [shape], list[Spec](), list[dict[str, Array]]()
    for number in range(draw(st.integers(1, most))):
        source = draw(st.integers(0, 3 * len(shapes)))
        is_apart = source < len(shapes) - 1
        shape = shapes[source] if is_apart else shapes[-1]
        held: dict[str, Array] = {}
        if draw(st.integers(0, 3)):
            kinds = _MAPS if len(shape) == 4 else _ROWS
            kind = draw(st.sampled_from([*kinds, _dense] if number else kinds))
            spec, held, made = kind(draw, shape, number + 7)
        else:
            spec, made = _merge(draw, shape, shapes)
        if min(made) < 1 or math.prod(made) > 4000:
            continue
        layers.append(spec | ({"input": _join(source - 1)} if is_apart else {}))
        tensors.append(held)
        shapes.append(made)
    if not layers:
        return Chain(shapes[0], [{"layer": "activation"}], [{}])
    return Chain(shapes[0], layers, tensors)


def by_torch(chain: Chain, x: Array | None = None) -> list[Array]:
    """Return every stage's output as PyTorch's own functions give it, of another input if said."""
    found = [torch.from_numpy(chain.input if x is None else x)]
    for spec, tensors in zip(chain.layers, chain.tensors, strict=True):
        held = {name: torch.from_numpy(value) for name, value in tensors.items()}
        own = {k: v for k, v in spec.items() if k not in ("input", "other")}
        named = {n: spec[n]["stage"] for n in ("input", "other") if n in spec}
        met = {n: found[0 if k == "input" else k + 1] for n, k in named.items()}
        found.append(_apply(own, held | met, met.get("input", found[-1])))
    return [made.numpy() for made in found[1:]]


def _apply(spec: Spec, held: dict[str, Tensor], x: Tensor) -> Tensor:
    given = {k: v for k, v in spec.items() if k not in ("layer", "mode", "function")}
    match spec["layer"]:
        case "conv":
            return F.conv2d(x, held["weight"], held.get("bias"), **given)
        case "conv_transpose":
            return F.conv_transpose2d(x, held["weight"], **given)
        case "pooling":
            pool: Any = {"max": F.max_pool2d, "avg": F.avg_pool2d}[spec["mode"]]
            return torch.as_tensor(pool(x, **given))
        case "activation":
            return FUNCTIONS[spec.get("function", "relu")](x)
        case "batch_norm":
            mean, var = held["running_mean"], held["running_var"]
            return F.batch_norm(x, mean, var, held["weight"], held["bias"])
        case "upsample":
            return F.interpolate(x, scale_factor=2, mode=spec["mode"])
        case "pad":
            return F.pad(x, spec["padding"])
        case "merge" if spec["mode"] == "concat":
            return torch.cat([x, held["other"]], 1)
        case "merge":
            return x + held["other"] if spec["mode"] == "add" else x * held["other"]
        case "dense":
            return F.linear(x.flatten(1), held["weight"])
    return torch.softmax(x, spec["dim"])
