"""A tensor as a PNG: its channels as a grid, in order, a thin gap between them."""

import io
import math

import numpy as np
from PIL import Image

from app.layers.base import Array
from app.problems import Invalid, Listed, NotAcceptable, TooLarge
from app.settings import Limits
from app.tensors.colors import COLORMAPS, POSITIVE, SIGNED, table

SCALES = ("minmax", "symmetric", "none")
_GAP = 1
_ZLIB_LEVEL = 1
_WHITE = 255
_SMALLEST = 1e-37


def write_png(
    array: Array, limits: Limits, colormap: str | None = None, scale: str | None = None
) -> bytes:
    """Draw a tensor (..., H, W), one tile a channel.

    Args:
        array: of any rank; below 2 it is one row.
        limits: bounds the pixels.
        colormap: one of `COLORMAPS`; by default signed or one-hued, as the data are.
        scale: `minmax`, `symmetric` about zero, or `none` for values in [0, 1] as they are.

    Raises:
        Invalid: a colormap or scale that is not there.
        NotAcceptable: an empty tensor, which has no picture.
    """
    check_look(colormap, scale)
    if not array.size:
        raise NotAcceptable("an empty tensor has no picture; ask for JSON or .npy")
    planes = array.reshape((-1, *(1, 1, *array.shape)[-2:]))
    columns = math.ceil(math.sqrt(len(planes)))
    rows = math.ceil(len(planes) / columns)
    height, width = planes.shape[1:]
    size = (rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP)
    if size[0] * size[1] > limits.pixels:
        raise TooLarge(
            "the picture would have {count} pixels; at most {most} can be",
            count=size[0] * size[1],
            most=limits.pixels,
        )
    levels, colors = _levels(planes, colormap, scale)
    return _encode(_grid(levels, columns, size), colors)


def check_look(colormap: object, scale: object) -> None:
    """Refuse what `write_png` could not draw with.

    Raises:
        Invalid: a colormap or scale that is not there.
    """
    _check(colormap, COLORMAPS, "colormap")
    _check(scale, SCALES, "scale")


def _check(value: object, allowed: tuple[str, ...], name: str) -> None:
    if value is not None and value not in allowed:
        raise Invalid(
            "{name} must be one of {allowed}", loc=(name,), name=name, allowed=Listed(allowed)
        )


def _levels(planes: Array, colormap: str | None, scale: str | None) -> tuple[Array, Array]:
    """Return (levels 0 to 254, the 255 colours); level 255 is the gap's white."""
    finite = np.nan_to_num(planes, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    signed = low < 0
    scale = scale or ("symmetric" if signed else "minmax")
    if scale == "symmetric":
        high = max(abs(low), abs(high))
        low = -high
    elif scale == "none":
        low, high = 0.0, 1.0
    # Halved, so that the difference of the two ends is a float32 too.
    levels = np.clip(planes, low, high, dtype=np.float32)
    levels *= np.float32(0.5)
    levels -= np.float32(low / 2)
    levels /= np.float32(max(high / 2 - low / 2, _SMALLEST))
    levels *= np.float32(254)
    levels += np.float32(0.5)
    chosen = table(colormap or (SIGNED if signed else POSITIVE))
    picked = chosen[np.rint(np.linspace(0, 255, 255)).astype(int)]
    np.nan_to_num(levels, copy=False, nan=127.0)
    return np.clip(levels, 0, 254, out=levels).astype(np.uint8), picked


def _grid(levels: Array, columns: int, size: tuple[int, int]) -> Array:
    count, height, width = levels.shape
    rows, (high, wide) = -(-count // columns), (height + _GAP, width + _GAP)
    grid = np.full((rows * columns, high, wide), _WHITE, np.uint8)
    grid[:count, :height, :width] = levels
    tiled = grid.reshape(rows, columns, high, wide).swapaxes(1, 2)
    return tiled.reshape(rows * high, columns * wide)[: size[0], : size[1]]


def _encode(grid: Array, colors: Array) -> bytes:
    picture = Image.fromarray(grid, "P")
    picture.putpalette([*colors.reshape(-1).tolist(), _WHITE, _WHITE, _WHITE])
    with io.BytesIO() as out:
        picture.save(out, "PNG", compress_level=_ZLIB_LEVEL)
        return out.getvalue()
