"""Whole channels: their mean, their largest, on numbers that can be checked by hand."""

import numpy as np
import pytest
from pydantic import ValidationError

from tests.layers.apply import explained, layer_of, output

X = [[[1, 2], [3, 6]], [[-1, -2], [-3, -4]]]


def test_the_mean_of_each_channel() -> None:
    assert output(layer_of("pooling", "global_avg"), input=X).tolist() == [[[[3]], [[-2.5]]]]


def test_the_largest_of_each_channel() -> None:
    assert output(layer_of("pooling", "global_max"), input=X).tolist() == [[[[6]], [[-1]]]]


@pytest.mark.parametrize("mode", ["global_max", "global_avg"])
def test_nan_goes_through(mode: str) -> None:
    assert np.isnan(output(layer_of("pooling", mode), input=[[1, np.nan, 2]])).all()


def test_works_on_one_axis_or_three() -> None:
    layer = layer_of("pooling", "global_max", spatial_dims=1)
    assert output(layer, input=[[1, 5, 2], [3, 0, 0]]).tolist() == [[[5], [3]]]
    assert output(layer_of("pooling", "global_avg"), input=np.ones((1, 2, 2, 2, 2))).shape == (
        1, 2, 1, 1, 1,
    )  # fmt: skip


def test_explains_the_winner() -> None:
    found = explained(layer_of("pooling", "global_max"), (0, 0, 0, 0), input=X)
    assert found.value == 6
    assert [t["winner"] for t in found.terms] == [False, False, False, True]


@pytest.mark.parametrize("mode", ["global_max", "global_avg"])
def test_looks_at_all_of_the_channel(mode: str) -> None:
    found = explained(layer_of("pooling", mode), (0, 1, 0, 0), input=X)
    assert found.window == ((0, 0), (2, 2))


@pytest.mark.parametrize("mode", ["global_max", "global_avg"])
def test_has_no_window(mode: str) -> None:
    with pytest.raises(ValidationError):
        layer_of("pooling", mode, kernel_size=2)


@pytest.mark.parametrize(
    "shape",
    [(1, 1, 64, 64), (1, 2, 65, 64), (1, 1, 1500, 1500), (1, 1, 3, 700_000), (3, 1, 1_999_993),
     (1, 1, 100, 90, 80)],
    ids=str,
)  # fmt: skip
def test_the_mean_of_many_numbers_keeps_its_digits(shape: tuple[int, ...]) -> None:
    for x in (np.full(shape, 0.1), np.random.default_rng(2).uniform(0, 1, shape)):
        layer = layer_of("pooling", "global_avg", spatial_dims=len(shape) - 2)
        found = output(layer, input=x)
        assert found.shape == (*shape[:2], *(1 for _ in shape[2:]))
        right = x.astype(np.float32).mean(tuple(range(2, x.ndim)), np.float64)
        np.testing.assert_allclose(found.reshape(right.shape), right, rtol=5e-5)
