"""Transposed convolution on numbers that can be checked by hand."""

from typing import Any

import numpy as np
import pytest

from app.problems import Invalid
from tests.layers.apply import applied, explained, layer_of, output

ONE = [[[[1, 10, 100]]]]


def test_every_value_stamps_the_kernel() -> None:
    """2 and 3 stamp 1, 10, 100 one cell apart; where the stamps overlap they add up."""
    y = output(layer_of("conv_transpose"), input=[[2, 3]], weight=ONE)
    assert y.tolist() == [[[[2, 23, 230, 300]]]]


def test_stride_sets_the_stamps_apart() -> None:
    y = output(layer_of("conv_transpose", stride=3), input=[[2, 3]], weight=ONE)
    assert y.tolist() == [[[[2, 20, 200, 3, 30, 300]]]]


def test_dilation_spreads_the_stamp() -> None:
    y = output(layer_of("conv_transpose", dilation=2), input=[[2]], weight=ONE)
    assert y.tolist() == [[[[2, 0, 20, 0, 200]]]]


def test_padding_cuts_and_output_padding_adds() -> None:
    asked: dict[str, Any] = {"padding": [0, 1], "stride": [1, 2]}
    y = output(layer_of("conv_transpose", **asked), input=[[2, 3]], weight=ONE)
    assert y.tolist() == [[[[20, 203, 30]]]]
    layer = layer_of("conv_transpose", **asked, output_padding=[0, 1])
    assert output(layer, input=[[2, 3]], weight=ONE).tolist() == [[[[20, 203, 30, 300]]]]


def test_two_sides_are_cut_each_by_its_own() -> None:
    layer = layer_of("conv_transpose", padding=[0, 2, 0, 1])
    assert output(layer, input=[[2, 3]], weight=ONE).tolist() == [[[[230]]]]


def test_output_padding_past_the_stamps_holds_the_bias_alone() -> None:
    layer = layer_of("conv_transpose", stride=2, dilation=3, output_padding=[0, 2])
    y = output(layer, input=[[2]], weight=[[[[1]]]], bias=[0.5])
    assert y.tolist() == [[[[2.5, 0.5, 0.5]]]]


def test_the_weight_has_the_input_channels_first() -> None:
    weight = np.arange(1, 7).reshape(2, 3, 1, 1)
    y = output(layer_of("conv_transpose"), input=[[[1]], [[10]]], weight=weight)
    assert y.ravel().tolist() == [1 + 40, 2 + 50, 3 + 60]


def test_groups_keep_channels_apart() -> None:
    layer = layer_of("conv_transpose", groups=2)
    y = output(layer, input=[[[1]], [[2]]], weight=[[[[10]]], [[[100]]]])
    assert y.ravel().tolist() == [10, 200]


def test_one_and_three_axes() -> None:
    y = output(layer_of("conv_transpose", stride=2), input=[1, 2], weight=[[[1, 1]]])
    assert y.tolist() == [[[1, 1, 2, 2]]]
    y = output(layer_of("conv_transpose"), input=[[[5]]], weight=np.ones((1, 1, 2, 1, 3)))
    assert y.shape == (1, 1, 2, 1, 3)
    assert (y == 5).all()


def test_random_kernels_are_given_back() -> None:
    done = applied(layer_of("conv_transpose", out_channels=2, groups=2), input=np.ones((4, 3, 3)))
    assert done.tensors["weight"].shape == (4, 1, 3, 3)
    assert done.outputs["output"].shape == (1, 2, 5, 5)


def test_explains_which_stamps_met() -> None:
    found = explained(layer_of("conv_transpose"), (0, 0, 0, 1), input=[[2, 3]], weight=ONE)
    assert found.value == 23
    assert sorted(t["product"] for t in found.terms) == [3, 20]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"output_padding": 1}, "smaller than the stride"),
        ({"padding": 3}, "nothing is left of the output: .* = −1$"),
        ({"padding": "same"}, "'same'"),
        ({"groups": 2}, "groups 2"),
    ],
)
def test_refuses(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        layer_of("conv_transpose", **asked).resolve({"input": (1, 1, 3, 3), "weight": (1, 1, 3, 3)})
