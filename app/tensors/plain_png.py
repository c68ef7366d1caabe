"""A plain PNG decoded by kornia-rs, where it is installed: in less than half of Pillow's time."""

from collections.abc import Iterator
from typing import Any

from PIL import Image

from app.layers.base import Array

try:
    from kornia_rs.io import decode_image_png_u8
except ImportError:
    decode_image_png_u8 = None

_MODES = {"RGB": "rgb", "L": "mono"}
# It keeps Python to itself while it decodes, about 10 ms for so many.
_MOST_PIXELS = 1 << 20
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
        Bytes in (H, W, 1) or (H, W, 3); None where the picture is not plain, it is large, the file
        is broken or the library is not here. Then Pillow decodes it, or says what is wrong. A file
        of which all is there and right but the checksum within its packed pixels is taken here.
    """
    if decode_image_png_u8 is None or not _is_plain(picture):
        return None
    file = bytes(data)
    if not _IDLE.issuperset(_chunks(file)):
        return None
    try:
        size = (picture.height, picture.width)
        pixels: Array = decode_image_png_u8(file, size, _MODES[picture.mode])
    except Exception:
        return None
    except BaseException as error:
        # What a program in Rust gives up with is no `Exception` of Python's, nor does it end it.
        if type(error).__name__ != "PanicException":
            raise
        return None
    return pixels


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
        and picture.width * picture.height <= _MOST_PIXELS
        and [tile.args for tile in getattr(picture, "tile", ())] == [picture.mode]
        and not {"transparency", "interlace", "exif"} & info.keys()
        and getattr(picture, "n_frames", 1) == 1
    )
