"""Flatten on numbers that can be checked by hand."""

from typing import Any

import numpy as np
import pytest

from app.problems import Invalid
from tests.layers.apply import explained, layer_of, output

RAMP = np.arange(24).reshape(2, 3, 4)


def test_lays_all_but_the_batch_in_a_row() -> None:
    y = output(layer_of("flatten"), input=RAMP)
    assert y.tolist() == [list(range(12)), list(range(12, 24))]


def test_joins_the_axes_that_are_named() -> None:
    assert output(layer_of("flatten", start_dim=0, end_dim=1), input=RAMP).shape == (6, 4)
    assert output(layer_of("flatten", start_dim=-2, end_dim=-1), input=RAMP).shape == (2, 12)
    assert output(layer_of("flatten", start_dim=1, end_dim=1), input=RAMP).shape == (2, 3, 4)


def test_a_single_number_becomes_a_row_of_one() -> None:
    assert output(layer_of("flatten", start_dim=0), input=5).tolist() == [5]


def test_an_empty_batch_stays_empty() -> None:
    assert output(layer_of("flatten"), input=np.empty((0, 2, 3))).shape == (0, 6)


def test_explains_where_a_number_stood() -> None:
    found = explained(layer_of("flatten"), (1, 5), input=RAMP)
    assert found.value == 17
    assert [t["input_index"] for t in found.terms] == [[1, 1, 1]]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start_dim": 3}, "is not an axis"),
        ({"end_dim": -4}, "is not an axis"),
        ({"start_dim": 2, "end_dim": 1}, "comes after"),
    ],
)
def test_refuses(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        layer_of("flatten", **asked).resolve({"input": (2, 3, 4)})
