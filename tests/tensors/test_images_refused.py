"""Pictures that are too large, broken or none are refused with a sentence, never with a crash."""

import struct
import time
import tracemalloc
import zlib
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.problems import Invalid, Problem, TooLarge, Unreadable, UnsupportedMedia
from app.settings import Limits
from app.tensors.images import FORMATS, decoding
from tests.tensors.painted import RAMP, encoded, read


@pytest.mark.parametrize("size", ["", "7", "x5", "7x", "-1x5", "7x5x3", "7 x 5", "0x5", "5x00",
                                  "1e3x5", "7X5", "٣x٣", "9999999x1"])  # fmt: skip
def test_a_size_that_is_none_is_refused(size: str) -> None:
    with pytest.raises(Invalid, match="size must be WIDTHxHEIGHT"):
        decoding(None, size)


@pytest.mark.parametrize("mode", ["", "l", "RGBA", "P", "x" * 1000])
def test_a_mode_that_is_none_is_refused(mode: str) -> None:
    with pytest.raises(Invalid, match="mode must be L"):
        decoding(mode, None)


def test_a_resize_past_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge, match="99999 × 99999"):
        read(encoded(RAMP), decoding(None, "99999x99999"))


def test_pixels_are_counted_before_any_is_decoded() -> None:
    """A 1-bit picture of 13000 x 13000 is 20 kB as a file and 169 million pixels."""
    data = encoded(Image.new("1", (13000, 13000)))
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(TooLarge) as refused:
        read(data)
    assert time.perf_counter() - started < 0.2
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert str(refused.value) == (
        "a picture of 13000 × 13000 = 169000000 pixels; at most 16777216 can be"
    )


def test_the_limit_is_a_setting() -> None:
    assert read(encoded(RAMP), limits=Limits(pixels=35)).array.shape == (1, 3, 5, 7)
    with pytest.raises(TooLarge):
        read(encoded(RAMP), limits=Limits(pixels=34))
    with pytest.raises(TooLarge, match="at most 34 can be"):
        read(encoded(RAMP), limits=Limits(elements=34))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_cut_short(kind: str, share: float) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = encoded(pixels, kind)
    with pytest.raises(Unreadable):
        read(data[: int(len(data) * share)])


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("length", [8, 12, 20, 40, 60])
def test_cut_short_in_its_head(kind: str, length: int) -> None:
    """What it would have been is known: it is broken, and no stranger."""
    with pytest.raises(Unreadable, match="the picture is broken"):
        read(encoded(RAMP.repeat(8, axis=0), kind)[:length])


def test_zero_size_is_refused() -> None:
    data = encoded(RAMP)
    for place in (16, 20):
        broken = bytearray(data)
        broken[place : place + 4] = bytes(4)
        broken[29:33] = struct.pack(">I", zlib.crc32(bytes(broken[12:29])))
        with pytest.raises(Problem) as refused:
            read(bytes(broken))
        assert refused.value.status in (400, 415)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello, I am a text named .png", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
     b"RIFF\x24\0\0\0WAVEfmt ", b"%PDF-1.4", b"P6 1 1 255 abc"],
)  # fmt: skip
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedMedia):
        read(data)


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_numbers_of_which_none_is_white_are_refused(dtype: type[np.generic]) -> None:
    numbers = np.array([[0, 0.25], [0.5, 70000]]).astype(dtype)
    with pytest.raises(UnsupportedMedia, match="send the numbers as an"):
        read(encoded(numbers, "TIFF"))


@pytest.mark.parametrize("kind", ["ICO", "PPM", "TGA", "PCX", "SGI"])
def test_a_format_that_is_not_on_the_list_is_refused(kind: str) -> None:
    with pytest.raises(UnsupportedMedia, match="PNG, JPEG, WEBP, GIF, BMP, TIFF"):
        read(encoded(RAMP, kind))


@pytest.mark.parametrize("kind", FORMATS)
@given(spoiled=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6))
def test_spoiled_bytes_are_a_problem_never_a_crash(
    kind: str, spoiled: list[tuple[int, int]]
) -> None:
    data = bytearray(_GOOD[kind])
    for place, value in spoiled:
        data[place % len(data)] = value
    with suppress(Unreadable, TooLarge, UnsupportedMedia):
        found = read(bytes(data), limits=Limits(pixels=1_000_000))
        assert found.array.shape[:2] == (1, 3)


_GOOD = {kind: encoded(RAMP, kind) for kind in FORMATS}
