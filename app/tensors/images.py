"""Pictures become tensors (1, C, H, W) in [0, 1]; their pixels are counted before decoding."""

import contextlib
import io
import re
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from app.admission.room import need
from app.layers.base import Array
from app.observe.stderr import quiet
from app.problems import (
    Invalid,
    Listed,
    Message,
    Problem,
    TooLarge,
    Unreadable,
    UnsupportedMedia,
    message,
)
from app.settings import Limits
from app.tensors.depth import DEEP, bits_of, check_depth, shallow
from app.tensors.plain_png import plain_pixels
from app.tensors.png_rows import check_rows
from app.tensors.received import Received
from app.tensors.segments import check_segments
from app.tensors.signatures import begins_as_picture

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_SIZE = re.compile(r"([0-9]{1,6})x([0-9]{1,6})")
_EXIF_ORIENTATION = 0x0112
_MOST_FRAMES = 1000
_BITS = 8
# Bytes of memory for a pixel: while it is decoded (four in Pillow, each time it is converted, three
# as bytes, twelve as float32), and afterwards.
_DECODING, _DECODED = 24, 12
Image.MAX_IMAGE_PIXELS = None  # counted here, against the limit, with a sentence of its own


class HowToDecode(NamedTuple):
    """What stands beside a picture: `input.mode`, `input.size`; a network wants a square too."""

    mode: str = "RGB"
    size: tuple[int, int] | None = None
    square: bool = False


def decoding(mode: str | None, size: str | None) -> HowToDecode:
    """Read the two options.

    Args:
        mode: `L` for grey, `RGB` or nothing for colour.
        size: WIDTHxHEIGHT to resize to, or nothing.

    Raises:
        Invalid: anything else.
    """
    if mode not in (None, "L", "RGB"):
        raise Invalid("mode must be L (grey) or RGB, not '{mode}'", loc=("mode",), mode=mode[:40])
    if size is None:
        return HowToDecode(mode or "RGB")
    found = _SIZE.fullmatch(size)
    if not found or "0" in (found[1].strip("0") or "0", found[2].strip("0") or "0"):
        raise Invalid(
            "size must be WIDTHxHEIGHT, as 224x224, not '{size}'", loc=("size",), size=size[:40]
        )
    return HowToDecode(mode or "RGB", (int(found[1]), int(found[2])))


def read_image(data: bytes | memoryview, how: HowToDecode, limits: Limits) -> Received:
    """Decode a picture, turned upright, its alpha dropped, resized if asked.

    Raises:
        UnsupportedMedia: not one of the formats, or numbers that no picture has.
        Unreadable: cut short or broken.
        TooLarge: more pixels than the limit.
    """
    check_segments(data)
    picture = _open(data)
    check_depth(picture)
    _check_pixels(picture.size, limits)
    wanted = how.size or (0, 0)
    if how.size:
        _check_pixels(how.size, limits)
    pixels = max(picture.width * picture.height, wanted[0] * wanted[1])
    need(_DECODING * pixels, _DECODED * pixels)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # The JPEG within a TIFF is read by a library that tells the terminal of its troubles.
            with quiet() if picture.format == "TIFF" else contextlib.nullcontext():
                return _decode(picture, data, how)
    except Problem:
        raise
    except Exception as error:  # a broken file can make the decoders raise anything
        raise Unreadable("the picture is broken or cut short") from error


def _open(data: bytes | memoryview) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=FORMATS)
    except Exception as error:
        if begins_as_picture(data):
            raise Unreadable(
                "the picture is broken, cut short, or of a kind that is not read here"
            ) from error
        raise UnsupportedMedia(
            "this is no picture that can be read here; those that can are {formats}",
            formats=Listed(FORMATS),
        ) from error


