"""The colours of an animation: the scales of the service in so many steps, and a palette of 256."""

from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from app.layers.base import Array
from app.tensors.colors import table

RGB: TypeAlias = tuple[int, int, int]
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
MISSING = (128, 135, 124)  # of what is no number: a grey that no scale has
MOST_COLOURS = 256
# Letters have two shades between the ground and themselves.
SHADES = 4
# Steps of a scale: each has its colour and two shades of the letters on it, so that with grey ones
# or without, all fit into the palette beside the theme's. Those about zero are odd in number.
_STEPS = {False: {"values": 57, "weights": 19}, True: {"values": 31, "weights": 13, "grey": 32}}


class Theme(NamedTuple):
    """The colours of what is no data, as the pages have them."""

    paper: RGB
    paper_2: RGB
    ink: RGB
    ink_2: RGB
    rule_2: RGB


THEMES = {
    "light": Theme((252, 252, 250), (242, 241, 236), (27, 26, 24), (85, 82, 75), (139, 135, 124)),
    "dark": Theme((23, 22, 20), (33, 31, 28), (236, 233, 225), (181, 176, 164), (125, 120, 109)),
}
MARK, CASING = (90, 47, 194), WHITE


class Scale(NamedTuple):
    """Numbers as steps of colours, from `low` to `high`."""

    low: float
    high: float
    colors: tuple[RGB, ...]

    def steps(self, values: Array) -> Array:
        """Return which colour each number has; −1 is that of no number."""
        last, span = len(self.colors) - 1, (self.high / 2 - self.low / 2) or 1.0
        with np.errstate(all="ignore"):
            share = (values / 2 - self.low / 2) / span
            found = np.clip(np.rint(share * last), 0, last)
        return np.where(np.isnan(values), -1, np.nan_to_num(found)).astype(np.int16)


@lru_cache(16)
def _stepped(name: str, start: float, stop: float, count: int) -> tuple[RGB, ...]:
    places = np.rint(np.linspace(start * 255, stop * 255, count)).astype(int)
    return tuple(tuple(color) for color in table(name)[places].tolist())


def values_scale(values: Array, *, with_grey: bool) -> Scale:
    """Return blue through a pale zero to red; only its warm half where nothing is below 0."""
    low, high = _ends(values)
    count = _STEPS[with_grey]["values"]
    if low < 0:
        end = max(-low, high)
        return Scale(-end, end, _stepped("rdbu", 0, 1, count))
    return Scale(0.0, high, _stepped("rdbu", 0, 1, count)[count // 2 :])


def weights_scale(values: Array, *, with_grey: bool) -> Scale:
    """Return brown through pale to green, about zero: a weight is never taken for a value."""
    end = max(map(abs, _ends(values))) or 1.0
    return Scale(-end, end, _stepped("brbg", 0.1, 0.9, _STEPS[with_grey]["weights"]))


def grey_scale() -> Scale:
    """Return black to white, for the channels of a picture."""
    return Scale(0.0, 1.0, _stepped("gray", 0, 1, _STEPS[True]["grey"]))


def _ends(values: Array) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def text_on(ground: RGB) -> RGB:
    """Return black or white, whichever reads better; one of the two is always above 4.5 : 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _shares(ground)]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return BLACK if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else WHITE


def _shares(color: RGB) -> list[float]:
    return [channel / 255 for channel in color]


class Palette:
    """Colours by their numbers, given out as they are asked for."""

    def __init__(self) -> None:
        self._numbers: dict[RGB, int] = {}

    def number(self, color: RGB) -> int:
        """Return the number of a colour."""
        return self._numbers.setdefault(color, len(self._numbers))

    def numbers(self, scale: Scale) -> Array:
        """Return the numbers of a scale's colours, and at the end that of no number."""
        return np.array([self.number(c) for c in (*scale.colors, MISSING)], np.uint8)

    def shades(self, ink: RGB, ground: RGB) -> Array:
        """Return the numbers of letters on a ground, from none of the ink to all of it."""
        shares = np.linspace(0, 1, SHADES)[:, None]
        mixed = np.rint(np.array(ground) * (1 - shares) + np.array(ink) * shares).astype(int)
        return np.array([self.number((r, g, b)) for r, g, b in mixed.tolist()], np.uint8)

    def flat(self) -> list[int]:
        """Return red, green and blue of each colour, one after the other."""
        return [channel for color in self._numbers for channel in color]

    def __len__(self) -> int:
        return len(self._numbers)
