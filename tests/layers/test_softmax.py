"""Softmax on numbers that can be checked by hand."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError

from app.problems import Invalid
from tests.layers.apply import explained, layer_of, output

LN = [math.log(n) for n in (1, 2, 5)]


def test_scores_that_are_logarithms_give_back_their_shares() -> None:
    np.testing.assert_allclose(output(layer_of("softmax"), input=LN), [0.125, 0.25, 0.625])


def test_temperature_divides_the_scores() -> None:
    """At 1/2 each exponential is squared: 1, 4, 25 of 30."""
    y = output(layer_of("softmax", temperature=0.5), input=LN)
    np.testing.assert_allclose(y, np.array([1, 4, 25]) / 30, rtol=1e-6)


def test_the_logarithm_of_the_shares() -> None:
    y = output(layer_of("softmax", log=True), input=LN)
    np.testing.assert_allclose(np.exp(y), [0.125, 0.25, 0.625], rtol=1e-6)


def test_dim_says_along_which_axis() -> None:
    x = np.array([[0, 0], [0, math.log(3)]])
    down, across = (output(layer_of("softmax", dim=dim), input=x) for dim in (0, 1))
    np.testing.assert_allclose(down, np.array([[0.5, 0.25], [0.5, 0.75]]), rtol=1e-6)
    np.testing.assert_allclose(across, np.array([[0.5, 0.5], [0.25, 0.75]]), rtol=1e-6)


def test_a_single_number_has_the_whole_share() -> None:
    y = output(layer_of("softmax"), input=-7)
    assert y.shape == ()
    assert y == 1


def test_explains_a_share() -> None:
    found = explained(layer_of("softmax"), (0, 2), input=[LN])
    assert found.value == pytest.approx(0.625)
    assert found.facts["total"] == pytest.approx(1 / 5 + 2 / 5 + 1)
    assert [t["share"] for t in found.terms] == pytest.approx([0.125, 0.25, 0.625])
    assert found.terms[2]["shifted"] == 0


@pytest.mark.parametrize(("shape", "dim"), [((2, 3), 2), ((2, 3), -3), ((), 1)])
def test_refuses_an_axis_that_is_not_there(shape: tuple[int, ...], dim: int) -> None:
    with pytest.raises(Invalid, match="is not an axis"):
        layer_of("softmax", dim=dim).resolve({"input": shape})


@pytest.mark.parametrize("temperature", [0, -1.0, math.nan, math.inf, 1e-40, "1", True, None])
def test_refuses_a_temperature_that_cannot_be(temperature: object) -> None:
    with pytest.raises(ValidationError):
        layer_of("softmax", temperature=temperature)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("x", [[3e38, 1.0, -3e38], [-3e38, 1.0, 2.0], [1e34, 2e34, 0.0]])
def test_a_score_that_divided_is_past_float32_is_told_as_it_comes_out(
    x: list[float], log: bool
) -> None:
    layer = layer_of("softmax", temperature=1e-3, log=log)
    made, scores = output(layer, input=x), torch.tensor(x) / torch.tensor(1e-3)
    expected = (F.log_softmax if log else F.softmax)(scores, 0).numpy()
    told = [explained(layer, (place,), input=x).value for place in range(3)]
    np.testing.assert_allclose(told, expected, 1e-5)
    np.testing.assert_allclose(made, expected, 1e-5)
