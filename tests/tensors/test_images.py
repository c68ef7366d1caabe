"""Pictures of every kind become (1, C, H, W) in [0, 1], and all that was done is said."""

import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from app.layers.base import Array
from app.tensors.images import FORMATS, HowToDecode, decoding
from tests.pngs import png_of
from tests.tensors.painted import COLOUR, GREY, RAMP, encoded, levels, read, said


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
    assert said(grey) == ["its colours (RGB) became grey (L)"]
    colour = read(encoded(RAMP[..., 0]))
    assert colour.array.shape == (1, 3, 5, 7)
    assert said(colour) == ["L became RGB"]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_it_upright(orientation: int, kind: str) -> None:
    """However the camera was held, the mark is at the top left afterwards, and that is said."""
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
    found = read(encoded(stored, kind, exif=exif))
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
    assert said(grey) == ["the palette became RGB", "its colours (RGB) became grey (L)"]


@pytest.mark.parametrize(
    ("mode", "how", "expected"),
    [
        ("RGBA", COLOUR, ["the alpha channel was dropped"]),
        ("RGBA", GREY, ["the alpha channel was dropped", "its colours (RGBA) became grey (L)"]),
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
    return png_of(width, height, 16, kind, zlib.compress(rows))


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


def _tiff12(pixels: Array) -> bytes:
    """Write 12 bits a pixel, two of them in three bytes, as a microscope's camera does."""
    height, width = pixels.shape
    bits = "".join(f"{value:012b}" for value in pixels.reshape(-1))
    packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
    long, short = 4, 3
    entries = [
        (256, short, width),
        (257, short, height),
        (258, short, 12),
        (259, short, 1),
        (262, short, 1),
        (273, long, 0),
        (277, short, 1),
        (278, short, height),
        (279, long, len(packed)),
    ]
    begins = 8 + 2 + 12 * len(entries) + 4
    written = b"".join(
        struct.pack("<HHII", tag, kind, 1, begins if tag == 273 else value)
        for tag, kind, value in entries
    )
    head = b"II*\0" + struct.pack("<IH", 8, len(entries))
    return head + written + struct.pack("<I", 0) + packed


def test_twelve_bits_of_tiff_are_as_bright_as_they_were() -> None:
    pixels = np.array([[0, 2048, 4095, 1024], [4095, 1, 16, 3000]], np.uint16)
    found = read(_tiff12(pixels), GREY)
    assert said(found) == ["12-bit depth became 8-bit"]
    np.testing.assert_allclose(found.array[0, 0], pixels / 4095, atol=0.5 / 255 + 1e-6)


def test_a_dark_picture_of_sixteen_bits_stays_dark() -> None:
    found = read(encoded(np.array([[0, 100, 255]], np.uint16), "TIFF"), GREY)
    assert levels(found).ravel().tolist() == [0, 0, 1]


def test_cmyk_of_print() -> None:
    found = read(encoded(Image.new("CMYK", (4, 4), (255, 0, 0, 0)), "JPEG", quality=95))
    assert said(found) == ["CMYK became RGB"]
    np.testing.assert_allclose(found.array[0, :, 0, 0], [0, 1, 1], atol=0.03)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "TIFF", "WEBP"])
def test_first_frame_of_several(kind: str) -> None:
    frames = [Image.new("RGB", (3, 2), color) for color in ("red", "blue", "lime")]
    way = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **way)
    found = read(data)
    assert levels(found)[0, 0].tolist() == [255, 0, 0]
    assert said(found)[0] == "the first of 3 frames was taken"


def _with_an_odd_second_frame(data: bytes, tag: int, value: int) -> bytes:
    """Say something else of the second frame of a little-endian TIFF (TIFF 6.0, section 2)."""
    changed = bytearray(data)
    (first,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, first)
    (second,) = struct.unpack_from("<I", data, first + 2 + 12 * count)
    (count,) = struct.unpack_from("<H", data, second)
    entries = range(second + 2, second + 2 + 12 * count, 12)
    entry = next(e for e in entries if struct.unpack_from("<H", data, e)[0] == tag)
    struct.pack_into("<H", changed, entry + 8, value)
    return bytes(changed)


@pytest.mark.parametrize(("tag", "value"), [(259, 34887), (258, 24)])
def test_a_frame_behind_that_nobody_can_show_does_no_harm(tag: int, value: int) -> None:
    """By its compression, or by its bits: programs keep numbers beside their pictures so."""
    frames = [Image.new("L", (3, 2), level) for level in (51, 255, 255)]
    data = encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    found = read(_with_an_odd_second_frame(data, tag, value), GREY)
    assert levels(found).ravel().tolist() == [51] * 6
    assert said(found) == ["the first of 3 frames was taken"]


def test_resized_as_asked_and_said() -> None:
    found = read(encoded(RAMP), decoding(None, "14x10"))
    assert found.array.shape == (1, 3, 10, 14)
    assert said(found) == ["resized from 7 × 5 to 14 × 10"]
    assert said(read(encoded(RAMP), decoding("RGB", "7x5"))) == []


def test_shrinking_takes_the_mean() -> None:
    board = np.indices((8, 8)).sum(0) % 2 * 255
    found = read(encoded(board.astype(np.uint8)), decoding("L", "2x2"))
    np.testing.assert_allclose(found.array, 0.5, atol=0.004)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP"])
@given(pixels=hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_what_is_kept_whole_comes_back_whole(kind: str, pixels: Array) -> None:
    """Each format that loses nothing, whatever the picture."""
    how = {"lossless": True} if kind == "WEBP" else {}
    np.testing.assert_array_equal(levels(read(encoded(pixels, kind, **how))), pixels)
