"""The NumPy form of a layer gives PyTorch's numbers, whatever the setting."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import Tensor

from app.check import by_numpy
from app.layers import FAMILIES
from app.layers.base import Array
from app.problems import Invalid
from app.runtime.session_cache import SessionCache
from tests.layers.against_torch.convs import CALLS, Call, calls
from tests.layers.against_torch.pools import AVG, LP, MAX, Pool, pools
from tests.layers.against_torch.test_conv_transpose import CALLS as STAMPS
from tests.layers.against_torch.test_conv_transpose import Stamps, stamps
from tests.layers.against_torch.test_softmax import DIMS, SHAPES, TEMPERATURES
from tests.layers.against_torch.trial import (
    Outcome,
    last_axis_first,
    numbers,
    per_axis,
    theirs,
    theirs_of_any_batch,
)
from tests.layers.cases import LIMITS, every_layer, run
from tests.layers.oracles import assert_same

MODES = st.sampled_from(["zeros", "reflect", "replicate", "circular"])


def in_numpy(
    family: str, parameters: Mapping[str, Any], tensors: dict[str, Array], tag: str | None = None
) -> Outcome:
    """Apply a layer's NumPy form; None where the layer refuses."""
    variants = FAMILIES[family].variants
    kind = variants[FAMILIES[family].default if tag is None else tag]
    try:
        done = run(kind.model_validate(dict(parameters)), tensors, SessionCache(1))
    except (ValidationError, Invalid):
        return None
    return by_numpy(done)


def assert_agree(mine: Outcome, other: Outcome) -> None:
    """Hold the numbers against each other where neither refuses; refusals have tests of theirs."""
    assume(mine is not None and other is not None)
    assert mine is not None
    assert other is not None
    for one, two in zip(mine, other, strict=True):
        rounded = one.astype(np.float32) if two.dtype.kind == "f" else one
        assert_same(rounded, two[None] if two.ndim < one.ndim else two)


@given(calls(batched=True), MODES, st.data())
def test_convolution(call: Call, mode: str, data: st.DataObject) -> None:
    begins, ends = (data.draw(per_axis(call.dims, 0, 3)) for _ in range(2))

    def surrounded(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        grown = F.pad(
            x, last_axis_first(begins, ends), mode="constant" if mode == "zeros" else mode
        )
        return CALLS[call.dims](grown, weight, bias, **call.parameters)

    parameters = call.parameters | {"padding": begins + ends, "padding_mode": mode}
    mine = in_numpy("conv", parameters, call.tensors)
    assert_agree(mine, theirs(surrounded, call.x, call.weight, call.bias))


@given(stamps(), st.data())
def test_transposed_convolution(call: Stamps, data: st.DataObject) -> None:
    asked = call.sizes | {"padding": data.draw(per_axis(call.dims, 0, 3))}
    other = theirs_of_any_batch(STAMPS[call.dims], call.x, call.weight, call.bias, **asked)
    assert_agree(in_numpy("conv_transpose", asked, call.tensors), other)


@given(pools(), st.booleans())
def test_largest(pool: Pool, return_indices: bool) -> None:
    asked = pool.parameters(return_indices=return_indices)
    mine = in_numpy("pooling", asked, {"input": pool.x}, "max")
    assume(not return_indices or not pool.sees_only_padding())
    assert_agree(mine, theirs(MAX[pool.dims], pool.x, **asked))


@given(pools(dilated=False), st.booleans())
def test_mean(pool: Pool, count_include_pad: bool) -> None:
    asked = pool.parameters("dilation", count_include_pad=count_include_pad)
    mine = in_numpy("pooling", asked, {"input": pool.x}, "avg")
    assert_agree(mine, theirs(AVG[pool.dims], pool.x, **asked))


@given(pools(dilated=False), st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0, 7.0]))
def test_norm(pool: Pool, p: float) -> None:
    asked = pool.parameters("dilation", "padding", ceil_mode=False)

    def norm(x: Tensor, **asked: Any) -> Tensor:
        if pool.dims == 1:  # where PyTorch takes no list
            asked |= {k: asked[k] and asked[k][0] for k in ("kernel_size", "stride")}
        return LP[pool.dims](x.abs(), p, **asked)

    mine = in_numpy("pooling", asked | {"p": p}, {"input": pool.x}, "lp")
    assert_agree(mine, theirs(norm, pool.x, **asked))


@given(pools(two_sided=True), st.sampled_from(["max", "avg", "lp"]), st.booleans())
def test_pooling_beyond_pytorch(pool: Pool, tag: str, count_include_pad: bool) -> None:
    """Two-sided padding and dilation are ours alone; ONNX Runtime is the other side."""
    more = {"count_include_pad": count_include_pad} if tag == "avg" else {}
    kind = FAMILIES["pooling"].variants[tag]
    try:
        done = run(kind.model_validate(pool.parameters() | more), {"input": pool.x})
    except (ValidationError, Invalid):
        return
    assert_same(done.outputs["output"], by_numpy(done)[0].astype(np.float32))


@given(pools(dilated=False), st.data())
def test_nan_is_the_largest(pool: Pool, data: st.DataObject) -> None:
    x = pool.x.copy()
    if x.size:
        x.flat[data.draw(st.integers(0, x.size - 1))] = np.nan
    asked = pool.parameters("dilation")
    mine = in_numpy("pooling", asked, {"input": x}, "max")
    assert_agree(mine, theirs(MAX[pool.dims], x, **asked))


@given(SHAPES, DIMS, TEMPERATURES, st.booleans())
def test_shares(shape: tuple[int, ...], dim: int, temperature: float, log: bool) -> None:
    def softened(x: Tensor) -> Tensor:
        call = F.log_softmax if log else F.softmax
        return call(x / temperature, dim=dim)

    x = np.asarray(10 * numbers(*shape), np.float32)
    parameters = {"dim": dim, "temperature": temperature, "log": log}
    assert_agree(in_numpy("softmax", parameters, {"input": x}), theirs(softened, x))


@every_layer
def test_every_layer_has_it_and_says_what_it_takes(kind: Any) -> None:
    for parameters, shapes in kind.examples:
        layer = kind.model_validate(parameters).resolve(shapes)
        arranged = layer.arrange(shapes)
        arranged |= layer.generated(arranged)
        call = layer.numpy_call(arranged)
        assert set(call.tensors) <= {spec.name for spec in kind.inputs}
        effort = layer.numpy_effort(arranged)
        assert 0 < effort.elements < LIMITS.working_bytes
        assert effort.rounds >= 1


@pytest.mark.parametrize("name", ["conv", "pooling", "conv_transpose"])
def test_the_memory_it_says_is_enough(name: str) -> None:
    """What tracemalloc sees stays below the promise, which stays of its order."""
    import tracemalloc

    kind = FAMILIES[name].first
    parameters = {} if name == "pooling" else {"out_channels": 4}
    x = numbers(1, 3, 100, 90)
    done = run(kind.model_validate(parameters | {"padding": 1}), {"input": x})
    effort = done.plan.layer.numpy_effort(done.plan.shapes)
    moved = sum(t.size for t in (*done.tensors.values(), *done.outputs.values()))
    tracemalloc.start()
    by_numpy(done)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 8 * (effort.elements + moved) <= 4 * peak
