"""Pictures made for a test, read by the code under test."""

import io
from typing import Any

import numpy as np
from PIL import Image

from app.layers.base import Array
from app.settings import Limits
from app.tensors.images import HowToDecode, read_image
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
    return [m.say(str) for m in found.conversions]


def levels(found: Received) -> Array:
    """Return (H, W, C) in 0..255, as the picture was written."""
    pixels: Array = np.rint(found.array[0].transpose(1, 2, 0) * 255).astype(int)
    return pixels
