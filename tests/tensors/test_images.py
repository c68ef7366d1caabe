"""Pictures of every kind become (1, C, H, W) in [0, 1], and all that was done is said."""

import io
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.layers.base import Array
from app.problems import Invalid, Problem, TooLarge, Unreadable, UnsupportedMedia
from app.settings import Limits
from app.tensors.images import FORMATS, HowToDecode, decoding, read_image
from app.tensors.received import Received

LIMITS = Limits()
GREY, COLOUR = HowToDecode("L"), HowToDecode("RGB")
RAMP = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3) * 2


def encoded(pixels: Array | Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    with io.BytesIO() as out:
        picture.save(out, kind, **how)
        return out.getvalue()


def read(data: bytes, how: HowToDecode = COLOUR, limits: Limits = LIMITS) -> Received:
    return read_image(data, how, limits)


def said(found: Received) -> list[str]:
    return [str(m.template.format(**m.values)) for m in found.conversions]


def levels(found: Received) -> Array:
    """Return (H, W, C) in 0..255, as the picture was written."""
    pixels: Array = np.rint(found.array[0].transpose(1, 2, 0) * 255).astype(int)
    return pixels


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format(kind: str) -> None:
    ways: dict[str, dict[str, Any]]
    ways = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95, "subsampling": 0}}
    found = read(encoded(RAMP, kind, **ways.get(kind, {})))
    assert found.is_picture
    assert found.array.shape == (1, 3, 5, 7)
    assert found.array.dtype == np.float32
    assert found.array.flags.c_contiguous
    close = {"JPEG": 12, "GIF": 40}.get(kind, 0)
    assert np.abs(levels(found) - RAMP).max() <= close
    assert said(found) == (["the palette became RGB"] if kind == "GIF" else [])


def test_black_is_0_and_white_is_1() -> None:
    found = read(encoded(np.array([[0, 255]], np.uint8)), GREY)
    assert found.array.tolist() == [[[[0, 1]]]]
    assert said(found) == []


def test_grey_from_colour_and_colour_from_grey() -> None:
    grey = read(encoded(RAMP), GREY)
    assert grey.array.shape == (1, 1, 5, 7)
    assert said(grey) == ["RGB became L"]
    colour = read(encoded(RAMP[..., 0]))
    assert colour.array.shape == (1, 3, 5, 7)
    assert said(colour) == ["L became RGB"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_it_upright(orientation: int) -> None:
    """However the camera was held, the mark is at the top left afterwards."""
    turns: dict[int, Callable[[Array], Array]] = {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: lambda a: a.transpose(1, 0, 2),
        6: np.rot90,
        7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(turns[orientation](RAMP))
    found = read(encoded(stored, exif=exif))
    np.testing.assert_array_equal(levels(found), RAMP)
    turned = f"turned upright as its EXIF says (orientation {orientation})"
    assert said(found) == ([] if orientation == 1 else [turned])


def test_a_palette_with_a_transparent_colour() -> None:
    picture = Image.fromarray(np.array([[0, 1], [1, 0]], np.uint8), "P")
    picture.putpalette([255, 0, 0, 0, 0, 255])
    found = read(encoded(picture, transparency=1))
    assert levels(found)[0].tolist() == [[255, 0, 0], [0, 0, 255]]
    assert said(found) == ["the palette became RGB", "the alpha channel was dropped"]
    grey = read(encoded(picture), GREY)
    assert said(grey) == ["the palette became RGB", "RGB became L"]


@pytest.mark.parametrize(
    ("mode", "how", "expected"),
    [
        ("RGBA", COLOUR, ["the alpha channel was dropped"]),
        ("RGBA", GREY, ["the alpha channel was dropped", "RGBA became L"]),
        ("LA", GREY, ["the alpha channel was dropped"]),
        ("LA", COLOUR, ["the alpha channel was dropped", "LA became RGB"]),
        ("1", GREY, []),
        ("1", COLOUR, ["1 became RGB"]),
    ],
)
def test_modes(mode: str, how: HowToDecode, expected: list[str]) -> None:
    picture = Image.fromarray(RAMP).convert(mode)
    found = read(encoded(picture), how)
    assert said(found) == expected
    plain = picture.convert(how.mode)
    np.testing.assert_array_equal(levels(found)[..., 0], np.atleast_3d(np.asarray(plain))[..., 0])


def test_dropped_alpha_leaves_the_colours_as_they_are() -> None:
    """Nothing is blended with a background that nobody chose."""
    pixels = np.zeros((1, 1, 4), np.uint8)
    pixels[..., :3] = (10, 20, 30)
    assert levels(read(encoded(pixels))).tolist() == [[[10, 20, 30]]]


def _png16(pixels: Array) -> bytes:
    """Write 16 bits a channel, which Pillow does for grey alone."""
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[pixels.shape[2]]
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)),
             (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("how", [GREY, COLOUR], ids=["L", "RGB"])
def test_sixteen_bits_become_eight_and_that_is_said(channels: int, how: HowToDecode) -> None:
    pixels = np.full((2, 3, channels), 0x8000, np.uint16)
    found = read(_png16(pixels), how)
    assert "16-bit depth became 8-bit" in said(found)
    np.testing.assert_allclose(found.array, 128 / 255, atol=0.004)


def test_sixteen_bits_of_tiff() -> None:
    found = read(encoded(np.array([[0, 32768, 65535]], np.uint16), "TIFF"), GREY)
    assert said(found) == ["16-bit depth became 8-bit"]
    np.testing.assert_allclose(found.array.ravel(), [0, 0.5, 1], atol=0.004)


def test_cmyk_of_print() -> None:
    found = read(encoded(Image.new("CMYK", (4, 4), (255, 0, 0, 0)), "JPEG", quality=95))
    assert said(found) == ["CMYK became RGB"]
    np.testing.assert_allclose(found.array[0, :, 0, 0], [0, 1, 1], atol=0.03)


def test_first_frame_of_several() -> None:
    frames = [Image.new("RGB", (3, 2), color) for color in ("red", "blue", "lime")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    found = read(data)
    assert levels(found)[0, 0].tolist() == [255, 0, 0]
    assert said(found)[0] == "the first of 3 frames was taken"


def test_resized_as_asked_and_said() -> None:
    found = read(encoded(RAMP), decoding(None, "14x10"))
    assert found.array.shape == (1, 3, 10, 14)
    assert said(found) == ["resized from 7 × 5 to 14 × 10"]
    assert said(read(encoded(RAMP), decoding("RGB", "7x5"))) == []


def test_shrinking_takes_the_mean() -> None:
    board = np.indices((8, 8)).sum(0) % 2 * 255
    found = read(encoded(board.astype(np.uint8)), decoding("L", "2x2"))
    np.testing.assert_allclose(found.array, 0.5, atol=0.004)


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


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_cut_short(kind: str, share: float) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = encoded(pixels, kind)
    with pytest.raises((Unreadable, UnsupportedMedia)):
        read(data[: int(len(data) * share)])


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
     b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"%PDF-1.4", b"P6 1 1 255 abc"],
)  # fmt: skip
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises((Unreadable, UnsupportedMedia)):
        read(data)


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
