"""Tensors of any rank as planes of rows and columns: which of their axes are seen, and how much."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from app.layers._explain import Index
from app.layers._sliding import Spatial
from app.layers.base import Array, Layer, Shape

Place: TypeAlias = tuple[int, int]
# A plane of so many rows and columns is shown whole; of a larger one the part that is looked at.
_WHOLE = 16


class Region(NamedTuple):
    """Some rows and columns of a plane; they can lie outside it, in its padding."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> int:
        return self.bottom - self.top

    @property
    def columns(self) -> int:
        return self.right - self.left

    def within(self, size: Place) -> "Region":
        """Return the part of it that is not padding."""
        rows, columns = size
        return Region(
            max(self.top, 0), max(self.left, 0), min(self.bottom, rows), min(self.right, columns)
        )


class Plane(NamedTuple):
    """Two axes of a tensor, of which some cells are shown.

    Attributes:
        shape: of the whole tensor.
        lead: where the plane lies on the other axes.
        size: rows and columns of the plane.
        region: what of it is shown.
        values: (rows, columns) of the part of the region that is not padding.
    """

    shape: Shape
    lead: Index
    size: Place
    region: Region
    values: Array


def seen_axes(layer: Layer, rank: int) -> int:
    """Return how many of the last axes of a tensor of a layer are seen as a plane: 2, 1 or 0."""
    spatial = layer.spatial_dims if isinstance(layer, Spatial) else None
    return min(rank, spatial or 2, 2)


def centre(layer: Layer, shape: Shape) -> Index:
    """Return the index of the first sample and channel, in the middle of the other axes."""
    spatial = layer.spatial_dims if isinstance(layer, Spatial) else None
    inner = min(len(shape), spatial or (1 if len(shape) == 2 else max(len(shape) - 2, 2)))
    lead = len(shape) - inner
    return tuple(0 if axis < lead else size // 2 for axis, size in enumerate(shape))


def parted(index: Sequence[int], axes: int) -> tuple[Index, Place]:
    """Return where a plane lies, and where in it an element does."""
    lead, inner = tuple(index[: len(index) - axes]), tuple(index[len(index) - axes :])
    return lead, (0, 0, *inner)[-2:]  # type: ignore[return-value]


def size_of(shape: Shape, axes: int) -> Place:
    """Return rows and columns of a tensor's planes."""
    return (1, 1, *shape[len(shape) - axes :])[-2:]  # type: ignore[return-value]


def plane_values(tensor: Array, lead: Index, axes: int) -> Array:
    """Return a plane as (rows, columns)."""
    found: Array = tensor[lead].reshape(size_of(tensor.shape, axes))
    return found


def around(place: Place, size: Place, most: int) -> Region:
    """Return at most `most` rows and columns about a place, within a plane."""
    spans = []
    for middle, length in zip(place, size, strict=True):
        count = min(length, most)
        start = min(max(middle - count // 2, 0), length - count)
        spans.append((start, start + count))
    (top, bottom), (left, right) = spans
    return Region(top, left, bottom, right)


def region_of(places: Iterable[Place], size: Place) -> Region:
    """Return what is shown of a plane: all that is looked at, and the rest where that is little."""
    axes = zip(*(set(places) or {(0, 0)}), strict=True)
    (top, bottom), (left, right) = (
        _span(min(found), max(found) + 1, length) for found, length in zip(axes, size, strict=True)
    )
    return Region(top, left, bottom, right)


def _span(start: int, stop: int, length: int) -> tuple[int, int]:
    whole = min(start, 0), max(stop, length)
    return whole if whole[1] - whole[0] <= _WHOLE else (start, stop)
