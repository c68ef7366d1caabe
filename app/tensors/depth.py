"""Pictures of more than 8 bits a channel."""

import numpy as np
from PIL import Image

from app.problems import UnsupportedMedia

DEEP = ("I;16", "I;16B", "I;16L")
# Integers of 32 bits, which Pillow makes of signed ones of 16 too; floats.
_NUMBERS = ("I", "F")
_WHITE = 65535.0


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


def shallow(picture: Image.Image) -> Image.Image:
    """Return a picture of 16 bits in 8."""
    values = np.asarray(picture, np.float64)
    return Image.fromarray((values / _WHITE * 255.0 + 0.5).astype(np.uint8), "L")
