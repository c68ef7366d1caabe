"""A plain PNG decoded by kornia-rs, where it is installed: in less than half of Pillow's time."""

from itertools import islice
from typing import Any

from PIL import Image

from app.layers.base import Array
from app.tensors.png_rows import chunks

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
_MOST_CHUNKS = 10_000


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
    names = [name for name, _ in islice(chunks(memoryview(file)), _MOST_CHUNKS + 1)]
    if len(names) > _MOST_CHUNKS or not _IDLE.issuperset(names):
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
