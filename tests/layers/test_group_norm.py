"""Group normalisation on numbers that can be checked by hand, and on those that are hard."""

import math
from typing import Any

import numpy as np
import pytest

from app.layers._touch import Span
from app.layers.base import Array
from app.plans import Values, ranges
from app.problems import Invalid
from tests.layers.apply import explained, layer_of, output
from tests.layers.cases import LIMITS

X = [[[1, 3], [5, 7], [0, 2], [2, 0]]]


def test_each_group_of_channels_by_itself() -> None:
    """Of 1, 3, 5, 7 the mean is 4 and the variance 5; of 0, 2, 2, 0 both are 1."""
    y = output(layer_of("group_norm", num_groups=2, eps=4), input=X)
    assert y[0, :2].tolist() == [[-1, np.float32(-1 / 3)], [np.float32(1 / 3), 1]]
    y = output(layer_of("group_norm", num_groups=2, eps=0), input=X)
    assert y[0, 2:].tolist() == [[-1, 1], [1, -1]]


def test_then_each_channel_is_scaled_and_shifted() -> None:
    layer = layer_of("group_norm", num_groups=2, eps=0)
    y = output(layer, input=X, weight=[1, 1, 2, 3], bias=[0, 0, 10, 20])
    assert y[0, 2:].tolist() == [[8, 12], [23, 17]]


def test_a_group_of_equal_numbers_is_the_shift() -> None:
    y = output(layer_of("group_norm", eps=0.5), input=[[[9, 9, 9]]], bias=[2])
    assert y.tolist() == [[[2, 2, 2]]]


@pytest.mark.parametrize("value", [0.1, 100_000.1, 3e7])
def test_equal_numbers_stay_equal_however_large(value: float) -> None:
    """The mean of many equal numbers is rounded; what is left of it must not look like a spread."""
    y = output(layer_of("group_norm"), input=np.full((1, 2, 777), value))
    assert np.abs(y).max() < 1e-4


def test_a_number_alone_is_the_shift_where_there_are_other_samples() -> None:
    y = output(layer_of("group_norm", num_groups=2), input=[[1, 2], [3, 4]], bias=[5, 6])
    assert y.tolist() == [[5, 6], [5, 6]]


def exact(x: Array, eps: float = 1e-5) -> Array:
    wide = x.astype(np.float64).reshape(x.shape[0], -1)
    y: Array = (wide - wide.mean(1, keepdims=True)) / np.sqrt(wide.var(1, keepdims=True) + eps)
    return y.reshape(x.shape)


@pytest.mark.parametrize("middle", [1e3, 1e5, 3e6])
def test_the_variance_of_large_numbers(middle: float) -> None:
    drawn = np.random.default_rng(1).normal(middle, 1, (2, 3, 40, 50)).astype(np.float32)
    np.testing.assert_allclose(
        output(layer_of("group_norm"), input=drawn), exact(drawn), 1e-4, 1e-4
    )


@pytest.mark.parametrize("shape", [(1, 1, 700, 900), (2, 3, 1_000_003)], ids=str)
def test_the_numbers_of_a_large_group_keep_their_digits(shape: tuple[int, ...]) -> None:
    x = (0.5 + 0.01 * np.random.default_rng(3).standard_normal(shape)).astype(np.float32)
    np.testing.assert_allclose(output(layer_of("group_norm"), input=x), exact(x), 1e-4, 1e-4)


def test_a_number_that_is_none_spoils_its_group_alone() -> None:
    x = np.array([[[1, np.nan], [2, 0]]])
    y = output(layer_of("group_norm", num_groups=2, eps=0), input=x)
    assert np.isnan(y[0, 0]).all()
    assert y[0, 1].tolist() == [1, -1]


def test_a_batch_axis_of_none() -> None:
    layer, x = layer_of("group_norm", num_groups=2), np.zeros((0, 4, 3))
    assert output(layer, input=x, weight=np.ones(4)).shape == (0, 4, 3)


def test_explains_with_the_numbers_of_the_group() -> None:
    layer = layer_of("group_norm", num_groups=2, eps=0)
    found = explained(layer, (0, 3, 1), input=X, weight=[1, 1, 1, 3], bias=[0, 0, 0, 1])
    assert found.value == -2
    assert [t["input_index"] for t in found.terms] == [[0, 3, 1]]
    wanted = {"mean": 1, "var": 1, "counted": 4, "normalised": -1, "scale": 3, "shift": 1, "eps": 0}
    assert found.facts == wanted


def test_an_element_touches_its_group_and_a_weight_its_channel() -> None:
    layer, shapes = layer_of("group_norm", num_groups=2), {"input": (2, 6, 3, 4), "weight": (6,)}
    (box,) = layer.fed(shapes, (1, 4, 2, 2))
    assert box == (Span(1, 2), Span(3, 6), Span(0, 3), Span(0, 4))
    met = (Span(0, 2), Span(4, 5), Span(0, 3), Span(0, 4))
    assert layer.weighed(shapes, (4,)) == ([met], [met])


def test_its_range_is_what_divides_the_channels() -> None:
    found = ranges(layer_of("group_norm"), {"input": (2, 12, 5)}, LIMITS)
    assert found["num_groups"] == Values((1, 2, 3, 4, 6, 12))
    alone = ranges(layer_of("group_norm"), {"input": (1, 4)}, LIMITS)
    assert alone["num_groups"] == Values((1, 2)), "a group of one number has no spread"


@pytest.mark.parametrize(
    ("asked", "shapes", "said"),
    [
        ({"num_groups": 2}, {"input": (2, 3, 4)}, "2 does not divide the 3 channels"),
        ({"num_groups": 3}, {"input": (1, 3)}, "one number alone"),
        ({}, {"input": (2, 3), "weight": (2,)}, "for each of the 3 channels"),
        ({}, {"input": (3,)}, r"\(N, C, ...\)"),
    ],
)
def test_refuses(asked: dict[str, Any], shapes: dict[str, tuple[int, ...]], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        layer_of("group_norm", **asked).resolve(shapes)


def test_one_group_and_as_many_as_channels_are_two_other_normalisations() -> None:
    x = np.random.default_rng(2).normal(size=(2, 4, 3, 3))
    first = output(layer_of("group_norm", num_groups=1), input=x)
    np.testing.assert_array_equal(first, output(layer_of("layer_norm"), input=x))
    last = output(layer_of("group_norm", num_groups=4), input=x)
    np.testing.assert_array_equal(last, output(layer_of("instance_norm"), input=x))
    assert math.isclose(float(first.mean()), 0, abs_tol=1e-6)
