"""PNGs written by hand, chunk by chunk: whatever a file may claim."""

import struct
import zlib


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(
    width: int, height: int, depth: int, kind: int, packed: bytes, *more: bytes, passes: int = 0
) -> bytes:
    """Return a PNG of whatever its header claims; more chunks stand before the packed pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, passes)
    parts = (chunk(b"IHDR", head), *more, chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
