"""A plain PNG decoded by libpng, where imagecodecs is installed: in a third of Pillow's time."""

import logging
from typing import Any

from PIL import Image

from app.layers.base import Array

try:
    from imagecodecs import png_decode
except ImportError:
    png_decode = None  # type: ignore[assignment]

# It tells of each thing that is odd in a file; Pillow says what is wrong with one.
logging.getLogger("imagecodecs").setLevel(logging.CRITICAL + 1)
_MODES = ("RGB", "L")
# What turns a picture around can stand behind its pixels too, where only Pillow looks.
_TURNING = (b"eXIf", b"XML:com.adobe.xmp", b"Raw profile type")


def plain_pixels(picture: Image.Image, data: bytes | memoryview) -> Array | None:
    """Return the pixels of a PNG that need nothing but decoding, by a library that is quicker.

    Args:
        picture: opened, not decoded.
        data: the file.

    Returns:
        Bytes in (H, W) or (H, W, 3); None where the picture is not plain, the file is broken or
        the library is not here. Then Pillow decodes it, or says what is wrong.
    """
    if png_decode is None or not _is_plain(picture):
        return None
    file = bytes(data)
    if any(mark in file for mark in _TURNING):
        return None
    try:
        pixels: Array = png_decode(file)
    except Exception:
        return None
    return pixels if pixels.shape[:2] == (picture.height, picture.width) else None


def _is_plain(picture: Image.Image) -> bool:
    """Tell whether it is a PNG of 8 bits a channel with nothing else in it."""
    info: dict[Any, Any] = picture.info
    return (
        picture.format == "PNG"
        and picture.mode in _MODES
        and [tile.args for tile in getattr(picture, "tile", ())] == [picture.mode]
        and not {"transparency", "interlace", "exif"} & info.keys()
        and getattr(picture, "n_frames", 1) == 1
    )
