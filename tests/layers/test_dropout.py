"""Dropout on numbers that can be checked by hand."""

import numpy as np
import pytest
from pydantic import ValidationError

from app.problems import Invalid
from tests.layers.apply import applied, explained, layer_of, output

X = [[2, 4], [6, 8]]
MASK = [[1, 0], [0, 1]]


def test_out_of_training_nothing_changes() -> None:
    assert output(layer_of("dropout"), input=X).tolist() == X
    assert output(layer_of("dropout"), input=X, mask=MASK).tolist() == X


def test_what_the_mask_keeps_makes_up_for_what_it_drops() -> None:
    layer = layer_of("dropout", training=True, p=0.75)
    assert output(layer, input=X, mask=MASK).tolist() == [[8, 0], [0, 32]]


def test_the_mask_is_given_back_and_makes_the_same_again() -> None:
    layer = layer_of("dropout", training=True, seed=5)
    first = applied(layer, input=X)
    again = applied(layer_of("dropout", training=True), input=X, mask=first.tensors["mask"])
    np.testing.assert_array_equal(first.outputs["output"], first.tensors["mask"] * X * 2)
    np.testing.assert_array_equal(first.outputs["output"], again.outputs["output"])


def test_a_single_number() -> None:
    assert output(layer_of("dropout", training=True, p=0.0), input=7.0) == 7
    assert output(layer_of("dropout", training=True, p=1.0), input=7.0) == 0


def test_explains_whether_it_stayed() -> None:
    layer = layer_of("dropout", training=True, p=0.75)
    found = explained(layer, (1, 1), input=X, mask=MASK)
    assert (found.value, found.facts) == (32, {"kept": True, "scale": 4})
    found = explained(layer, (0, 1), input=X, mask=MASK)
    assert (found.value, found.facts["kept"]) == (0, False)


@pytest.mark.parametrize("p", [-0.1, 1.1, "0.5", True])
def test_refuses_what_is_no_probability(p: object) -> None:
    with pytest.raises(ValidationError):
        layer_of("dropout", p=p)


def test_refuses_a_mask_of_another_shape() -> None:
    with pytest.raises(Invalid, match="must have the shape of the input"):
        layer_of("dropout", training=True).resolve({"input": (2, 3), "mask": (3, 2)})
