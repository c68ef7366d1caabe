"""What a file says that it is, by its first bytes."""

from app.problems import Unreadable
from app.tensors.npy import MAGIC

# Of the pictures that are read here. A WebP has its length before its name.
_PICTURE = (b"\x89PNG", b"\xff\xd8", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_WEBP, _NAME = b"RIFF", slice(8, 12)
_KINDS = ("png", "jpeg", "webp", "gif", "bmp", "tiff")
_KNOWN = frozenset({"application/x-npy", *(f"image/{kind}" for kind in _KINDS)})


def begins_as_picture(data: bytes | memoryview) -> bool:
    """Tell whether bytes begin as a picture of a known kind does, however soon they end."""
    head = bytes(data[:16])
    if head.startswith(_WEBP):
        return b"WEBP".startswith(head[_NAME])
    return head.startswith(_PICTURE)


def check_begins(kind: str, data: bytes | memoryview) -> None:
    """Refuse bytes that are said to be a file of a known kind and do not begin as any.

    Args:
        kind: the media type that is said; others than the known ones say nothing here.
        data: all of it.

    Raises:
        Unreadable: they are no such file.
    """
    if kind not in _KNOWN or data[: len(MAGIC)] == MAGIC:
        return
    if not begins_as_picture(data):
        raise Unreadable(
            "the body does not begin as '{kind}' does, which its Content-Type says it is", kind=kind
        )
