"""Batch normalisation on numbers that can be checked by hand."""

import math
from typing import Any

import numpy as np
import pytest

from app.problems import Invalid
from tests.layers.apply import applied, explained, layer_of, output

KEPT: dict[str, Any] = {"running_mean": [1, 10], "running_var": [4, 0.25]}
X = [[3, 11], [-1, 10]]


def test_moves_and_spreads_by_the_running_numbers() -> None:
    y = output(layer_of("batch_norm", eps=0), input=X, **KEPT)
    assert y.tolist() == [[1, 2], [-1, 0]]


def test_then_scales_and_shifts() -> None:
    y = output(layer_of("batch_norm", eps=0), input=X, weight=[10, 1], bias=[0, 0.5], **KEPT)
    assert y.tolist() == [[10, 2.5], [-10, 0.5]]


def test_eps_is_added_to_the_variance() -> None:
    layer = layer_of("batch_norm", eps=5)
    y = output(layer, input=[[3]], running_mean=[0], running_var=[4])
    assert y.tolist() == [[1]]


def test_training_takes_the_batch_and_returns_what_it_would_keep() -> None:
    """Of 1 and 5 the mean is 3 and the variance 4, unbiased 8; a quarter of each is taken over."""
    layer = layer_of("batch_norm", training=True, eps=12, momentum=0.25)
    found = applied(layer, input=[[1], [5]], running_mean=[7], running_var=[4]).outputs
    assert found["output"].tolist() == [[-0.5], [0.5]]  # 2 / √(4 + 12)
    assert found["new_running_mean"].tolist() == [7 * 0.75 + 3 * 0.25]
    assert found["new_running_var"].tolist() == [4 * 0.75 + 8 * 0.25]


def test_training_needs_no_running_numbers() -> None:
    found = applied(layer_of("batch_norm", training=True, eps=12), input=[[[1, 5]]]).outputs
    assert {name: value.tolist() for name, value in found.items()} == {"output": [[[-0.5, 0.5]]]}


def test_a_batch_axis_of_none() -> None:
    layer = layer_of("batch_norm")
    shapes = {"input": (0, 2), "running_mean": (2,), "running_var": (2,)}
    assert layer.resolve(shapes).output_shapes(shapes) == {"output": (0, 2)}


def test_explains_with_the_numbers_of_the_channel() -> None:
    found = explained(layer_of("batch_norm", eps=0), (0, 1), input=X, weight=[1, 3], **KEPT)
    assert found.value == 6
    assert found.facts["mean"] == 10
    assert math.isclose(found.facts["normalised"], 2)


@pytest.mark.parametrize(
    ("asked", "shapes", "said"),
    [
        ({}, {"input": (2, 3)}, "must both be there"),
        ({"training": True}, {"input": (2, 3), "running_mean": (3,)}, "must both be there"),
        ({"training": True}, {"input": (1, 3)}, "more than 1 value"),
        ({"training": True, "eps": 0}, {"input": (2, 3)}, "eps must be above 0"),
        ({"training": True}, {"input": (2, 3), "weight": (2,)}, "for each of the 3 channels"),
        ({"training": True}, {"input": (3,)}, r"\(N, C, ...\)"),
    ],
)
def test_refuses(asked: dict[str, Any], shapes: dict[str, tuple[int, ...]], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        layer_of("batch_norm", **asked).resolve(shapes)


@pytest.mark.parametrize("shape", [(2, 1, 700, 900), (1_000_003, 1), (1, 1, 1_500_000)], ids=str)
def test_the_numbers_of_a_large_batch_keep_their_digits(shape: tuple[int, ...]) -> None:
    x = (0.5 + 0.01 * np.random.default_rng(3).standard_normal(shape)).astype(np.float32)
    kept = {"running_mean": [0], "running_var": [0]}
    found = applied(layer_of("batch_norm", training=True, momentum=1), input=x, **kept).outputs
    mean, var = x.mean(dtype=np.float64), x.var(dtype=np.float64)
    y = (x - mean) / np.sqrt(var + 1e-5)
    np.testing.assert_allclose(found["output"], y, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found["new_running_mean"], [mean], rtol=1e-5)
    np.testing.assert_allclose(found["new_running_var"], [var * x.size / (x.size - 1)], rtol=1e-4)
