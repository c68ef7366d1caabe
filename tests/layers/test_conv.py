"""Convolution on numbers that can be checked by hand."""

import numpy as np
import pytest
from pydantic import ValidationError

from app.layers._filters import FILTERS
from app.problems import Invalid
from tests.layers.apply import applied, explained, layer_of, output

RAMP = np.arange(25).reshape(5, 5)
ONES = np.ones((1, 1, 3, 3))


def test_sums_a_window_of_ones() -> None:
    """The first window of a ramp 0..24 holds 0+1+2+5+6+7+10+11+12 = 54."""
    y = output(layer_of("conv"), input=RAMP, weight=ONES)
    assert y.tolist() == [[[[54, 63, 72], [99, 108, 117], [144, 153, 162]]]]


def test_does_not_flip_the_kernel() -> None:
    """Cross-correlation: a one at the right end of the kernel reads the cell to the right."""
    y = output(layer_of("conv"), input=[[1, 2, 3, 4]], weight=[[[[0, 0, 1]]]])
    assert y.tolist() == [[[[3, 4]]]]


def test_adds_the_bias_of_each_channel() -> None:
    y = output(layer_of("conv"), input=[[2]], weight=[[[[1]]], [[[10]]]], bias=[0.5, -1])
    assert y.ravel().tolist() == [2.5, 19]


def test_sums_over_input_channels() -> None:
    y = output(layer_of("conv"), input=[[[1]], [[2]], [[3]]], weight=[[[[1]], [[10]], [[100]]]])
    assert y.tolist() == [[[[321]]]]


def test_groups_keep_channels_apart() -> None:
    y = output(layer_of("conv", groups=2), input=[[[1]], [[2]]], weight=[[[[10]]], [[[100]]]])
    assert y.ravel().tolist() == [10, 200]


def test_stride_padding_dilation() -> None:
    x, weight = [[1, 2, 3, 4, 5]], [[[[1, 1]]]]
    assert output(layer_of("conv", stride=2), input=x, weight=weight).ravel().tolist() == [3, 7]
    assert output(layer_of("conv", dilation=3), input=x, weight=weight).ravel().tolist() == [5, 7]
    y = output(layer_of("conv", padding=[0, 1, 0, 0]), input=x, weight=weight)
    assert y.ravel().tolist() == [1, 3, 5, 7, 9]


@pytest.mark.parametrize(
    ("mode", "around"), [("zeros", 0), ("reflect", 2), ("replicate", 1), ("circular", 3)]
)
def test_padding_mode_decides_what_stands_left_of_the_input(mode: str, around: int) -> None:
    layer = layer_of("conv", padding=[0, 1, 0, 0], padding_mode=mode)
    y = output(layer, input=[[1, 2, 3]], weight=[[[[1, 0]]]])
    assert y.ravel().tolist() == [around, 1, 2]


def test_same_keeps_the_size_and_pads_the_odd_zero_at_the_end() -> None:
    y = output(layer_of("conv", padding="same"), input=[[1, 2, 3]], weight=[[[[1, 1]]]])
    assert y.ravel().tolist() == [3, 5, 3]


def test_a_named_filter_on_an_edge() -> None:
    """Sobel x on a step of 1: 1 + 2 + 1 where the window straddles it."""
    step = np.tile([0, 0, 1, 1], (3, 1))
    assert output(layer_of("conv", kernel="sobel_x"), input=step).tolist() == [[[[4, 4]]]]


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_is_odd_and_either_keeps_brightness_or_drops_it(name: str) -> None:
    """On a flat area a filter gives it back, or nothing: its numbers sum to 1 or 0."""
    numbers = FILTERS[name].numbers()
    assert numbers.shape[0] == numbers.shape[1]
    assert numbers.shape[0] % 2 == 1
    assert float(numbers.sum()) == pytest.approx(round(float(numbers.sum())), abs=1e-6)
    assert round(float(numbers.sum())) in (0, 1)
    assert FILTERS[name].shows.endswith(".")


def test_identity_gives_the_picture_back() -> None:
    y = output(layer_of("conv", kernel="identity", padding=1), input=RAMP)
    np.testing.assert_array_equal(y[0, 0], RAMP)


def test_filters_on_separate_channels_or_summed() -> None:
    x = np.stack([np.full((3, 3), v) for v in (1, 2, 3)])
    summed = applied(layer_of("conv", kernel=["box", "identity"]), input=x)
    assert summed.tensors["weight"].shape == (2, 3, 3, 3)
    np.testing.assert_allclose(summed.outputs["output"].ravel(), [6, 6], rtol=1e-6)
    apart = applied(layer_of("conv", kernel="identity", groups=3), input=x)
    assert apart.outputs["output"].ravel().tolist() == [1, 2, 3]


