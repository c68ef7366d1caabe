"""What a file says that it is, by its first bytes."""

from app.tensors.npy import MAGIC

# Of the pictures that are read here, by media type. A WebP has its length between the two.
_PICTURES = {
    "image/png": (b"\x89PNG",),
    "image/jpeg": (b"\xff\xd8",),
    "image/webp": (b"RIFF",),
    "image/gif": (b"GIF8",),
    "image/bmp": (b"BM",),
    "image/tiff": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
}
_WEBP, _NAME = b"RIFF", slice(8, 12)
_PICTURE = tuple(first for firsts in _PICTURES.values() for first in firsts)
# By media type, the files that are read here.
_FILES = {"application/x-npy": (MAGIC,), **_PICTURES}


def begins_as_picture(data: bytes | memoryview) -> bool:
    """Tell whether bytes begin as a picture of a known kind does, however soon they end."""
    head = bytes(data[:16])
    if head.startswith(_WEBP):
        return b"WEBP".startswith(head[_NAME])
    return head.startswith(_PICTURE)


def is_known(media_type: str) -> bool:
    """Tell whether a media type is that of a file which is read here."""
    return media_type in _FILES


def begins_as_file(data: bytes | memoryview) -> bool:
    """Tell whether bytes begin as any file that is read here."""
    return bytes(data[: len(MAGIC)]) == MAGIC or begins_as_picture(data)
