"""Upsample on numbers that can be checked by hand."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.problems import Invalid
from tests.layers.apply import explained, layer_of, output

LINE = [[[0, 4]]]


def test_repeats_every_cell_twice_unless_told() -> None:
    y = output(layer_of("upsample"), input=[[[[1, 2]]]])
    assert y.tolist() == [[[[1, 1, 2, 2], [1, 1, 2, 2]]]]


def test_blends_neighbours_from_the_middles_of_the_cells() -> None:
    y = output(layer_of("upsample", mode="linear"), input=LINE)
    assert y.tolist() == [[[0, 1, 3, 4]]]


def test_corners_that_keep_their_places() -> None:
    y = output(layer_of("upsample", mode="linear", size=5, align_corners=True), input=LINE)
    assert y.tolist() == [[[0, 1, 2, 3, 4]]]


def test_bilinear_is_linear_twice() -> None:
    layer = layer_of("upsample", mode="bilinear", size=3, align_corners=True)
    y = output(layer, input=[[[[0, 2], [4, 6]]]])
    assert y.tolist() == [[[[0, 1, 2], [2, 3, 4], [4, 5, 6]]]]


def test_bicubic_overshoots_an_edge() -> None:
    """The third of eight lies at 0.75 of four cells; of those the last 8 counts by −0.105."""
    y = output(layer_of("upsample", mode="bicubic", size=[1, 8]), input=[[[[0, 0, 8, 8]]]])
    assert y.ravel()[2] == pytest.approx(8 * -0.10546875)


def test_smaller_takes_fewer_cells() -> None:
    assert output(layer_of("upsample", scale_factor=0.5), input=[[[1, 2, 3, 4, 5]]]).tolist() == [
        [[1, 3]]
    ]
    y = output(layer_of("upsample", mode="linear", size=2), input=[[[1, 2, 3, 4]]])
    assert y.tolist() == [[[1.5, 3.5]]]


def test_factors_for_each_axis() -> None:
    y = output(layer_of("upsample", scale_factor=[1, 3]), input=[[[[1, 2]]]])
    assert y.tolist() == [[[[1, 1, 1, 2, 2, 2]]]]


def test_on_two_axes_a_size_that_stays_is_copied() -> None:
    """PyTorch forgets the factor there; on one axis it goes by it."""
    y = output(layer_of("upsample", scale_factor=[1, 1.25]), input=[[[[1, 2]]]])
    assert y.tolist() == [[[[1, 2]]]]
    y = output(layer_of("upsample", scale_factor=1.25), input=[[[1, 2]]])
    assert y.tolist() == [[[1, 1]]]


def test_explains_the_blend() -> None:
    found = explained(layer_of("upsample", mode="linear"), (0, 0, 1), input=LINE)
    assert found.value == 1
    assert [(t["input"], t["weight"]) for t in found.terms] == [(0, 0.75), (4, 0.25)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"mode": "bilinear"}, "2 spatial axes"),
        ({"size": 2, "scale_factor": 2.0}, "not both"),
        ({"align_corners": True}, "modes that blend"),
        ({"scale_factor": 0.1}, "nothing is left"),
        ({"scale_factor": [2.0, 2.0]}, "1 spatial axes"),
        ({"size": [2, 2]}, "1 spatial axes"),
    ],
)
def test_refuses(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        layer_of("upsample", **asked).resolve({"input": (1, 1, 4)})


@pytest.mark.parametrize("asked", [{"size": [4]}, {"scale_factor": [2.0]}])
def test_a_list_has_one_number_for_each_axis(asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="2 spatial axes"):
        layer_of("upsample", **asked).resolve({"input": (1, 1, 4, 4)})


@pytest.mark.parametrize("factor", [0, -1, 1e9, "2", True, [], [1, 1, 1, 1], float("nan")])
def test_refuses_what_is_no_factor(factor: object) -> None:
    with pytest.raises(ValidationError):
        layer_of("upsample", scale_factor=factor)
