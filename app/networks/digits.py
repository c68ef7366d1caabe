"""A drawing becomes what the digits of MNIST are: light on black, 20 pixels long, well centred.

MNIST's makers brought each digit into a box of 20 × 20, its proportions kept, and moved it so that
its centre of mass came to the middle of 28 × 28 (LeCun, Cortes, Burges).
"""

import math

import numpy as np

from app.layers.base import Array
from app.problems import message

SIDE, BOX = 28, 20
TOLD = message(
    "the drawing became light on black, {box} pixels long, its centre of mass in the middle of"
    " {side} × {side}, as MNIST's digits are",
    box=BOX,
    side=SIDE,
)
# What is fainter than this share of the darkest stroke is taken for paper, not ink.
_FAINT = 0.04


def as_digit(grey: Array) -> Array:
    """Return (N, 1, 28, 28) in 0 to 1 from drawings (N, 1, H, W) of either polarity."""
    return np.stack([_one(picture[0]) for picture in grey])[:, None]


def _one(picture: Array) -> Array:
    digit = np.zeros((SIDE, SIDE), np.float32)
    ink = _ink(picture)
    rows, columns = (np.flatnonzero((ink > _FAINT).any(axis)) for axis in (1, 0))
    if not rows.size:
        return digit
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longest = max(cut.shape)
    height, width = (max(1, round(size * BOX / longest)) for size in cut.shape)
    small = _shares(cut.shape[0], height) @ cut @ _shares(cut.shape[1], width).T
    top, left = (_begin(small.sum(axis)) for axis in (1, 0))
    # A thin line is grey once it is small; the pens of MNIST left white.
    digit[top : top + height, left : left + width] = small / small.max()
    return digit


def _ink(picture: Array) -> Array:
    """Return how far each pixel is from the paper towards the pen, the farthest being 1."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    ink: Array = picture - np.median(border)
    if ink.sum(dtype=np.float64) < 0:
        np.negative(ink, out=ink)
    np.maximum(ink, 0, out=ink)
    # One step of a byte is the least that a picture can differ by.
    ink /= max(float(ink.max()), 1 / 255)
    return ink


def _shares(before: int, after: int) -> Array:
    """Return (after, before): the share of each old pixel in each new one."""
    edges = np.linspace(0, before, after + 1)
    begin, end = edges[:-1, None], edges[1:, None]
    old = np.arange(before)
    met = np.maximum(np.minimum(end, old + 1) - np.maximum(begin, old), 0)
    return np.asarray(met * after / before, np.float32)


def _begin(masses: Array) -> int:
    """Return where rows or columns have to begin for their centre of mass to be in the middle."""
    centre = float(masses @ np.arange(len(masses)) / masses.sum())
    begin = math.floor(SIDE / 2 - centre + 0.5)
    return min(max(begin, 0), SIDE - len(masses))