def _check_pixels(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise Unreadable(
            "a picture of {width} × {height} has no pixels", width=width, height=height
        )
    # A channel of it is a map, and no map can be larger than a tensor that is sent.
    most = min(limits.pixels, limits.elements)
    if width * height > most:
        raise TooLarge(
            "a picture of {width} × {height} = {count} pixels; at most {most} can be",
            width=width,
            height=height,
            count=width * height,
            most=most,
        )


def _frames(picture: Image.Image) -> int:
    """Return how many frames there are, counted no further than a thousand in a TIFF."""
    if picture.format != "TIFF":
        return int(getattr(picture, "n_frames", 1))
    # One after the other: a step past the last would be taken for their number.
    for count in range(1, _MOST_FRAMES + 1):
        try:
            picture.seek(count)
        except EOFError:
            return count
        except Exception:
            if picture.tell() != count:  # what nobody here can show is a frame all the same
                raise
    return _MOST_FRAMES + 1


def _decode(picture: Image.Image, data: bytes | memoryview, how: HowToDecode) -> Received:
    if how == HowToDecode(picture.mode):
        pixels = plain_pixels(picture, data)
        if pixels is not None:
            return _of_pixels(pixels, ())
    said: list[Message] = []
    bits = bits_of(picture)
    if bits > _BITS:
        said.append(message("{bits}-bit depth became 8-bit", bits=bits))
    frames = _frames(picture)
    if frames > 1:
        shown = frames if frames <= _MOST_FRAMES else f"> {_MOST_FRAMES}"
        said.append(message("the first of {frames} frames was taken", frames=shown))
        picture.seek(0)
    # A TIFF turns when it is loaded, and says nothing of it afterwards.
    turned = _orientation(picture) if picture.format == "TIFF" else 1
    # Whatever looks at a picture loads it, and some of it does not mind when that fails.
    picture.load()
    check_rows(picture, data)
    picture = _upright(picture, max(turned, _orientation(picture)), said)
    if picture.mode in DEEP:
        picture = shallow(picture, bits)
    picture = _plain(picture, how.mode, said)
    if how.square:
        picture = _square(picture, said)
    if how.size and how.size != picture.size:
        said.append(
            message(
                "resized from {from_size} to {to_size}",
                from_size=_times(picture.size),
                to_size=_times(how.size),
            )
        )
        picture = picture.resize(
            how.size,
            Image.Resampling.BOX if _shrinks(picture, how.size) else Image.Resampling.BICUBIC,
        )
    return _of_pixels(np.asarray(picture, np.uint8), tuple(said))


def _of_pixels(pixels: Array, said: tuple[Message, ...]) -> Received:
    planes = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    values = np.ascontiguousarray(planes[None], np.float32)
    values *= np.float32(1 / 255)
    return Received(values, said, True)


def _square(picture: Image.Image, said: list[Message]) -> Image.Image:
    """Return the middle of a picture, as wide as high."""
    side = min(picture.size)
    if picture.width == picture.height:
        return picture
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    said.append(message("the middle {size} was cut out", size=_times((side, side))))
    return picture.crop((left, top, left + side, top + side))


def _shrinks(picture: Image.Image, size: tuple[int, int]) -> bool:
    return size[0] <= picture.width and size[1] <= picture.height


def _orientation(picture: Image.Image) -> int:
    """Return which of the eight ways a picture lies, 1 where it does not say."""
    try:
        said = picture.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:
        return 1
    return int(said) if said in range(2, 9) else 1


def _upright(picture: Image.Image, orientation: int, said: list[Message]) -> Image.Image:
    if orientation == 1:
        return picture
    said.append(message("turned upright as its EXIF says (orientation {n})", n=orientation))
    return ImageOps.exif_transpose(picture)


def _plain(picture: Image.Image, mode: str, said: list[Message]) -> Image.Image:
    """Return the picture in `L` or `RGB`, saying what had to be given up."""
    if picture.mode == "P":
        said.append(message("the palette became {mode}", mode="RGB"))
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if "A" in picture.getbands() or "transparency" in picture.info:
        said.append(message("the alpha channel was dropped"))
    alike = {"RGB": ("RGB", "RGBA"), "L": ("L", "LA", "1")}[mode]
    if picture.mode not in alike:
        stored = picture.mode
        said.append(
            message("its colours ({from_mode}) became grey (L)", from_mode=stored)
            if mode == "L"
            else message("{from_mode} became {to_mode}", from_mode=stored, to_mode=mode)
        )
    return picture if picture.mode == mode else picture.convert(mode)


def _times(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
