"""The named filters: small kernels that show something, a sentence each on what."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.layers.base import Array
from app.problems import Invalid


class Filter(NamedTuple):
    """A kernel of fixed numbers, its rows divided by `over`."""

    title: str
    shows: str
    rows: Sequence[Sequence[float]]
    over: float = 1.0

    def numbers(self) -> Array:
        """Return the kernel, (height, width), float32."""
        return (np.array(self.rows, np.float64) / self.over).astype(np.float32)


_BINOMIAL = (1, 4, 6, 4, 1)

FILTERS: dict[str, Filter] = {
    "sobel_x": Filter(
        "Sobel x",
        "Bright where the picture gets lighter from left to right: upright edges.",
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    ),
    "sobel_y": Filter(
        "Sobel y",
        "Bright where the picture gets lighter from top to bottom: level edges.",
        [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    ),
    "laplacian": Filter(
        "Laplacian",
        "What differs from its four neighbours, in whatever direction: fine lines and dots.",
        [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    ),
    "gaussian": Filter(
        "Gaussian",
        "A soft blur that counts the middle most; noise and detail fade.",
        [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
        16,
    ),
    "sharpen": Filter(
        "Sharpen",
        "Adds to each pixel what sets it apart from its neighbours; edges get crisper.",
        [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    ),
    "box": Filter(
        "Box blur",
        "The plain mean of nine pixels, all counted alike.",
        [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
        9,
    ),
    "emboss": Filter(
        "Emboss",
        "Light that seems to fall from the top left, so that the picture looks pressed in metal.",
        [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    ),
    "identity": Filter(
        "Identity",
        "One in the middle, zero around it: the picture comes out as it went in.",
        [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    ),
    "outline": Filter(
        "Outline",
        "Eight times the pixel minus its eight neighbours: flat areas vanish, contours stay.",
        [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    ),
    "prewitt_x": Filter(
        "Prewitt x",
        "Upright edges like Sobel x, with all three rows counted alike.",
        [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    ),
    "prewitt_y": Filter(
        "Prewitt y",
        "Level edges like Sobel y, with all three columns counted alike.",
        [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    ),
    "scharr_x": Filter(
        "Scharr x",
        "Upright edges, with weights that treat slanted edges more evenly than Sobel's.",
        [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]],
    ),
    "diagonal": Filter(
        "Diagonal",
        "Edges that run from the bottom left to the top right.",
        [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],
    ),
    "gaussian_5": Filter(
        "Gauss 5 × 5",
        "A wider soft blur: a pixel is mixed with the 24 around it.",
        [[a * b for b in _BINOMIAL] for a in _BINOMIAL],
        256,
    ),
    "log_5": Filter(
        "Blob 5 × 5",
        "A Laplacian of a blurred picture: spots about three pixels wide light up.",
        [
            [0, 0, -1, 0, 0],
            [0, -1, -2, -1, 0],
            [-1, -2, 16, -2, -1],
            [0, -1, -2, -1, 0],
            [0, 0, -1, 0, 0],
        ],
    ),
}


def filter_shape(names: Sequence[str]) -> tuple[int, int]:
    """Return the one size (height, width) that the filters share.

    Raises:
        Invalid: they are of different sizes.
    """
    sizes = {name: FILTERS[name].numbers().shape for name in names}
    first = sizes[names[0]]
    for name, size in sizes.items():
        if size != first:
            raise Invalid(
                "kernel lists '{one}' of {a} × {a} and '{other}' of {b} × {b}; "
                "all must be of one size",
                loc=("kernel",),
                one=names[0],
                a=first[0],
                other=name,
                b=size[0],
            )
    return int(first[0]), int(first[1])


def filter_weight(names: Sequence[str], channels: int, groups: int) -> Array:
    """Return a weight (groups · filters, channels / groups, height, width).

    Each group of channels gets every filter, the same numbers on each of its channels.
    """
    bank = np.stack([FILTERS[name].numbers() for name in names])
    per_group = np.repeat(bank[:, None], channels // groups, axis=1)
    return np.ascontiguousarray(np.concatenate([per_group] * groups))


def choices() -> list[dict[str, Any]]:
    """Return the table as the schema shows it."""
    return [
        {"value": n, "title": f.title, "description": f.shows, "numbers": f.numbers().tolist()}
        for n, f in FILTERS.items()
    ]
