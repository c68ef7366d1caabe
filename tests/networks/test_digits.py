"""A drawing becomes what MNIST has: the box, the centre of mass, light on black."""

import numpy as np
import pytest

from app.layers.base import Array
from app.networks.digits import BOX, SIDE, as_digit
from tests.networks.data import mnist, needs_mnist


def _drawing(height: int, width: int) -> Array:
    """Return a 7 in dark ink on light paper, away from the middle."""
    paper = np.full((1, 1, height, width), 0.9, np.float32)
    top, left = height // 8, width // 2
    paper[..., top : top + 6, left : width - 9] = 0.1
    for row in range(top, height - 20):
        right = width - 9 - (row - top) * (width // 2 - 20) // height
        paper[..., row, right - 6 : right] = 0.1
    return paper


@pytest.mark.parametrize("size", [(60, 60), (448, 448), (200, 90), (90, 200)])
def test_a_drawing_is_brought_into_the_box_and_its_mass_to_the_middle(
    size: tuple[int, int],
) -> None:
    digit = as_digit(_drawing(*size))
    assert digit.shape == (1, 1, SIDE, SIDE)
    assert digit.dtype == np.float32
    assert digit.min() == 0
    assert digit.max() == 1
    rows, columns = (np.flatnonzero(digit[0, 0].any(axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == BOX
    for axis in (0, 1):
        line = digit[0, 0].sum(1 - axis)
        assert line @ np.arange(SIDE) / line.sum() == pytest.approx(SIDE / 2, abs=0.51)


def test_proportions_are_kept() -> None:
    for height, width in ((80, 20), (20, 80), (33, 60)):
        drawn = np.zeros((1, 1, 100, 100), np.float32)
        drawn[..., 5 : 5 + height, 10 : 10 + width] = 1
        found = as_digit(drawn)[0, 0] > 0
        expected = [round(n * BOX / max(height, width)) for n in (height, width)]
        assert [found.any(1).sum(), found.any(0).sum()] == expected


def test_light_on_dark_is_the_same_as_dark_on_light() -> None:
    dark = _drawing(120, 100)
    np.testing.assert_allclose(as_digit(1 - dark), as_digit(dark), atol=1e-5)
    np.testing.assert_allclose(as_digit(0.2 + dark / 2), as_digit(dark), atol=1e-5)


def test_a_thin_line_is_as_light_as_a_thick_one() -> None:
    drawn = np.zeros((1, 1, 448, 448), np.float32)
    drawn[..., 40:400, 200:202] = 1
    assert as_digit(drawn).max() == 1


@pytest.mark.parametrize("size", [(1, 1), (28, 28), (3, 200)])
@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
def test_an_empty_paper_is_black(size: tuple[int, int], grey: float) -> None:
    assert not as_digit(np.full((1, 1, *size), grey, np.float32)).any()


def test_one_dot_at_the_border_stays_inside() -> None:
    for place in ((0, 0), (0, 49), (49, 0), (49, 49), (25, 0)):
        drawn = np.zeros((1, 1, 50, 50), np.float32)
        drawn[0, 0, place[0], place[1]] = 1
        assert as_digit(drawn).sum() == pytest.approx(BOX * BOX)


@needs_mnist
def test_the_digits_of_mnist_stay_what_they_are() -> None:
    """They were centred and scaled by the makers of MNIST, so nothing should be left to do."""
    digits = mnist()[0][:2000]
    difference = np.abs(as_digit(digits) - digits).max((1, 2, 3))
    assert np.mean(difference < 0.05) > 0.99


@needs_mnist
def test_digits_drawn_large_and_dark_somewhere_on_a_paper_come_back() -> None:
    digits = mnist()[0][:200]
    paper = np.ones((200, 1, 320, 400), np.float32)
    paper[..., 70 : 70 + 224, 20 : 20 + 224] -= np.kron(digits, np.ones((8, 8), np.float32))
    assert np.mean(np.abs(as_digit(paper) - digits).max((1, 2, 3)) < 0.05) > 0.95
