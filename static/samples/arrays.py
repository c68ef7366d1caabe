"""Write the samples that are no pictures: a grid of whole numbers, a signal, a volume of blobs.

python static/samples/arrays.py

The last two are formulas, sums of bells. The small pictures beside them are their thumbnails.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
INK, PAPER, SIDE = "#1b1a18", "#f2f1ec", 128
# Height, place and width of each wave of one beat, in shares of the beat: P, Q, R, S, T.
WAVES = (
    (0.15, 0.22, 0.03),
    (-0.2, 0.36, 0.012),
    (1.2, 0.4, 0.014),
    (-0.35, 0.44, 0.013),
    (0.35, 0.66, 0.05),
)
# An upright edge, and little else: what comes of it can be worked out in the head.
GRID = ((0, 1, 0, 7, 8), (1, -2, 1, 8, 9), (0, 1, 0, 7, 8), (2, 3, -1, 9, 9), (1, 2, 1, 8, 7))
# Height, middle (z, y, x) and width of each blob, in cells.
BLOBS = ((1.0, (4, 5, 6), 2.2), (0.7, (7, 11, 10), 2.8), (-0.6, (8, 4, 12), 2.0))


def grid() -> NDArray[np.float32]:
    """Return a map (1, 1, 5, 5)."""
    return np.array([[GRID]], np.float32)


def heartbeat(length: int = 128, beats: int = 3) -> NDArray[np.float32]:
    """Return a signal (1, 1, length)."""
    beat = np.linspace(0, beats, length, endpoint=False) % 1
    waves = (height * np.exp(-((beat - at) ** 2) / (2 * wide**2)) for height, at, wide in WAVES)
    return np.float32(sum(waves)).reshape(1, 1, length)


def blobs(depth: int = 12, side: int = 16) -> NDArray[np.float32]:
    """Return a volume (1, 1, depth, side, side)."""
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in (depth, side, side)), indexing="ij"), -1)
    bells = (h * np.exp(-((grid - at) ** 2).sum(-1) / (2 * wide**2)) for h, at, wide in BLOBS)
    return np.float32(sum(bells)).reshape(1, 1, depth, side, side)


def draw_grid(numbers: NDArray[np.float32]) -> Image.Image:
    """Return the numbers in their cells."""
    picture = Image.new("RGB", (SIDE, SIDE), PAPER)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(18)
    rows, step = numbers[0, 0], SIDE / len(numbers[0, 0])
    for row, column in np.ndindex(rows.shape):
        left, top = column * step, row * step
        shade = int(236 - 14 * max(rows[row, column], 0))
        draw.rectangle((left + 1, top + 1, left + step - 2, top + step - 2), (shade, shade, shade))
        middle = left + step / 2, top + step / 2
        draw.text(middle, f"{rows[row, column]:.0f}", INK, font, anchor="mm")
    return picture


def draw_signal(signal: NDArray[np.float32]) -> Image.Image:
    """Return the signal as a line."""
    picture = Image.new("RGB", (SIDE, SIDE), PAPER)
    values = signal[0, 0]
    ys = SIDE - 24 - (values - values.min()) / np.ptp(values) * (SIDE - 48)
    line = [(float(x), float(y)) for x, y in zip(np.linspace(0, SIDE, len(ys)), ys, strict=True)]
    ImageDraw.Draw(picture).line(line, INK, 3)
    return picture


def draw_volume(volume: NDArray[np.float32]) -> Image.Image:
    """Return the sum along the depth in greys."""
    flat = volume[0, 0].sum(0)
    grey = np.uint8(255 - 200 * (flat - flat.min()) / np.ptp(flat))
    return Image.fromarray(grey).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def main() -> None:
    """Write the six files."""
    numbers, signal, volume = grid(), heartbeat(), blobs()
    np.save(HERE / "grid.npy", numbers)
    draw_grid(numbers).save(HERE / "grid.png", optimize=True)
    np.save(HERE / "heartbeat.npy", signal)
    np.save(HERE / "blobs.npy", volume)
    draw_signal(signal).save(HERE / "heartbeat.png", optimize=True)
    draw_volume(volume).save(HERE / "blobs.png", optimize=True)


if __name__ == "__main__":
    main()
