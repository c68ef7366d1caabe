"""Pictures of more than 8 bits a channel."""

import numpy as np
from PIL import Image

from app.problems import UnsupportedMedia

DEEP = ("I;16", "I;16B", "I;16L")
# Integers of 32 bits, which Pillow makes of signed ones of 16 too; floats.
_NUMBERS = ("I", "F")
_OF_TWELVE = "I;12"


def check_depth(picture: Image.Image) -> None:
    """Refuse a picture of numbers of which nobody knows what is black and what is white.

    Raises:
        UnsupportedMedia: it is one.
    """
    if picture.mode in _NUMBERS:
        raise UnsupportedMedia(
            "a picture whose pixels are floats, signed or 32-bit numbers does not say which of "
            "them is white; send the numbers as an .npy"
        )


def bits_of(picture: Image.Image) -> int:
    """Return how many bits a channel of a picture has that is not loaded yet: 8, 12 or 16."""
    stored = [str(tile.args) for tile in getattr(picture, "tile", ())]
    if any(_OF_TWELVE in how for how in stored):
        return 12
    return 16 if picture.mode in DEEP or any(";16" in how for how in stored) else 8


def shallow(picture: Image.Image, bits: int) -> Image.Image:
    """Return a picture of so many bits in 8."""
    values = np.asarray(picture, np.float64)
    white = 2.0**bits - 1
    return Image.fromarray((values / white * 255.0 + 0.5).astype(np.uint8), "L")
