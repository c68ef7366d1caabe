"""Local response normalisation on numbers that can be checked by hand."""

from typing import Any

import numpy as np
import pytest

from app.layers._explain import Explanation
from app.layers._numbers import equation
from app.layers._touch import Span
from app.problems import Invalid
from tests.layers.apply import explained, layer_of, output

X = [[[1], [2], [3], [4]]]
HALF: dict[str, Any] = {"beta": 1, "k": 0}


def test_divides_by_the_squares_around() -> None:
    """Around 2 lie 1, 2, 3: of 1 + 4 + 9 = 14, alpha / size = 2 of each."""
    y = output(layer_of("local_response_norm", size=3, alpha=6, **HALF), input=X)
    expected = [1 / (2 * 5), 2 / (2 * 14), 3 / (2 * 29), 4 / (2 * 25)]
    np.testing.assert_allclose(y[0, :, 0], expected, 1e-6)


def test_of_an_even_size_one_more_lies_before() -> None:
    y = output(layer_of("local_response_norm", size=2, alpha=2, **HALF), input=X)
    np.testing.assert_allclose(y[0, :, 0], [1 / 1, 2 / 5, 3 / 13, 4 / 25], 1e-6)


@pytest.mark.parametrize("size", [8, 9, 1000, 2**31 - 1])
def test_a_size_beyond_the_channels_sees_them_all(size: int) -> None:
    y = output(layer_of("local_response_norm", size=size, alpha=size, **HALF), input=X)
    np.testing.assert_allclose(y[0, :, 0], np.arange(1, 5) / 30, 1e-5)


def test_what_is_loud_far_away_leaves_nothing_behind() -> None:
    """A sum that goes along would keep a rest of what has left it."""
    x = np.array([[[1e8], [1e8], [0], [0.5], [0.5]]])
    y = output(layer_of("local_response_norm", size=3, alpha=3, beta=1, k=1), input=x)
    np.testing.assert_allclose(y[0, 3:, 0], [0.5 / 1.5, 0.5 / 1.5], 1e-6)
    x[0, 0] = np.inf
    y = output(layer_of("local_response_norm", size=3, alpha=3, beta=1, k=1), input=x)
    assert np.isnan(y[0, 0, 0])
    np.testing.assert_allclose(y[0, 3:, 0], [0.5 / 1.5, 0.5 / 1.5], 1e-6)


def test_a_batch_axis_of_none() -> None:
    assert output(layer_of("local_response_norm"), input=np.zeros((0, 4, 3))).shape == (0, 4, 3)


def second(**more: Any) -> Explanation:
    layer = layer_of("local_response_norm", size=3, alpha=6, **HALF | more)
    return explained(layer, (0, 1, 0), input=X)


def test_explains_with_its_neighbours() -> None:
    found = second()
    assert [t["input_index"] for t in found.terms] == [[0, 0, 0], [0, 1, 0], [0, 2, 0]]
    assert [t["square"] for t in found.terms] == [1, 4, 9]
    assert (found.facts["total"], found.facts["scale"]) == (14, 28)
    assert found.value == np.float32(2 / 28)


def test_its_formula_has_the_value_itself_and_the_sum_of_the_squares() -> None:
    layer = layer_of("local_response_norm", size=3, alpha=6, **HALF)
    texts = equation(layer, second())
    assert r"\sum_{j}" in texts["latex"]
    assert texts["latex_numbers"].startswith(r"y = \frac{2}{")
    assert r"\cdot 14" in texts["latex_numbers"]


def test_an_element_touches_the_outputs_that_see_it() -> None:
    shapes = {"input": (2, 6, 3)}
    for size in (1, 2, 3, 4, 20):
        layer = layer_of("local_response_norm", size=size)
        x = np.zeros((2, 6, 3), np.float32)
        seen = {
            (c, term["input_index"][1])
            for c in range(6)
            for term in layer.explain({"input": x}, (1, c, 2)).terms
        }
        for channel in range(6):
            (box,) = layer.fed(shapes, (1, channel, 2))
            assert (box[0], box[2]) == (Span(1, 2), Span(2, 3))
            assert {(c, channel) for c in range(box[1].start, box[1].stop)} == {
                pair for pair in seen if pair[1] == channel
            }


@pytest.mark.parametrize("shape", [(2, 3), (2, 0, 3), (2, 3, 0)])
def test_refuses(shape: tuple[int, ...]) -> None:
    with pytest.raises(Invalid, match="three axes"):
        layer_of("local_response_norm").resolve({"input": shape})
