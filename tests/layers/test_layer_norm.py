"""Layer normalisation on numbers that can be checked by hand."""

from typing import Any

import numpy as np
import pytest

from app.layers._touch import Span
from app.plans import Values, ranges
from app.problems import Invalid
from tests.layers.apply import applied, explained, layer_of, output
from tests.layers.cases import LIMITS

X = [[[1, 3], [5, 7]], [[2, 2], [0, 4]]]


def test_all_but_the_batch_if_nothing_is_said() -> None:
    """Of 1, 3, 5, 7 the mean is 4 and the variance 5; of 2, 2, 0, 4 they are 2 and 2."""
    y = output(layer_of("layer_norm", eps=4), input=X)
    assert y[0].tolist() == [[-1, np.float32(-1 / 3)], [np.float32(1 / 3), 1]]
    y = output(layer_of("layer_norm", eps=2), input=X)
    assert y[1].tolist() == [[0, 0], [-1, 1]]


def test_each_row_by_itself() -> None:
    y = output(layer_of("layer_norm", normalized_shape=2, eps=0), input=X)
    assert y[0].tolist() == [[-1, 1], [-1, 1]]
    assert y[1, 1].tolist() == [-1, 1]


def test_the_batch_too_where_it_is_named() -> None:
    y = output(layer_of("layer_norm", normalized_shape=[2, 2], eps=0), input=[[1, 3], [1, 3]])
    assert y.tolist() == [[-1, 1], [-1, 1]]


def test_without_its_shape_that_of_the_weight_is_taken() -> None:
    done = applied(layer_of("layer_norm", eps=0), input=X, weight=[1, 10])
    assert done.plan.layer.known()["normalized_shape"] == (2,)
    assert done.outputs["output"][0].tolist() == [[-1, 10], [-1, 10]]


def test_each_place_has_its_scale_and_shift() -> None:
    layer = layer_of("layer_norm", normalized_shape=[2, 2], eps=5)
    y = output(layer, input=X, weight=[[1, 2], [3, 4]], bias=[[0, 0], [0, 5]])
    np.testing.assert_allclose(y[0, 1, 1], 3 / np.sqrt(10) * 4 + 5, 1e-6)


def test_a_number_alone_is_the_shift() -> None:
    y = output(layer_of("layer_norm"), input=[[3], [-8]], weight=[2], bias=[7])
    assert y.tolist() == [[7], [7]]


def test_what_is_no_number_spoils_its_sample_alone() -> None:
    y = output(layer_of("layer_norm", eps=0), input=np.array([[1, np.inf], [1, 3]]))
    assert np.isnan(y[0]).all()
    assert y[1].tolist() == [-1, 1]


def test_the_variance_of_large_numbers() -> None:
    x = np.random.default_rng(1).normal(3e6, 1, (3, 5000)).astype(np.float32)
    wide = x.astype(np.float64)
    exact = (wide - wide.mean(1, keepdims=True)) / np.sqrt(wide.var(1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(output(layer_of("layer_norm"), input=x), exact, 1e-4, 1e-4)


def test_a_batch_axis_of_none() -> None:
    assert output(layer_of("layer_norm"), input=np.zeros((0, 4, 3))).shape == (0, 4, 3)


def test_explains_with_the_numbers_of_the_sample() -> None:
    layer = layer_of("layer_norm", normalized_shape=2, eps=0)
    found = explained(layer, (0, 1, 1), input=X, weight=[1, 3], bias=[0, 2])
    assert found.value == 5
    wanted = {"mean": 6, "var": 1, "counted": 2, "normalised": 1, "scale": 3, "shift": 2, "eps": 0}
    assert found.facts == wanted


def test_what_an_element_and_a_weight_touch() -> None:
    layer = layer_of("layer_norm", normalized_shape=[3, 4])
    shapes = {"input": (2, 5, 3, 4), "weight": (3, 4)}
    layer = layer.resolve(shapes)
    assert layer.fed(shapes, (1, 4, 2, 2)) == [(Span(1, 2), Span(4, 5), Span(0, 3), Span(0, 4))]
    met = (Span(0, 2), Span(0, 5), Span(2, 3), Span(1, 2))
    assert layer.weighed(shapes, (2, 1)) == ([met], [met])


def test_its_shape_can_be_any_end_of_the_input() -> None:
    found = ranges(layer_of("layer_norm"), {"input": (2, 3, 4)}, LIMITS)
    assert found["normalized_shape"] == Values(((4,), (3, 4), (2, 3, 4)))


@pytest.mark.parametrize(
    ("asked", "shapes", "said"),
    [
        ({"normalized_shape": 3}, {"input": (3, 4)}, r"\[3\] must be the last sizes of .*\[3, 4\]"),
        ({"normalized_shape": [1, 3, 4]}, {"input": (3, 4)}, "must be the last sizes"),
        ({"normalized_shape": 4}, {"input": (3, 4), "bias": (1,)}, r"bias \[1\] must have the sh"),
        ({}, {"input": (3, 4), "weight": (4,), "bias": (3,)}, "must have the shape"),
        ({}, {"input": ()}, "an axis at least"),
        ({}, {"input": (2, 0)}, "no empty one"),
    ],
)
def test_refuses(asked: dict[str, Any], shapes: dict[str, tuple[int, ...]], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        layer_of("layer_norm", **asked).resolve(shapes)
