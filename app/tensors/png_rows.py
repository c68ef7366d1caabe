"""What lies in a PNG: its chunks, and whether all of its rows are there."""

import contextlib
import math
import zlib
from collections.abc import Iterator
from typing import TypeAlias

from PIL import Image

from app.problems import Unreadable

Bytes: TypeAlias = bytes | memoryview

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AROUND = 12  # bytes of each chunk besides its content
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the kind of colour
# Each pass of an interlaced picture: its first column and row, and the steps to the next.
_PASSES = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
    (0, 1, 1, 2),
)  # fmt: skip
_PIECE = 1 << 16


def chunks(file: Bytes) -> Iterator[tuple[bytes, Bytes]]:
    """Return the name of each chunk and what it holds."""
    place = len(SIGNATURE)
    while place + 8 <= len(file):
        size = int.from_bytes(file[place : place + 4], "big")
        yield bytes(file[place + 4 : place + 8]), file[place + 8 : place + 8 + size]
        place += _AROUND + size


def check_rows(picture: Image.Image, file: Bytes) -> None:
    """Refuse a PNG whose packed pixels end before its last row; Pillow leaves those rows black.

    Only a picture that ends in zeros can be one. Any other costs a look at its last row.

    Args:
        picture: decoded, and otherwise as it is in the file.
        file: what it was decoded from.

    Raises:
        Unreadable: rows are missing.
    """
    if picture.format != "PNG":
        return
    head = next((content for name, content in chunks(file) if name == b"IHDR"), b"")
    depth, kind, is_interlaced = head[8], head[9], head[12]
    last = (0, picture.height - 1, picture.width, picture.height)
    if not is_interlaced and any(picture.crop(last).tobytes()):
        return
    bits = depth * _CHANNELS.get(kind, 0)
    expected = _row_bytes(picture.size, bits, _PASSES if is_interlaced else ((0, 0, 1, 1),))
    if _unpacked_bytes(file, expected) < expected:
        raise Unreadable("the picture is broken or cut short")


def _row_bytes(
    size: tuple[int, int], bits: int, passes: tuple[tuple[int, int, int, int], ...]
) -> int:
    """Return the bytes of all rows, each with the one that says how it is filtered."""
    total = 0
    for left, top, across, down in passes:
        width, height = math.ceil((size[0] - left) / across), math.ceil((size[1] - top) / down)
        if width > 0 and height > 0:
            total += height * (1 + math.ceil(width * bits / 8))
    return total


def _unpacked_bytes(file: Bytes, most: int) -> int:
    """Return how many bytes the packed pixels become, counted no further than that."""
    total = 0
    with contextlib.suppress(zlib.error):  # what comes before an error counts
        for piece in _unpacked(file):
            total += len(piece)
            if total >= most:
                break
    return total


def _unpacked(file: Bytes) -> Iterator[bytes]:
    """Return what the packed pixels become, in pieces."""
    unpacking = zlib.decompressobj()
    for packed in _packed(file):
        # What is not unpacked yet is copied at each step, and so is all that follows the end.
        yield (piece := unpacking.decompress(packed, _PIECE))
        while len(piece) == _PIECE:
            yield (piece := unpacking.decompress(unpacking.unconsumed_tail, _PIECE))
        if unpacking.eof:
            return


def _packed(file: Bytes) -> Iterator[Bytes]:
    """Return the packed pixels in pieces, none of them copied."""
    for name, packed in chunks(memoryview(file)):
        if name == b"IDAT":
            for start in range(0, len(packed), _PIECE):
                yield packed[start : start + _PIECE]
