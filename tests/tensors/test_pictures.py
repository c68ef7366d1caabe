"""A tensor as a PNG: the grid of its channels, the gap between them, the colours."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.layers.base import Array
from app.problems import Invalid, NotAcceptable, TooLarge
from app.settings import Limits
from app.tensors.colors import COLORMAPS, table
from app.tensors.pictures import SCALES, write_png

LIMITS = Limits()
WHITE = [255, 255, 255]


def drawn(array: Any, **how: Any) -> Array:
    """Return the picture's pixels, (H, W, 3)."""
    data = write_png(np.asarray(array, np.float32), LIMITS, **how)
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "PNG"
    return np.asarray(picture.convert("RGB")).astype(int)


@pytest.mark.parametrize(
    ("channels", "columns", "rows"),
    [(1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2), (5, 3, 2), (9, 3, 3), (10, 4, 3)],
)
def test_channels_stand_in_a_grid_with_a_gap(channels: int, columns: int, rows: int) -> None:
    pixels = drawn(np.ones((1, channels, 2, 3)))
    assert pixels.shape[:2] == (rows * 3 - 1, columns * 4 - 1)


def test_channels_stand_in_order() -> None:
    tiles = np.arange(5).reshape(1, 5, 1, 1) * np.ones((1, 1, 2, 2)) / 4
    pixels = drawn(tiles, colormap="gray", scale="none")
    corners = [pixels[y, x, 0] for y, x in ((0, 0), (0, 3), (0, 6), (3, 0), (3, 3))]
    assert corners == pytest.approx([0, 64, 128, 191, 255], abs=1)
    assert pixels[2].tolist() == [WHITE] * 8, "the gap"
    assert pixels[3, 6].tolist() == WHITE, "the place that is left over"


def test_the_batch_is_part_of_the_grid() -> None:
    assert drawn(np.ones((2, 2, 1, 1))).shape[:2] == (3, 3)


@pytest.mark.parametrize(("shape", "size"), [((), (1, 1)), ((4,), (1, 4)), ((2, 3), (2, 3)),
                                             ((3, 1, 1, 1, 2), (3, 5))])  # fmt: skip
def test_any_rank_has_a_picture(shape: tuple[int, ...], size: tuple[int, int]) -> None:
    assert drawn(np.ones(shape)).shape[:2] == size


def test_signed_numbers_are_symmetric_about_a_pale_zero() -> None:
    pixels = drawn([[-2, -1, 0, 1]])[0]
    colors = table("rdbu").astype(int)
    np.testing.assert_allclose(pixels[0], colors[0], atol=2)
    np.testing.assert_allclose(pixels[2], colors[127], atol=3)
    assert pixels[2].min() > 235
    assert pixels[0, 2] > pixels[0, 0], "blue below zero"
    assert pixels[3, 0] > pixels[3, 2], "red above"


def test_numbers_that_are_not_negative_have_one_hue() -> None:
    pixels = drawn([[0, 5, 10]])[0]
    colors = table("reds").astype(int)
    np.testing.assert_allclose(pixels[0], colors[0], atol=2)
    np.testing.assert_allclose(pixels[2], colors[255], atol=2)


def test_the_range_is_shared_by_all_channels() -> None:
    pixels = drawn(np.array([0, 1, 2, 4]).reshape(4, 1, 1), colormap="gray")
    assert pixels[0, 0, 0] == 0
    assert pixels[0, 2, 0] == pytest.approx(64, abs=1)
    assert pixels[2, 2, 0] == 255


@pytest.mark.parametrize(
    ("scale", "expected"),
    [("minmax", [0, 85, 255]), ("symmetric", [64, 128, 255]), ("none", [0, 0, 255])],
)
def test_scales(scale: str, expected: list[int]) -> None:
    pixels = drawn([[-1, 0, 2]], colormap="gray", scale=scale)
    assert pixels[0, :, 0].tolist() == pytest.approx(expected, abs=2)


def test_what_is_not_finite_does_not_move_the_range() -> None:
    pixels = drawn([[0, np.nan, np.inf, -np.inf, 1]], colormap="gray")[0, :, 0]
    assert pixels[0] == 0
    assert pixels[-1] == 255
    assert pixels[2] == 255
    assert pixels[3] == 0


@pytest.mark.parametrize("array", [np.zeros((2, 2)), np.full((2, 2), 7.0), np.full((1, 1), np.nan)])
def test_a_flat_tensor_has_a_picture(array: Array) -> None:
    assert len(np.unique(drawn(array).reshape(-1, 3), axis=0)) == 1


@pytest.mark.parametrize("colormap", COLORMAPS)
def test_every_colormap_has_256_colours_from_end_to_end(colormap: str) -> None:
    assert table(colormap).shape == (256, 3)
    assert table(colormap).dtype == np.uint8
    steps = np.abs(np.diff(table(colormap).astype(int), axis=0)).max()
    assert 0 < steps <= 16, "no jump"
    assert drawn([[0, 1]], colormap=colormap).shape == (1, 2, 3)


def test_diverging_colormaps_are_palest_in_the_middle() -> None:
    for name in ("rdbu", "puor", "brbg"):
        assert 118 <= table(name).astype(int).sum(1).argmax() <= 137


def test_refuses_a_colormap_or_scale_that_is_not_there() -> None:
    with pytest.raises(Invalid, match="colormap must be one of rdbu"):
        drawn([[1]], colormap="jet")
    with pytest.raises(Invalid, match=f"scale must be one of {', '.join(SCALES)}"):
        drawn([[1]], scale="log")


def test_an_empty_tensor_has_none() -> None:
    with pytest.raises(NotAcceptable):
        drawn(np.zeros((0, 3)))


def test_a_picture_past_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge, match="the picture would have 25 pixels; at most 24 can be"):
        write_png(np.ones((5, 5), np.float32), Limits(pixels=24))
