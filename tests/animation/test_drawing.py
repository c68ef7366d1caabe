"""The pictures: in one palette, of a size that is kept, with numbers that one can read."""

import io
import math
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageSequence

from app.animation.colors import (
    MOST_COLOURS,
    Scale,
    grey_scale,
    text_on,
    values_scale,
    weights_scale,
)
from app.animation.drawing import Drawing, Look
from app.animation.films import Film
from app.animation.frames import frames
from app.animation.gif import MOST_PIXELS, write_gif
from app.animation.planes import centre
from app.animation.written import fixed, in_cells, shortened
from tests.animation.test_frames import film_of
from tests.layers.cases import CASES, every_case, run_of

MOST_OF_A_SIDE = 1400


def film_of_case(number: int, most: int = 4) -> Film:
    case, run = CASES[number], run_of(number)
    output = run.outputs["output"]
    return frames(run.plan, case.tensors(), centre(run.plan.layer, output.shape), most)


def opened(body: bytes) -> list[Image.Image]:
    with Image.open(io.BytesIO(body)) as picture:
        return [frame.copy() for frame in ImageSequence.Iterator(picture)]


@every_case
def test_every_layer_is_drawn_and_read_back_as_it_was_drawn(number: int) -> None:
    film = film_of_case(number, 3)
    drawing = Drawing(film, (Look("light"), Look("dark", is_picture=True))[number % 2])
    palette = drawing.palette.flat()
    pictures = list(drawing.pictures())
    assert drawing.palette.flat() == palette, "a colour was given out when frames were drawn"
    assert len(palette) // 3 < MOST_COLOURS, "no colour is left for what does not change"
    width, height = drawing.size
    assert width * height <= MOST_PIXELS
    assert max(width, height) <= MOST_OF_A_SIDE
    body = write_gif(drawing.pictures(), palette, len(pictures), 0.5)
    read = opened(body)
    assert len(read) == len(film.frames)
    colors = np.array(palette, np.uint8).reshape(-1, 3)
    for shown, pixels in zip(read, pictures, strict=True):
        assert pixels.shape == (height, width)
        np.testing.assert_array_equal(np.asarray(shown.convert("RGB")), colors[pixels])
    for one, other in pairwise(pictures):
        assert (one != other).any(), "a frame is like the one before it"


def test_the_last_frame_stays_and_the_first_comes_again() -> None:
    film = film_of("softmax", {}, {"input": np.array([1, 2, 3], np.float32)})
    drawing = Drawing(film, Look())
    body = write_gif(drawing.pictures(), drawing.palette.flat(), 3, 0.4)
    assert [frame.info["duration"] for frame in opened(body)] == [400, 400, 1200]
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.info["loop"] == 0


def test_an_output_is_empty_until_it_is_computed() -> None:
    x = np.arange(9, dtype=np.float32).reshape(3, 3)
    film = film_of("activation", {}, {"input": x}, "tanh")
    drawing = Drawing(film, Look())
    box = drawing.layout.boxes[-1][0]
    empty = drawing.palette.number((242, 241, 236))
    for number, pixels in enumerate(drawing.pictures()):
        filled = 0
        for place in range(9):
            left, top, width, height = box.cell((place // 3, place % 3))
            cell = pixels[top + 6 : top + height - 6, left + 6 : left + width - 6]
            filled += not (cell == empty).all()
        assert filled == number + 1


def test_the_window_is_marked_where_it_stands() -> None:
    x = np.arange(36, dtype=np.float32).reshape(6, 6)
    film = film_of("pooling", {"kernel_size": 2}, {"input": x}, "avg")
    drawing = Drawing(film, Look())
    box, mark = drawing.layout.boxes[0][0], drawing.palette.number((90, 47, 194))
    for frame, pixels in zip(film.frames, drawing.pictures(), strict=True):
        inner = pixels[box.top : box.bottom, box.left : box.left + box.width]
        ys, xs = np.nonzero(inner == mark)
        row, column = 2 * frame.at[2], 2 * frame.at[3]
        side = box.across
        assert ys.min() == pytest.approx(row * side, abs=3)
        assert xs.max() == pytest.approx((column + 2) * side, abs=3)


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    def light(color: tuple[int, ...]) -> float:
        shares = [c / 255 for c in color]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


SIGNED, POSITIVE = np.array([-2.0, 5.0]), np.array([0.0, 5.0])
SCALES = [
    values_scale(SIGNED, with_grey=False),
    values_scale(POSITIVE, with_grey=True),
    weights_scale(SIGNED, with_grey=False),
    grey_scale(),
]


@pytest.mark.parametrize("scale", SCALES)
def test_letters_can_be_read_on_every_colour(scale: Scale) -> None:
    assert min(contrast(color, text_on(color)) for color in scale.colors) >= 4.5


def test_zero_is_pale_and_a_positive_number_red_with_negative_ones_or_without() -> None:
    signed, positive = SCALES[0], values_scale(POSITIVE, with_grey=False)
    for scale in (signed, positive):
        zero, high = (scale.colors[int(scale.steps(np.array(v)))] for v in (0.0, 5.0))
        assert min(zero) > 235
        assert high == (103, 0, 31) or high[0] > 2 * max(high[1:])
    assert signed.steps(np.array(math.nan)) == -1


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (-0.5, 2, "−0.50"),
        (-0.001, 2, "0.00"),
        (math.inf, 1, "∞"),
        (math.nan, 2, "NaN"),
        (3, 0, "3"),
    ],
)
def test_a_number_is_written_as_on_the_pages(value: float, digits: int, said: str) -> None:
    assert fixed(value, digits) == said


@pytest.mark.parametrize(
    ("values", "width", "said"),
    [
        ([1.0, -12.0], 40, ["1", "−12"]),
        ([0.25, -1.5], 52, ["0.25", "−1.50"]),
        ([0.0625, 0.25], 52, ["0.0625", "0.25"]),
        ([1 / 3, -2 / 3], 52, ["0.33", "−0.67"]),
        ([1 / 3, -2 / 3], 28, ["0.3", "−0.7"]),
        ([1e30, 0.5], 52, None),
        ([1.0], 10, None),
    ],
)
def test_numbers_are_written_as_there_is_room(
    values: list[float], width: float, said: list[str] | None
) -> None:
    found = in_cells(values, width, in_full=True)
    assert (found and [found[0](value) for value in values]) == said


def test_a_sum_is_not_told_in_full() -> None:
    found = in_cells([0.0625, 0.25], 52)
    assert found
    assert [found[0](value) for value in (0.0625, 0.25)] == ["0.06", "0.25"]


def test_of_a_long_sum_the_middle_is_left_out() -> None:
    text = " + ".join(f"{n} · {n}" for n in range(30))
    short = shortened(text, 300, 20)
    assert short.startswith("0 · 0 + 1 · 1 + ")
    assert short.endswith(" + … + 29 · 29")
    assert shortened(text, 100_000, 20) == text
    assert shortened("max(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)", 150, 20).endswith("…, 10)")


def test_numbers_that_are_none_are_drawn_all_the_same() -> None:
    x = np.array([[math.nan, math.inf, -math.inf, 3e38], [0, 1e-40, -3e38, 1]], np.float32)
    for family, tag in (("pooling", "max"), ("pooling", "avg"), ("activation", "gelu")):
        film = film_of(family, {}, {"input": x}, tag)
        assert len(list(Drawing(film, Look()).pictures())) == len(film.frames)
