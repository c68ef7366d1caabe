"""Lp pooling on numbers that can be checked by hand."""

import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError

from tests.layers.apply import explained, layer_of, output

X = [[3, -4, 1, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("p", "expected"), [(1.0, [7, 1]), (2.0, [5, 1]), (3.0, [91 ** (1 / 3), 1]), (30.0, [4, 1])]
)
def test_the_norm_of_each_window(p: float, expected: list[float]) -> None:
    y = output(layer_of("pooling", "lp", p=p), input=X)
    assert y.ravel().tolist() == pytest.approx(expected, rel=1e-3)


def test_padding_adds_nothing() -> None:
    y = output(layer_of("pooling", "lp", padding=1), input=[[3, -4]])
    assert y.ravel().tolist() == [3, 4]


def test_the_rest_at_the_border_is_not_scaled_up() -> None:
    y = output(layer_of("pooling", "lp", ceil_mode=True), input=[[3, 0, 5], [4, 0, 0]])
    assert y.ravel().tolist() == [5, 5]


def test_explains_a_norm() -> None:
    found = explained(layer_of("pooling", "lp"), (0, 0, 0, 0), input=X)
    assert found.value == 5
    assert found.facts == {"p": 2.0, "counted": 4}


@pytest.mark.parametrize("p", [0, -1.0, float("nan"), float("inf"), "2"])
def test_refuses_a_power_that_cannot_be(p: object) -> None:
    with pytest.raises(ValidationError):
        layer_of("pooling", "lp", p=p)


@pytest.mark.parametrize(
    ("power", "value"), [(2.0, 3e38), (3.0, 1e-20), (3.5, 3e38), (100.0, 1.5), (1e38, 0.5)]
)
def test_a_power_that_float32_does_not_have_is_told_as_it_comes_out(
    power: float, value: float
) -> None:
    layer, x = layer_of("pooling", "lp", p=power, kernel_size=1), [[value]]
    told = explained(layer, (0, 0, 0, 0), input=x).value
    [[[[made]]]] = output(layer, input=x)
    expected = F.lp_pool2d(torch.tensor([[x]]), power, 1).item()
    assert told == pytest.approx(made, 1e-5)
    assert told == pytest.approx(expected, 1e-5)
