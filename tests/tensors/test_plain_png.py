"""What the quicker decoder makes of a PNG is what Pillow makes of it, or it leaves it to Pillow."""

import io
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.layers.base import Array
from app.problems import Problem
from app.settings import Limits
from app.tensors import plain_png
from app.tensors.images import HowToDecode, read_image
from app.tensors.plain_png import plain_pixels
from tests.pngs import png_of

LIMITS = Limits()
RAMP = np.arange(12 * 17 * 3, dtype=np.uint8).reshape(12, 17, 3)


def png(pixels: Array, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png", **options)
    return file.getvalue()


def quickly(data: bytes) -> Array | None:
    return plain_pixels(Image.open(io.BytesIO(data)), data)


def outcome(data: bytes, mode: str) -> object:
    """Return the numbers and what is said of them, or the problem in words."""
    try:
        found = read_image(data, HowToDecode(mode), LIMITS)
    except Problem as problem:
        return str(problem)
    return found.array.shape, found.array.tobytes(), found.conversions


def by_pillow(data: bytes, mode: str) -> object:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plain_png, "decode_image_png_u8", None)
        return outcome(data, mode)


@given(st.data(), st.sampled_from(["RGB", "L"]), st.integers(0, 9), st.booleans())
def test_any_plain_png_is_what_pillow_makes_of_it(
    data: st.DataObject, mode: str, level: int, is_smooth: bool
) -> None:
    height, width = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 40))
    shape = (height, width, 3) if mode == "RGB" else (height, width)
    noise = np.random.default_rng(data.draw(st.integers(0, 99))).integers(0, 256, shape)
    pixels = np.arange(noise.size).reshape(shape) // 3 if is_smooth else noise
    written = png(pixels.astype(np.uint8), compress_level=level)
    assert quickly(written) is not None
    assert outcome(written, mode) == by_pillow(written, mode)


@given(st.lists(st.tuples(st.integers(8, 10**6), st.integers(0, 255)), max_size=3), st.integers(0))
def test_a_broken_one_is_told_of_as_pillow_tells_it(
    changes: list[tuple[int, int]], cut: int
) -> None:
    broken = bytearray(png(RAMP))
    for place, value in changes:
        broken[place % len(broken)] = value
    written = bytes(broken[: max(cut % (2 * len(broken)), 20)])
    assert outcome(written, "RGB") == by_pillow(written, "RGB")


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return png(RAMP, exif=exif)


def _said(name: str) -> bytes:
    notes = PngInfo()
    notes.add_itxt(name, "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    return png(RAMP, pnginfo=notes)


OTHERS = {
    "turned": _turned(),
    "with notes on how it lies": _said("XML:com.adobe.xmp"),
    "with a text": _said("Comment"),
    "alpha": png(np.zeros((2, 2, 4), np.uint8)),
    "transparent": png(RAMP, transparency=(0, 1, 2)),
    "16 bits": png(np.zeros((2, 2), np.uint16)),
    "1 bit": png(np.zeros((2, 2), bool)),
    "animated": png(RAMP, save_all=True, append_images=[Image.fromarray(RAMP[::-1])]),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_plain_is_left_to_pillow(name: str) -> None:
    assert quickly(OTHERS[name]) is None


def test_a_plain_png_is_decoded_without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    def loads(_: object) -> None:
        raise AssertionError("Pillow decodes it")

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", loads)
    found = read_image(png(RAMP), HowToDecode("RGB"), LIMITS)
    expected = RAMP.transpose(2, 0, 1)[None].astype(np.float32) * np.float32(1 / 255)
    np.testing.assert_array_equal(found.array, expected)


def _of_stream(stream: bytes) -> bytes:
    """Return a grey PNG of 4 × 4 with this for its packed pixels."""
    return png_of(4, 4, 8, 0, stream)


ROWS = [b"\0" + bytes([16 * n + 1] * 4) for n in range(4)]


@pytest.mark.parametrize(
    "stream",
    [zlib.compress(b"".join([*ROWS[:3], b"\x09\1\1\1\1"])), zlib.compress(b"".join(ROWS))[:-8]],
    ids=["a row is packed in no known way", "cut short"],
)
@pytest.mark.parametrize("with_library", [True, False])
def test_a_picture_whose_rows_cannot_be_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, stream: bytes, with_library: bool
) -> None:
    if not with_library:
        monkeypatch.setattr(plain_png, "decode_image_png_u8", None)
    assert outcome(_of_stream(stream), "L") == "the picture is broken or cut short"


def test_all_rows_with_a_wrong_checksum_within_are_all_the_rows() -> None:
    whole = zlib.compress(b"".join(ROWS))
    found = read_image(_of_stream(whole[:-1] + bytes([whole[-1] ^ 1])), HowToDecode("L"), LIMITS)
    np.testing.assert_array_equal(np.rint(found.array[0, 0, :, 0] * 255), [1.0, 17.0, 33.0, 49.0])
