"""What a picture's file is made of, counted before a decoder goes through it piece by piece.

Pillow looks at each piece in Python: about two microseconds for one of four bytes, and nothing ends
it. A file can have millions of pieces, of which an honest one has some dozens.
"""

import re
from itertools import islice

from app.problems import Unreadable
from app.tensors.png_rows import SIGNATURE, Bytes, chunks

_JPEG = b"\xff\xd8\xff"
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd9-\xfe]")  # of a JPEG, those that have a length
_SCAN, _END = 0xDA, 0xD9
# An honest JPEG goes over its pixels ten times at most.
_MOST_SCANS, _MOST_SEGMENTS = 100, 10_000
# Between the segments before its pixels, where nothing needs to be.
_MOST_IDLE_BYTES = 10_000
# Of a GIF, whose blocks have at most 255 bytes: 263,000 of them are 64 MiB.
_GIF = b"GIF8"
_MOST_BLOCKS, _BLOCKS_A_FRAME = 400_000, 10  # a frame is as slow as ten blocks
_FRAME, _EXTENSION = 0x2C, 0x21
# Of 64 MiB, if each holds 8 KiB of packed pixels as libpng has it, 8192.
_MOST_CHUNKS = 100_000


def check_segments(file: Bytes) -> None:
    """Refuse a PNG, a JPEG or a GIF of far more pieces than any has.

    Raises:
        Unreadable: as a file is told that is broken; so it is.
    """
    is_endless = False
    if file[: len(_JPEG)] == _JPEG:
        is_endless = _is_endless(file)
    elif file[: len(SIGNATURE)] == SIGNATURE:
        is_endless = any(islice(chunks(memoryview(file)), _MOST_CHUNKS, None))
    elif file[: len(_GIF)] == _GIF:
        is_endless = _has_too_many_blocks(file)
    if is_endless:
        raise Unreadable("the picture is broken or cut short")


def _is_endless(jpeg: Bytes) -> bool:
    """Tell whether a JPEG has too many pieces, or goes over its pixels again and again."""
    place, scans, segments, idle = 2, 0, 0, 0
    while found := _MARKER.search(jpeg, place):
        kind = jpeg[found.start() + 1]
        idle += found.start() - place if not scans else 0
        scans, segments = scans + (kind == _SCAN), segments + 1
        if scans > _MOST_SCANS or segments > _MOST_SEGMENTS or idle > _MOST_IDLE_BYTES:
            return True
        if kind == _END:
            return False
        place = found.end()
        place += int.from_bytes(jpeg[place : place + 2], "big")
    return not scans and len(jpeg) - place > _MOST_IDLE_BYTES


def _has_too_many_blocks(gif: Bytes) -> bool:
    """Tell whether a GIF has too many blocks, of all its frames and of what lies around them."""
    place, left = 13 + _palette_bytes(gif, 10), _MOST_BLOCKS
    while place < len(gif) and left >= 0:
        kind, place = gif[place], place + 1
        left -= 1
        if kind == _FRAME:
            place += 10 + _palette_bytes(gif, place + 8)
            left -= _BLOCKS_A_FRAME
        elif kind == _EXTENSION:
            place += 1
        else:  # the end, or one of the bytes that the decoder passes over
            continue
        while place < len(gif) and left >= 0 and (size := gif[place]):
            place, left = place + 1 + size, left - 1
        place += 1
    return left < 0


def _palette_bytes(gif: Bytes, place: int) -> int:
    """Return how long the palette is that the flags there tell of."""
    flags = gif[place] if place < len(gif) else 0
    return 3 << (flags & 7) + 1 if flags & 128 else 0
