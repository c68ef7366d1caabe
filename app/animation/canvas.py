"""A picture of palette numbers, with what is drawn on it: grounds, boxes, letters."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.animation.colors import CASING, MARK, RGB, SHADES, Palette
from app.figures import font_file
from app.layers.base import Array

# The font of the service's other figures: that within Pillow has no minus, no × and no ∞.
_FONTS = {False: "SourceSansPro-Regular.ttf", True: "SourceSansPro-Semibold.ttf"}
_HATCH = 8


@lru_cache(64)
def font(size: int, *, strong: bool = False) -> ImageFont.FreeTypeFont:
    """Return the font of a size in pixels."""
    return ImageFont.truetype(str(font_file(_FONTS[strong])), size)


@lru_cache(4096)
def width_of(text: str, size: int, *, strong: bool = False) -> int:
    """Return how many pixels a text takes."""
    return round(font(size, strong=strong).getlength(text))


@lru_cache(1024)
def _letters(text: str, size: int, strong: bool) -> Array:
    """Return a text as shades, its middle in the middle of as many rows as a line has."""
    high = size + size // 2
    picture = Image.new("L", (width_of(text, size, strong=strong) + 4, high))
    pen = ImageDraw.Draw(picture)
    # Digits are two thirds as high as a font says, and stand on the line.
    base = high / 2 + size * 0.33
    pen.text((2, base), text, 255, font(size, strong=strong), anchor="ls")
    shades = np.asarray(picture, np.uint16) * (SHADES - 1) + 127
    return (shades // 255).astype(np.uint8)


class Canvas:
    """A picture to draw on.

    Args:
        pixels: (height, width) numbers of the palette.
        palette: that they are of.
    """

    def __init__(self, pixels: Array, palette: Palette) -> None:
        self.pixels, self.palette = pixels, palette

    def copy(self) -> "Canvas":
        """Return one to go on drawing on."""
        return Canvas(self.pixels.copy(), self.palette)

    def fill(self, left: int, top: int, width: int, height: int, color: RGB) -> None:
        """Fill a rectangle, of which what lies outside is left out."""
        box = self.pixels[max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)]
        box[:] = self.palette.number(color)

    def hatch(self, left: int, top: int, width: int, height: int, line: RGB, ground: RGB) -> None:
        """Fill a rectangle with lines from corner to corner, which go on in the next one."""
        ys, xs = np.ogrid[top : top + height, left : left + width]
        numbers = self.palette.number(ground), self.palette.number(line)
        self.pixels[top : top + height, left : left + width] = np.where(
            (ys + xs) % _HATCH == 0, numbers[1], numbers[0]
        )

    def frame(self, left: int, top: int, width: int, height: int, color: RGB, thick: int) -> None:
        """Draw a rectangle's edge, inwards."""
        self.fill(left, top, width, thick, color)
        self.fill(left, top + height - thick, width, thick, color)
        self.fill(left, top, thick, height, color)
        self.fill(left + width - thick, top, thick, height, color)

    def mark(self, left: int, top: int, width: int, height: int, thick: int = 3) -> None:
        """Draw the box of what is looked at, with a casing that shows on every colour."""
        out = thick // 2 + 1
        wide, high = width + 2 * out, height + 2 * out
        self.frame(left - out, top - out, wide, high, CASING, thick + 2)
        self.frame(left - out + 1, top - out + 1, wide - 2, high - 2, MARK, thick)

    def text(
        self,
        x: int,
        middle: int,
        text: str,
        size: int,
        ink: RGB,
        ground: RGB,
        *,
        strong: bool = False,
        anchor: str = "left",
    ) -> None:
        """Write a line, its digits about a height.

        Args:
            x: where it begins, or its centre, as `anchor` says.
            middle: the height.
            text: to write.
            size: in pixels.
            ink: its colour.
            ground: the colour that is there.
            strong: half bold.
            anchor: `left` or `centre`.
        """
        letters = _letters(text, size, strong)
        left = x - 2 if anchor == "left" else x - letters.shape[1] // 2
        top = middle - letters.shape[0] // 2
        letters = letters[max(-top, 0) :, max(-left, 0) :]
        box = self.pixels[max(top, 0) :, max(left, 0) :][: letters.shape[0], : letters.shape[1]]
        seen = letters[: box.shape[0], : box.shape[1]]
        shades = self.palette.shades(ink, ground)
        box[seen > 0] = shades[seen[seen > 0]]
