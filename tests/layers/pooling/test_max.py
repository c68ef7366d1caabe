"""Max pooling on numbers that can be checked by hand."""

import numpy as np
import pytest

from app.layers._numbers import equation
from app.problems import Invalid
from tests.layers.apply import applied, explained, layer_of, output

X = [[1, 2, 3, 4], [8, 7, 6, 5], [0, -1, -2, -3]]


def test_the_largest_of_each_window() -> None:
    assert output(layer_of("pooling", "max"), input=X).tolist() == [[[[8, 6]]]]


def test_stride_is_the_kernel_unless_said() -> None:
    y = output(layer_of("pooling", "max", stride=1), input=X)
    assert y.tolist() == [[[[8, 7, 6], [8, 7, 6]]]]


def test_padding_never_wins() -> None:
    y = output(layer_of("pooling", "max", padding=1), input=-np.ones((2, 2)))
    assert y.tolist() == [[[[-1, -1], [-1, -1]]]]


def test_ceil_mode_keeps_the_rest_at_the_border() -> None:
    y = output(layer_of("pooling", "max", ceil_mode=True), input=X)
    assert y.tolist() == [[[[8, 6], [0, -2]]]]


def test_dilation_skips_cells() -> None:
    y = output(layer_of("pooling", "max", kernel_size=[1, 2], stride=1, dilation=2), input=X)
    assert y.tolist() == [[[[3, 4], [8, 7], [0, -1]]]]


def test_indices_are_flat_over_one_plane() -> None:
    layer = layer_of("pooling", "max", return_indices=True)
    done = applied(layer, input=np.array([[X, X], [X, X]]))
    assert done.outputs["indices"].dtype == np.int64
    assert done.outputs["indices"].tolist() == [[[[4, 6]]] * 2] * 2


def test_of_equals_the_first_wins() -> None:
    done = applied(layer_of("pooling", "max", return_indices=True), input=[[5, 5], [5, 5]])
    assert done.outputs["indices"].tolist() == [[[[0]]]]
    found = explained(layer_of("pooling", "max"), (0, 0, 0, 0), input=[[5, 5], [5, 5]])
    assert [t["winner"] for t in found.terms] == [True, False, False, False]
    assert found.facts == {"ties": 4, "counted": 4}


def test_nan_wins() -> None:
    y = output(layer_of("pooling", "max"), input=np.array([[1, np.nan, 3, 4], [9, 9, 1, 1]]))
    np.testing.assert_array_equal(y, [[[[np.nan, 4]]]])


def test_a_window_of_minus_infinity_stays_so() -> None:
    done = applied(layer_of("pooling", "max", return_indices=True), input=np.full((2, 4), -np.inf))
    assert done.outputs["output"].tolist() == [[[[-np.inf, -np.inf]]]]
    assert done.outputs["indices"].tolist() == [[[[0, 2]]]]


def test_explains_the_padding() -> None:
    found = explained(layer_of("pooling", "max", padding=1), (0, 0, 0, 0), input=X)
    assert found.value == 1
    assert found.window == ((-1, -1), (1, 1))
    assert [t["padding"] for t in found.terms] == [True, True, True, False]


def test_refuses_padding_as_wide_as_the_window() -> None:
    with pytest.raises(Invalid) as refused:
        layer_of("pooling", "max", padding=2).resolve({"input": (5, 5)})
    assert str(refused.value) == (
        "padding 2 is too large for a window of 2: at most 1 on each side"
    )


def test_refuses_a_window_larger_than_the_input() -> None:
    with pytest.raises(Invalid) as refused:
        layer_of("pooling", "max", kernel_size=[2, 3]).resolve({"input": (1, 5, 2)})
    assert str(refused.value) == "kernel_size 3 is larger than the padded input 2 + 2·0 = 2"


def test_padding_has_no_part_in_a_maximum() -> None:
    """It is less than any number: nine cells of a window, and the largest of four of them."""
    layer = layer_of("pooling", "max", kernel_size=3, stride=1, padding=1)
    found = explained(layer, (0, 0, 0, 0), input=np.array([[-1, -2], [-3, -4]]))
    assert found.value == -1
    assert found.facts["counted"] == 4
    assert [t.get("counts", True) for t in found.terms] == [False] * 4 + [True] * 2 + [False] + [
        True
    ] * 2


def test_a_window_that_sees_nothing_is_explained() -> None:
    """A dilated window steps over the one cell there is: PyTorch gives −∞ there."""
    layer = layer_of("pooling", "max", padding=1, dilation=2)
    assert output(layer, input=[[5]]).tolist() == [[[[-np.inf]]]]
    found = explained(layer, (0, 0, 0, 0), input=[[5]])
    assert found.value == -np.inf
    assert not any(t["winner"] for t in found.terms)
    assert found.facts == {"ties": 0, "counted": 0}
    told = equation(layer, found)["latex_numbers"]
    assert told.count(r"\infty") == len(found.terms) + 1
