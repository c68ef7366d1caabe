"""Pad on numbers that can be checked by hand."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from app.layers._numbers import equation
from app.problems import Invalid
from tests.layers.apply import explained, layer_of, output

X = [[1, 2, 3]]


def test_one_number_is_for_every_side_of_the_last_two_axes() -> None:
    y = output(layer_of("pad"), input=[[[7]]])
    assert y.tolist() == [[[0, 0, 0], [0, 7, 0], [0, 0, 0]]]
    assert output(layer_of("pad"), input=[7]).tolist() == [0, 7, 0]
    assert output(layer_of("pad"), input=7).tolist() == 7


def test_the_last_axis_comes_first() -> None:
    y = output(layer_of("pad", padding=[1, 0, 0, 2]), input=[[7]])
    assert y.tolist() == [[0, 7], [0, 0], [0, 0]]


def test_negative_sides_cut() -> None:
    assert output(layer_of("pad", padding=[-1, 1]), input=X).tolist() == [[2, 3, 0]]
    assert output(layer_of("pad", padding=[-1, -1]), input=X).tolist() == [[2]]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("reflect", [3, 2, 1, 2, 3, 2]),
        ("replicate", [1, 1, 1, 2, 3, 3]),
        ("circular", [2, 3, 1, 2, 3, 1]),
    ],
)
def test_mode_says_what_the_new_cells_hold(mode: str, expected: list[int]) -> None:
    y = output(layer_of("pad", padding=[2, 1], mode=mode), input=X)
    assert y.tolist() == [expected]


def test_value_is_what_constant_puts_there() -> None:
    assert output(layer_of("pad", padding=[0, 2], value=-5.0), input=X).tolist() == [
        [1, 2, 3, -5, -5]
    ]


def test_explains_a_copy_and_a_new_cell() -> None:
    layer = layer_of("pad", padding=[1, 1], value=4.0)
    found = explained(layer, (0, 3), input=X)
    assert (found.value, [t["input_index"] for t in found.terms]) == (3, [[0, 2]])
    found = explained(layer, (0, 0), input=X)
    assert (found.value, found.terms) == (4, [])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"padding": [3, 0], "mode": "reflect"}, "at most 2"),
        ({"padding": [4, 0], "mode": "circular"}, "at most 3"),
        ({"padding": [-2, -1]}, "nothing is left"),
        ({"padding": [5, -4]}, "nothing is left"),
        ({"padding": [1] * 6}, "for 3 axes, but the input has 2"),
        ({"padding": [1, 1, 1, 1], "mode": "reflect"}, "takes an input of 3 or 4 axes"),
        ({"padding": [], "mode": "reflect"}, "1, 2 or 3 axes"),
        ({"padding": [1, 1], "mode": "reflect", "value": 1.0}, "'constant' only"),
    ],
)
def test_refuses(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        layer_of("pad", **asked).resolve({"input": (1, 3)})


@pytest.mark.parametrize("padding", [[1], [1, 2, 3], [1.5, 1], "1", True, [0] * 18])
def test_refuses_what_is_no_list_of_sides(padding: object) -> None:
    with pytest.raises(ValidationError):
        layer_of("pad", padding=padding)


def test_a_new_cell_is_the_value_and_no_input() -> None:
    layer = layer_of("pad", mode="constant", padding=1, value=0.5)
    ones = np.ones((1, 1, 2, 2))
    places = ((0, 0, 0, 0), (0, 0, 1, 1))
    texts = [equation(layer, explained(layer, at, input=ones)) for at in places]
    assert [one["latex"] for one in texts] == [r"y = \mathrm{value}", "y = x"]
    assert texts[0]["latex_numbers"] == "y = 0.50 = 0.50"