def test_the_same_seed_draws_the_same_kernels() -> None:
    first, again, other = (
        applied(layer_of("conv", out_channels=2, seed=seed), input=RAMP).tensors["weight"]
        for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("shape", "weight", "dims"),
    [
        ((5, 5), None, 2),
        ((2, 5, 5), None, 2),
        ((1, 2, 5, 5), None, 2),
        ((1, 2, 5, 5, 5), None, 3),
        ((9,), (1, 1, 3), 1),
        ((2, 9), (1, 2, 3), 1),
        ((4, 4, 4), (1, 1, 2, 2, 2), 3),
    ],
)
def test_number_of_axes(shape: tuple[int, ...], weight: tuple[int, ...] | None, dims: int) -> None:
    tensors = {"input": np.ones(shape)} | ({} if weight is None else {"weight": np.ones(weight)})
    more = {"out_channels": 1} if weight is None else {}
    done = applied(layer_of("conv", **more), **tensors)
    assert done.plan.layer.known()["spatial_dims"] == dims
    assert done.outputs["output"].ndim == dims + 2


def test_a_list_fixes_the_number_of_axes() -> None:
    layer = layer_of("conv", out_channels=1, kernel_size=[3])
    assert applied(layer, input=np.ones((2, 9))).outputs["output"].shape == (1, 1, 7)
    assert (
        layer_of("conv", out_channels=1, padding=[1, 1])
        .resolve({"input": (2, 9)})
        .known()["spatial_dims"]
        == 2
    )


def test_says_the_rule_with_its_numbers() -> None:
    done = applied(layer_of("conv", stride=2, padding=1), input=RAMP, weight=ONES)
    assert done.plan.layer.rule(done.plan.shapes) == ["⌊(5 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 3"] * 2


def test_counts_its_cost() -> None:
    x, weight = np.ones((1, 3, 224, 224)), np.ones((16, 3, 3, 3))
    cost = applied(layer_of("conv", padding=1), input=x, weight=weight, bias=np.ones(16)).plan.cost
    assert cost.parameters == 16 * 3 * 9 + 16
    assert cost.macs == 224 * 224 * 16 * 27
    assert cost.output_bytes == 4 * 16 * 224 * 224


def test_explains_a_corner() -> None:
    layer = layer_of("conv", padding=1)
    found = explained(layer, (0, 0, 0, 0), input=RAMP, weight=ONES, bias=[100])
    assert found.value == 0 + 1 + 5 + 6 + 100
    assert found.bias == 100
    assert found.window == ((-1, -1), (2, 2))
    assert [t["padding"] for t in found.terms] == [True] * 4 + [False] * 2 + [True] + [False] * 2
    assert found.terms[-1] == {
        "input_index": [0, 0, 1, 1],
        "input": 6.0,
        "weight_index": [0, 0, 2, 2],
        "weight": 1.0,
        "product": 6.0,
        "padding": False,
    }


@pytest.mark.parametrize(
    ("parameters", "shapes", "sentence"),
    [
        ({"kernel_size": 9, "out_channels": 1, "padding": 1}, {"input": (5, 5)},
         "kernel_size 9 is larger than the padded input 5 + 2·1 = 7"),
        ({"kernel_size": 3, "dilation": 4, "out_channels": 1}, {"input": (5, 5)},
         "kernel_size 3 with dilation 4 spans 4·(3 − 1) + 1 = 9, which is larger than the padded "
         "input 5 + 2·0 = 5"),
        ({}, {"input": (5, 5)},
         "one of weight, kernel or out_channels must be there, so that there is something to "
         "convolve with"),
        ({"groups": 2}, {"input": (3, 5, 5), "weight": (2, 1, 3, 3)},
         "groups 2 must divide both the 3 input channels and the 2 output channels"),
        ({}, {"input": (3, 5, 5), "weight": (2, 1, 3, 3)},
         "weight [2, 1, 3, 3] takes 1·1 = 1 input channels, but the input has 3"),
        ({"padding": 3, "padding_mode": "reflect", "out_channels": 1}, {"input": (3, 5)},
         "padding 3 is too large for padding_mode 'reflect', which can take at most 2 from an axis "
         "of 3"),
        ({"padding": [1, 1, 1], "out_channels": 1}, {"input": (5, 5)},
         "padding has 3 numbers; for 2 spatial axes it takes 1, 2 (one an axis) or 4 (all begins, "
         "then all ends)"),
        ({"kernel": "box"}, {"input": (5, 5), "weight": (1, 1, 3, 3)},
         "give either weight or kernel, not both"),
    ],
)  # fmt: skip
def test_refuses_with_the_rule(
    parameters: dict[str, object], shapes: dict[str, tuple[int, ...]], sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        layer_of("conv", **parameters).resolve(shapes)
    assert str(refused.value) == sentence
    assert refused.value.faults


@pytest.mark.parametrize(
    "wrong",
    [{"stride": 0}, {"stride": True}, {"stride": 1.5}, {"stride": []}, {"stride": [1, 1, 1, 1]},
     {"padding": -1}, {"padding": "full"}, {"padding": "SAME"}, {"groups": 0}, {"groups": "2"},
     {"kernel": "no such"}, {"kernel": []}, {"kernel": 3}, {"kernel_size": 2**31},
     {"seed": -1}, {"seed": 2**63}, {"padding_mode": "wrap"}, {"spatial_dims": 4}],
)  # fmt: skip
def test_refuses_a_value_that_cannot_be(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        layer_of("conv", **wrong)
