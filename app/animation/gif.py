"""Pictures of one palette as a GIF that begins again."""

import io
from collections.abc import Iterable

from PIL import Image

from app.layers.base import Array

# No picture has more: about 1340 x 780.
MOST_PIXELS = 1_050_000
# The last picture stays, so that one sees what came out.
_STAYS = 3


def write_gif(pictures: Iterable[Array], palette: list[int], count: int, seconds: float) -> bytes:
    """Return a GIF.

    Args:
        pictures: (height, width) numbers of the palette.
        palette: red, green and blue, one after the other.
        count: how many pictures there are.
        seconds: that each stays; the last one three times as long.
    """
    frames = (_picture(pixels, palette) for pixels in pictures)
    each = max(round(seconds * 100), 1) * 10
    first = next(frames)
    with io.BytesIO() as out:
        first.save(
            out,
            "GIF",
            save_all=True,
            append_images=frames,
            duration=[each] * (count - 1) + [each * _STAYS],
            loop=0,
            optimize=True,
        )
        return out.getvalue()


def _picture(pixels: Array, palette: list[int]) -> Image.Image:
    picture = Image.fromarray(pixels, "P")
    picture.putpalette(palette)
    return picture
