"""NaN and infinities are computed on, and come out as PyTorch has them."""

import warnings
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st

from app.layers import FAMILIES
from app.layers.base import Array
from tests.layers.against_torch.convs import CALLS, Call, calls
from tests.layers.against_torch.pools import AVG, LP, MAX, Pool, pools
from tests.layers.against_torch.trial import assert_agree, ours, theirs
from tests.layers.cases import CASES, name_of, run
from tests.layers.oracles import assert_same, by_torch

POINTS = [np.nan, np.inf, -np.inf, 1e30, -1e30, 1e-45, -1e-45, 0.0, -0.0, 104.0, -104.0]
ODD = st.sampled_from([np.nan, np.inf, -np.inf])
ACTIVATIONS = [c for c in CASES if c.kind in FAMILIES["activation"].variants.values()]


@pytest.mark.parametrize("case", ACTIVATIONS, ids=lambda case: name_of(case.kind))
def test_activation(case: Any) -> None:
    # Long enough that PyTorch takes its vectorised path as well as the one for the rest.
    tensors = {"input": np.array(POINTS * 3, np.float32)}
    if "weight" in case.shapes:
        tensors["weight"] = np.array([-0.5], np.float32)
    done = run(case.layer(), tensors)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # oneDNN makes NaN of GELU's infinity, where PyTorch's own kernels keep it.
        with torch.backends.mkldnn.flags(enabled=False):
            (expected,) = by_torch(done.plan.layer, done.tensors)
    assert_same(done.outputs["output"], expected)


@st.composite
def spoiled(draw: st.DrawFn, shape: tuple[int, ...], fill: Array) -> Array:
    """Put some NaN and infinities into an array."""
    flat = fill.reshape(-1).copy()
    if flat.size:
        for place in draw(st.lists(st.integers(0, flat.size - 1), min_size=1, max_size=8)):
            flat[place] = draw(ODD)
    return flat.reshape(shape)


@given(pools(dilated=False), st.data())
def test_pooling(pool: Pool, data: st.DataObject) -> None:
    assume(all(2 * p <= k for p, k in zip(pool.padding, pool.kernel_size, strict=True)))
    assume(pool.dims < 3 or np.greater_equal(pool.x.shape[-3:], pool.kernel_size).all())
    x = data.draw(spoiled(pool.x.shape, pool.x))
    asked = pool.parameters("dilation")
    assert_agree(ours("pooling", asked, {"input": x}, "max"), theirs(MAX[pool.dims], x, **asked))
    assert_agree(ours("pooling", asked, {"input": x}, "avg"), theirs(AVG[pool.dims], x, **asked))


@given(pools(), st.data())
def test_largest_with_dilation_and_indices(pool: Pool, data: st.DataObject) -> None:
    """Infinities only: the index of a NaN is unspecified."""
    assume(all(2 * p <= k for p, k in zip(pool.padding, pool.kernel_size, strict=True)))
    x = data.draw(spoiled(pool.x.shape, pool.x))
    x[np.isnan(x)] = -np.inf
    asked = pool.parameters(return_indices=True)
    mine = ours("pooling", asked, {"input": x}, "max")
    assume(mine is None or not pool.sees_only_padding())
    assert_agree(mine, theirs(MAX[pool.dims], x, **asked))


@given(pools(dilated=False), st.data(), st.sampled_from([1.0, 1.5, 2.0]))
def test_norm(pool: Pool, data: st.DataObject, p: float) -> None:
    assume(pool.dims == 2)
    x = data.draw(spoiled(pool.x.shape, pool.x))
    asked = pool.parameters("dilation", "padding", ceil_mode=False)
    other = theirs(lambda x, **asked: LP[2](x.abs(), p, **asked), x, **asked)
    assert_agree(ours("pooling", asked | {"p": p}, {"input": x}, "lp"), other)


@given(st.data(), st.sampled_from([(1, 2, 3, 4), (2, 1, 1, 1), (1, 1, 7, 9)]))
def test_whole_channels(data: st.DataObject, shape: tuple[int, ...]) -> None:
    x = data.draw(spoiled(shape, np.zeros(shape, np.float32)))
    mine = ours("pooling", {}, {"input": x}, "global_max")
    assert_agree(mine, theirs(F.adaptive_max_pool2d, x, output_size=1))
    mine = ours("pooling", {}, {"input": x}, "global_avg")
    assert_agree(mine, theirs(F.adaptive_avg_pool2d, x, output_size=1))


@given(calls(batched=True), st.data())
def test_convolution(call: Call, data: st.DataObject) -> None:
    x = data.draw(spoiled(call.x.shape, call.x))
    mine = ours("conv", call.parameters, call.tensors | {"input": x})
    other = theirs(CALLS[call.dims], x, call.weight, call.bias, **call.parameters)
    assert_agree(mine, other)


@given(st.data(), st.booleans(), st.sampled_from([1.0, 2.0]))
def test_softmax(data: st.DataObject, log: bool, temperature: float) -> None:
    x = data.draw(spoiled((3, 7), np.zeros((3, 7), np.float32)))
    call = F.log_softmax if log else F.softmax
    mine = ours("softmax", {"log": log, "temperature": temperature}, {"input": x})
    assert_agree(mine, theirs(call, (x / np.float32(temperature)), dim=-1))
