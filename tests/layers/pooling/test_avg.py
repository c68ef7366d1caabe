"""Average pooling on numbers that can be checked by hand."""

import numpy as np
import pytest

from app.layers._notation import PLAIN, written
from app.layers._numbers import equation, in_numbers
from tests.layers.apply import applied, explained, layer_of, output

X = [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_the_mean_of_each_window() -> None:
    assert output(layer_of("pooling", "avg"), input=X).tolist() == [[[[3.5, 5.5]]]]


def test_zeros_of_the_padding_count_unless_told() -> None:
    counted = output(layer_of("pooling", "avg", padding=1), input=[[4, 8]])
    assert counted.tolist() == [[[[1, 2]]]]
    left_out = output(
        layer_of("pooling", "avg", padding=1, count_include_pad=False), input=[[4, 8]]
    )
    assert left_out.tolist() == [[[[4, 8]]]]


def test_cells_past_the_padding_never_count() -> None:
    y = output(layer_of("pooling", "avg", ceil_mode=True), input=[[1, 3, 5]] * 2)
    assert y.tolist() == [[[[2, 5]]]]


def test_dilation_skips_cells() -> None:
    layer = layer_of("pooling", "avg", kernel_size=[1, 2], stride=1, dilation=2)
    assert output(layer, input=[[1, 2, 3, 4]]).tolist() == [[[[2, 3]]]]


def test_padding_on_one_side() -> None:
    layer = layer_of("pooling", "avg", kernel_size=[1, 2], padding=[0, 1, 0, 0])
    assert output(layer, input=[[2, 4, 6]]).tolist() == [[[[1, 5]]]]


def test_same_pads_past_the_window_where_the_dilation_asks_for_it() -> None:
    """Two cells three apart, one step at a time: the zeros beside the input count, or do not."""
    asked = {"kernel_size": [1, 2], "stride": 1, "dilation": 3, "padding": "same"}
    y = output(layer_of("pooling", "avg", **asked), input=[[2, 4, 6]])
    assert y.tolist() == [[[[3, 1, 2]]]]
    y = output(layer_of("pooling", "avg", count_include_pad=False, **asked), input=[[2, 4, 6]])
    assert y.tolist() == [[[[6, 2, 4]]]]


def test_a_window_that_sees_nothing_has_the_mean_0() -> None:
    asked = {"kernel_size": [1, 2], "stride": 1, "dilation": 2, "padding": [0, 1]}
    layer = layer_of("pooling", "avg", count_include_pad=False, **asked)
    assert applied(layer, input=[[7]]).outputs["output"].tolist() == [[[[0]]]]
    assert explained(layer, (0, 0, 0, 0), input=[[7]]).value == 0


def test_explains_how_many_counted() -> None:
    layer = layer_of("pooling", "avg", padding=1, count_include_pad=False)
    found = explained(layer, (0, 0, 0, 1), input=np.array(X))
    assert found.value == 2.5
    assert found.facts == {"counted": 2}


def test_explains_which_cells_counted() -> None:
    """Torch divides by 4 or by 9, and past the padding (ceil_mode) by what is not past it."""
    x = np.array([[-1.0, -2.0], [-3.0, -4.0]], np.float32)
    asked = {"kernel_size": 3, "stride": 1, "padding": 1}
    for counts, divisor in ((False, 4), (True, 9)):
        layer = layer_of("pooling", "avg", count_include_pad=counts, **asked)
        found = explained(layer, (0, 0, 0, 0), input=x)
        assert sum(t.get("counts", True) for t in found.terms) == divisor
        assert found.value == pytest.approx(-10 / divisor)
        assert written(in_numbers(layer, found), PLAIN).count("0") == (5 if counts else 0)
    past = layer_of("pooling", "avg", kernel_size=2, stride=2, ceil_mode=True)
    found = explained(past, (0, 0, 0, 1), input=[[1, 3, 5]] * 2)
    assert [t.get("counts", True) for t in found.terms] == [True, False, True, False]


@pytest.mark.parametrize(("columns", "has_dots"), [(8, False), (9, True)])
def test_of_many_that_count_the_first_and_the_last_are_written(
    columns: int, has_dots: bool
) -> None:
    """A row of padding takes no part: four rows of 8 are 32 numbers, which all stand there."""
    x = np.arange(4 * columns, dtype=np.float32).reshape(1, 1, 4, columns)
    layer = layer_of("pooling", "avg", kernel_size=[5, columns], padding=[1, 0],
                     count_include_pad=False)  # fmt: skip
    found = layer.resolve({"input": x.shape}).explain({"input": x}, (0, 0, 0, 0))
    told = equation(layer, found)["latex_numbers"]
    assert ("dots" in told) == has_dots
    assert f"{4 * columns - 1}" in told
    assert told.count("+") == 31
