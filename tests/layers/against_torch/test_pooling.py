"""Pooling: what PyTorch takes gives its numbers.

What it refuses is refused here too, but for the extensions; `test_pooling_extensions.py` has those.
"""

from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor

from tests.layers.against_torch.pools import AVG, LP, MAX, Pool, pools
from tests.layers.against_torch.trial import Outcome, assert_agree, numbers, ours, per_axis, theirs


def _agree_but_for_padding(pool: Pool, mine: Outcome, other: Outcome) -> None:
    """Padding of kernel − 1 is allowed here; what PyTorch says to it is another matter."""
    if other is None and all(p < k for p, k in zip(pool.padding, pool.kernel_size, strict=True)):
        assume(all(2 * p <= k for p, k in zip(pool.padding, pool.kernel_size, strict=True)))
    assert_agree(mine, other)


@given(pools())
def test_largest(pool: Pool) -> None:
    mine = ours("pooling", pool.parameters(), {"input": pool.x}, "max")
    _agree_but_for_padding(pool, mine, theirs(MAX[pool.dims], pool.x, **pool.parameters()))


@given(pools())
def test_largest_and_where_it_stood(pool: Pool) -> None:
    asked = pool.parameters(return_indices=True)
    mine, other = (
        ours("pooling", asked, {"input": pool.x}, "max"),
        theirs(MAX[pool.dims], pool.x, **asked),
    )
    assume(mine is None or not pool.sees_only_padding())
    _agree_but_for_padding(pool, mine, other)


@given(pools(dilated=False), st.booleans())
def test_mean(pool: Pool, count_include_pad: bool) -> None:
    asked = pool.parameters("dilation", count_include_pad=count_include_pad)
    # In 3-D PyTorch wants an input no smaller than the window, padding or not.
    fits = np.greater_equal(pool.x.shape[-pool.dims :], pool.kernel_size).all()
    assume(pool.dims < 3 or fits)
    mine = ours("pooling", asked, {"input": pool.x}, "avg")
    _agree_but_for_padding(pool, mine, theirs(AVG[pool.dims], pool.x, **asked))


@given(pools(dilated=False), st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0, 7.0]))
def test_norm(pool: Pool, p: float) -> None:
    """On absolute values; windows past the end are an extension of ours."""
    asked = pool.parameters("dilation", "padding", ceil_mode=False)

    def norm(x: Tensor, **asked: Any) -> Tensor:
        if pool.dims == 1:  # where PyTorch takes no list
            asked |= {k: asked[k] and asked[k][0] for k in ("kernel_size", "stride")}
        return LP[pool.dims](x.abs(), p, **asked)

    mine = ours("pooling", asked | {"p": p}, {"input": pool.x}, "lp")
    assert_agree(mine, theirs(norm, pool.x, **asked))


@given(st.sampled_from([2, 1, 3]).flatmap(lambda dims: per_axis(dims, 1, 6)), st.integers(0, 2))
def test_whole_channels(size: tuple[int, ...], batch: int) -> None:
    x, dims = numbers(batch, 3, *size), len(size)
    largest = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}[dims]
    mean = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}[dims]
    for tag, call in (("global_max", largest), ("global_avg", mean)):
        mine = ours("pooling", {"spatial_dims": dims}, {"input": x}, tag)
        assert_agree(mine, theirs(call, x, output_size=1))
