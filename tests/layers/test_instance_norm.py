"""Instance normalisation on numbers that can be checked by hand."""

from typing import Any

import numpy as np
import pytest

from app.layers._touch import Span
from app.problems import Invalid
from tests.layers.apply import applied, explained, layer_of, output

X = [[[1, 3], [5, 9]], [[2, 2], [0, 4]]]
KEPT: dict[str, Any] = {"running_mean": [1, 10], "running_var": [4, 0.25]}


def test_each_channel_of_each_sample_by_itself() -> None:
    y = output(layer_of("instance_norm", eps=0), input=X[:1])
    assert y.tolist() == [[[-1, 1], [-1, 1]]]
    y = output(layer_of("instance_norm", eps=5), input=X)
    assert y[1].tolist() == [[0, 0], [np.float32(-2 / 3), np.float32(2 / 3)]]


def test_brighter_and_of_more_contrast_is_the_same() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 5))
    layer = layer_of("instance_norm", eps=0)
    np.testing.assert_allclose(output(layer, input=x), output(layer, input=3 * x + 7), 1e-4, 1e-5)


def test_then_scales_and_shifts_each_channel() -> None:
    y = output(layer_of("instance_norm", eps=0), input=X[:1], weight=[2, 10], bias=[0, 1])
    assert y.tolist() == [[[-2, 2], [-9, 11]]]


def test_the_running_numbers_where_those_of_the_input_are_not_used() -> None:
    layer = layer_of("instance_norm", use_input_stats=False, eps=0)
    assert output(layer, input=[[[3], [11]]], **KEPT).tolist() == [[[1], [2]]]
    assert applied(layer, input=X, **KEPT).outputs.keys() == {"output"}


def test_keeps_the_mean_over_the_samples() -> None:
    """Means 2 and 2 of channel 0, 7 and 2 of channel 1; unbiased variances 2 and 0, 8 and 8."""
    layer = layer_of("instance_norm", momentum=0.5)
    found = applied(layer, input=X, running_mean=[0, 0], running_var=[1, 0]).outputs
    assert found["new_running_mean"].tolist() == [1, 2.25]
    assert found["new_running_var"].tolist() == [1, 4]


def test_what_is_no_number_spoils_its_channel_alone() -> None:
    y = output(layer_of("instance_norm", eps=0), input=np.array([[[1, np.nan], [1, 3]]]))
    assert np.isnan(y[0, 0]).all()
    assert y[0, 1].tolist() == [-1, 1]


def test_a_batch_axis_of_none() -> None:
    assert output(layer_of("instance_norm"), input=np.zeros((0, 4, 3))).shape == (0, 4, 3)


def test_explains_with_the_numbers_that_were_used() -> None:
    found = explained(layer_of("instance_norm", eps=0), (0, 1, 1), input=X, weight=[1, 3])
    assert (found.value, found.facts["mean"], found.facts["counted"]) == (3, 7, 2)
    layer = layer_of("instance_norm", use_input_stats=False, eps=0)
    found = explained(layer, (0, 0, 1), input=X, **KEPT)
    assert (found.value, found.facts["mean"], "counted" in found.facts) == (1, 1, False)


def test_an_element_touches_its_channel_only_if_that_is_looked_at() -> None:
    shapes, at = {"input": (2, 5, 3, 4)}, (1, 4, 2, 2)
    plane = (Span(1, 2), Span(4, 5), Span(0, 3), Span(0, 4))
    assert layer_of("instance_norm").fed(shapes, at) == [plane]
    layer = layer_of("instance_norm", use_input_stats=False)
    assert layer.fed(shapes, at) == [tuple(Span(i, i + 1) for i in at)]
    window = layer.receptive_field(shapes)
    assert window is not None
    assert window.size == (1, 1)
    assert layer_of("instance_norm").receptive_field(shapes) is None


@pytest.mark.parametrize(
    ("asked", "shapes", "said"),
    [
        ({}, {"input": (2, 3)}, "one number alone"),
        ({}, {"input": (2, 3, 1, 1)}, "one number alone"),
        ({"use_input_stats": False}, {"input": (2, 3)}, "must both be there"),
        ({}, {"input": (2, 3, 2), "running_mean": (3,)}, "must both be there"),
        ({}, {"input": (2, 3, 2), "weight": (2,)}, "for each of the 3 channels"),
        ({}, {"input": (0, 1, 2), "running_mean": (1,), "running_var": (1,)}, "without a sample"),
    ],
)
def test_refuses(asked: dict[str, Any], shapes: dict[str, tuple[int, ...]], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        layer_of("instance_norm", **asked).resolve(shapes)
