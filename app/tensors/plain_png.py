"""A plain PNG decoded by libpng, where imagecodecs is installed: quicker than by Pillow."""

import logging
from collections.abc import Iterator
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
# Chunks that change nothing. Others say how a picture lies, which of its colours is none or that it
# moves, wherever in the file they stand; or are texts, which would take memory a second time.
_IDLE = {b"IHDR", b"IDAT", b"IEND", b"gAMA", b"sRGB", b"cHRM", b"pHYs", b"bKGD", b"tIME"}
_SIGNATURE, _MOST_CHUNKS = 8, 10_000


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
    if not _IDLE.issuperset(_chunks(file)):
        return None
    try:
        pixels: Array = png_decode(file)
    except Exception:
        return None
    return pixels if pixels.shape[:2] == (picture.height, picture.width) else None


def _chunks(file: bytes) -> Iterator[bytes]:
    """Return the names of the chunks, and an empty one where they are too many to be looked at."""
    place = _SIGNATURE
    for _ in range(_MOST_CHUNKS):
        if place + 8 > len(file):
            return
        yield file[place + 4 : place + 8]
        place += 12 + int.from_bytes(file[place : place + 4], "big")
    yield b""


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
