"""Six numbers about a tensor, NumPy in float64 the oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.layers.base import Array
from app.tensors.stats import describe

SIDES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)


def assert_like_numpy(array: Array) -> None:
    found, finite = describe(array), array[np.isfinite(array)].astype(np.float64)
    assert found.zeros == np.sum(array == 0)
    assert found.nonfinite == array.size - finite.size
    if not finite.size:
        assert (found.min, found.max, found.mean, found.std) == (None,) * 4
        return
    expected = [finite.min(), finite.max(), finite.mean(), finite.std()]
    size = np.abs(finite).max()
    assert [found.min, found.max] == expected[:2]
    assert found.mean == pytest.approx(expected[2], 1e-5, 1e-6 * size)
    assert found.std == pytest.approx(expected[3], 1e-4, 1e-6 * size)


@given(hnp.arrays(np.float32, SIDES, elements=st.floats(width=32)))
def test_any_tensor(array: Array) -> None:
    assert_like_numpy(array)


@pytest.mark.parametrize("offset", [0.0, -3.0, 1e3, 1e6, 1e12])
def test_large_tensors(offset: float) -> None:
    drawn = np.random.default_rng(0).normal(offset, 1 + offset / 1e5, (1, 3, 300, 300))
    assert_like_numpy(drawn.astype(np.float32))


def test_a_small_spread_far_from_zero() -> None:
    array = np.tile(np.array([999_999, 1_000_001], np.float32), 100_000)
    assert describe(array).mean == pytest.approx(1e6, 1e-7)
    assert describe(array).std == pytest.approx(1, 1e-3)


def test_numbers_near_the_end_of_float32() -> None:
    assert_like_numpy(np.array([3e38, -3e38, 3e38, 1], np.float32))


def test_indices_are_described_too() -> None:
    assert_like_numpy(np.arange(10))
