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
# Of 64 MiB, if each holds 8 KiB of packed pixels as libpng has it, 8192.
_MOST_CHUNKS = 100_000


def check_segments(file: Bytes) -> None:
    """Refuse a PNG or a JPEG of far more pieces than any has.

    Raises:
        Unreadable: as a file is told that is broken; so it is.
    """
    is_endless = False
    if file[: len(_JPEG)] == _JPEG:
        is_endless = _is_endless(file)
    elif file[: len(SIGNATURE)] == SIGNATURE:
        is_endless = any(islice(chunks(memoryview(file)), _MOST_CHUNKS, None))
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
