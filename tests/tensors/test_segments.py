"""A picture's file of far more pieces than any has is refused before they are gone through."""

import io
import time
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from app.problems import Unreadable
from app.settings import Limits
from app.tensors.images import HowToDecode, read_image
from app.tensors.png_rows import check_rows
from app.tensors.segments import check_segments
from tests.pngs import chunk, png_of

ROWS = bytes(13 * 4)


def _jpeg(**how: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "JPEG", **how)
    return file.getvalue()


def _with(jpeg: bytes, more: bytes) -> bytes:
    return jpeg[:2] + more + jpeg[2:]


def _png(*before: bytes) -> bytes:
    return png_of(4, 4, 8, 2, zlib.compress(ROWS), *before)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_may_have_thousands_of_segments_and_no_more(progressive: bool) -> None:
    jpeg, empty = _jpeg(progressive=progressive), b"\xff\xe1\0\2"
    check_segments(_with(jpeg, empty * 9000))
    assert read_image(_with(jpeg, empty * 9000), HowToDecode(), Limits()).array.shape[1] == 3
    with pytest.raises(Unreadable, match="broken or cut short"):
        check_segments(_with(jpeg, empty * 10_000))


@pytest.mark.parametrize("idle", [b"\xff", b"\xff\0"], ids=repr)
def test_what_lies_between_the_segments_of_a_jpeg_is_counted(idle: bytes) -> None:
    jpeg = _jpeg()
    check_segments(_with(jpeg, idle * (9000 // len(idle))))
    for end in (jpeg, b"\xff\xd8\xff"):
        with pytest.raises(Unreadable, match="broken or cut short"):
            check_segments(_with(end, idle * (20_000 // len(idle))))


def test_the_pixels_of_a_jpeg_are_as_long_as_they_are() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (600, 600, 3), np.uint8)
    file = io.BytesIO()
    # With a mark after each block: 5625 of them that are no segments.
    Image.fromarray(noise).save(file, "JPEG", quality=95, restart_marker_blocks=1)
    assert len(file.getvalue()) > 300_000
    check_segments(file.getvalue())


def test_a_png_may_have_100_000_chunks_and_no_more() -> None:
    check_segments(_png(chunk(b"tEXt", b"") * 99_997))
    with pytest.raises(Unreadable, match="broken or cut short"):
        check_segments(_png(chunk(b"tEXt", b"") * 99_998))


def _gif(before: bytes = b"") -> bytes:
    file = io.BytesIO()
    Image.new("P", (8, 8)).save(file, "GIF")
    gif = file.getvalue()
    palette = 3 << (gif[10] & 7) + 1
    return gif[: 13 + palette] + before + gif[13 + palette :]


FRAME = b",\0\0\0\0\1\0\1\0\x80" + bytes(6) + b"\2\2\x44\1\0"  # with a palette of its own


@pytest.mark.parametrize(
    ("piece", "many"),
    [
        (b"!\xfe\1a\0", 199_000),
        (b"!\xf9\4\0\0\0\0\0", 199_000),
        (b"\0", 399_000),
        (FRAME, 33_000),
    ],
    ids=["comments", "controls", "between", "frames"],
)
def test_a_gif_may_have_400_000_blocks_and_no_more(piece: bytes, many: int) -> None:
    check_segments(_gif(piece * many))
    with pytest.raises(Unreadable, match="broken or cut short"):
        check_segments(_gif(piece * (many + 2000)))


def test_a_comment_of_a_gif_may_be_long_and_of_few_pieces() -> None:
    long = b"!\xfe" + (b"\xff" + bytes(255)) * 9000 + b"\0"
    assert read_image(_gif(long), HowToDecode(), Limits()).array.shape[-2:] == (8, 8)
    with pytest.raises(Unreadable, match="broken or cut short"):
        check_segments(_gif(b"!\xfe" + b"\1a" * 401_000))


def test_the_largest_gif_of_noise_is_read() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (7000, 7000), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "GIF")
    assert len(file.getvalue()) > 64 << 20
    check_segments(file.getvalue())


@pytest.mark.parametrize(
    "file", [b"", b"\xff\xd8", b"\x89PNG", b"GIF89a", b"GIF89a" + bytes(8), b"\xff\xd8\xff"]
)
def test_what_is_too_short_or_something_else_is_left_to_the_decoder(file: bytes) -> None:
    check_segments(file)


def test_chunks_behind_the_end_of_the_pixels_take_no_time() -> None:
    begun = chunk(b"IDAT", zlib.compress(ROWS[:26])), chunk(b"IDAT", b"x" * 100)

    def seconds(count: int) -> float:
        file = png_of(4, 4, 8, 2, b"", begun[0], begun[1] * count)
        before = time.thread_time()
        with pytest.raises(Unreadable):
            read_image(file, HowToDecode(), Limits())
        return time.thread_time() - before

    # Where each is kept, eight times as many take 64 times as long.
    assert seconds(80_000) < 24 * seconds(10_000)


def test_packed_pixels_are_not_copied_again_and_again() -> None:
    file = _png(chunk(b"IDAT", zlib.compress(ROWS) + bytes(32 << 20)))
    picture = Image.open(io.BytesIO(file))
    picture.load()
    tracemalloc.start()
    check_rows(picture, file)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1 << 20
