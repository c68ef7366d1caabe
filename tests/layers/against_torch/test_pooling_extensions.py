"""Pooling beyond PyTorch, against a plain loop: padding, dilation, `same`, norms of what exists."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.layers.base import Array
from tests.layers.against_torch.pools import Pool, pools
from tests.layers.against_torch.trial import assert_agree, ours
from tests.layers.against_torch.windows import Fold
from tests.layers.against_torch.windows import pool as loop
from tests.layers.oracles import assert_same


def _largest(cells: Array, counted: int) -> float:
    return float(cells.max(initial=-np.inf))


def _mean_of_all(cells: Array, counted: int) -> float:
    return float(cells.sum() / counted)


def _mean_of_real(cells: Array, counted: int) -> float:
    return float(cells.sum() / max(cells.size, 1))


def _norm(p: float) -> Fold:
    return lambda cells, counted: float((np.abs(cells) ** p).sum() ** (1 / p))


FOLDS: list[tuple[str, dict[str, object], Fold]] = [
    ("max", {}, _largest),
    ("avg", {"count_include_pad": True}, _mean_of_all),
    ("avg", {"count_include_pad": False}, _mean_of_real),
    ("lp", {"p": 1.0}, _norm(1.0)),
    ("lp", {"p": 2.5}, _norm(2.5)),
]


@given(pools(two_sided=True), st.sampled_from(FOLDS))
def test_two_sides_dilation_and_rounding_up(
    pool: Pool, how: tuple[str, dict[str, object], Fold]
) -> None:
    tag, more, fold = how
    mine = ours("pooling", pool.parameters(**more), {"input": pool.x}, tag)
    kernels = pool.kernel_size * 2
    fits = all(p < k for p, k in zip(pool.padding, kernels, strict=True))
    expected = loop(pool.x, pool.windows(), fold) if fits else None
    assert_agree(mine, None if expected is None else [expected])


@given(pools(two_sided=True), st.sampled_from(FOLDS))
def test_same(pool: Pool, how: tuple[str, dict[str, object], Fold]) -> None:
    """As many outputs as the stride leaves, whatever the window; the odd cell at the end."""
    tag, more, fold = how
    sizes, stride = pool.x.shape[2:], pool.stride or pool.kernel_size
    totals = [
        max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        for n, k, s, d in zip(sizes, pool.kernel_size, stride, pool.dilation, strict=True)
    ]
    spelled = pool._replace(
        padding=(*(t // 2 for t in totals), *(t - t // 2 for t in totals)), ceil_mode=False
    )
    asked = pool.parameters("ceil_mode", padding="same", **more)
    (mine,) = ours("pooling", asked, {"input": pool.x}, tag) or [np.empty(0)]
    expected = loop(pool.x, spelled.windows(), fold)
    assert expected is not None
    assert expected.shape[2:] == tuple(-(-n // s) for n, s in zip(sizes, stride, strict=True))
    assert_same(mine, expected)
