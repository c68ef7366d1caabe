"""Where the parts of an animation lie, in pixels: planes side by side, in cells as large as fit."""

from collections.abc import Sequence
from typing import NamedTuple

from app.animation.canvas import width_of
from app.animation.planes import Place, Region

MARGIN, GAP, LEAST_WIDTH = 36, 60, 640
NAME, TOLD, SMALL, SUM = 20, 18, 15, 21
HEAD, LABEL, FOOT, MORE = 92, 26, 72, 30
LINE = 26  # from a name to its shape
_WIDEST, _HIGHEST = 1208, 556  # of all planes
_LARGEST_CELL, _LEGIBLE, _STRIP = 52, 26, 20
_BETWEEN, _UNDER = 24, 40
# Where not all cells have room for numbers: the most that a plane of each column gets.
_ALONE = {1: (480, 260, 400), 2: (360, 200, 320), 3: (260, 180, 300)}


class Box(NamedTuple):
    """A plane's place in the picture, and how large one of its cells is."""

    left: int
    top: int
    region: Region
    across: float
    down: float

    @property
    def width(self) -> int:
        return max(round(self.region.columns * self.across), 1)

    @property
    def height(self) -> int:
        return max(round(self.region.rows * self.down), 1)

    @property
    def bottom(self) -> int:
        return self.top + self.height

    def cell(self, place: Place) -> tuple[int, int, int, int]:
        """Return left, top, width and height of one cell."""
        return self.cells(Region(place[0], place[1], place[0] + 1, place[1] + 1))

    def cells(self, part: Region) -> tuple[int, int, int, int]:
        """Return left, top, width and height of some rows and columns."""
        left, right = (round((x - self.region.left) * self.across) for x in (part.left, part.right))
        top, bottom = (round((y - self.region.top) * self.down) for y in (part.top, part.bottom))
        return self.left + left, self.top + top, max(right - left, 1), max(bottom - top, 1)


class Column(NamedTuple):
    """Planes of one tensor: its name and shape, what is shown of each, and how that is called."""

    name: str
    shape: str
    regions: Sequence[Region]
    labels: Sequence[str]

    @property
    def rows(self) -> int:
        return max(region.rows for region in self.regions)

    @property
    def columns(self) -> int:
        return max(region.columns for region in self.regions)


class Layout(NamedTuple):
    """Where everything lies.

    Attributes:
        boxes: of each column's planes.
        heads: left and middle of each column's name; its shape stands below, or beside it.
        is_beside: the shape of the weights stands beside their name.
        width: of the whole.
        height: of the whole.
    """

    boxes: tuple[tuple[Box, ...], ...]
    heads: tuple[tuple[int, int], ...]
    is_beside: bool
    width: int
    height: int


def arranged(columns: Sequence[Column], foot: int) -> Layout:
    """Return where everything lies.

    Args:
        columns: input, weight if there is one, output.
        foot: what is needed below the planes of the input.
    """
    label = LABEL if any(text for column in columns for text in column.labels) else 0
    count = len(columns[0].regions)
    if count > 1:
        beside, below = _side_beside(columns, label, foot), _side_below(columns, label, foot)
        if beside >= below or below < _LEGIBLE:
            return _planes_beside(columns, _cells(columns, beside, count, 2), label, foot)
        return _planes_below(columns, _cells(columns, below, count, 1), label, foot)
    side = _side_below(columns, label, foot)
    return _planes_below(columns, _cells(columns, side, count, 1), label, foot)


def _side_below(columns: Sequence[Column], label: int, foot: int) -> float:
    """Return how large cells can be, all alike, if the planes of a column lie below each other."""
    across = sum(column.columns for column in columns)
    wide = _WIDEST - GAP * (len(columns) - 1)
    count = len(columns[0].regions)
    room = (_HIGHEST - foot - count * label - (count - 1) * _BETWEEN) / count
    down = max(column.rows for column in columns)
    return min(_LARGEST_CELL, wide / across, room / down)


def _side_beside(columns: Sequence[Column], label: int, foot: int) -> float:
    """Return the same if the planes lie beside each other, each above its weights."""
    source, *weights, output = columns
    count = len(source.regions)
    widest = max(column.columns for column in (source, *weights))
    wide = _WIDEST - GAP - (count - 1) * _BETWEEN
    rows = source.rows + sum(column.rows for column in weights)
    room = _HIGHEST - foot - label - len(weights) * (_UNDER + label)
    across, down = widest * count + output.columns, max(rows, output.rows)
    return min(_LARGEST_CELL, wide / across, room / down)


def _cells(
    columns: Sequence[Column], side: float, count: int, parts: int
) -> list[tuple[float, float]]:
    """Return width and height of the cells of each column: all alike, if all can be read.

    Args:
        columns: input, weight if there is one, output.
        side: how large they can be, all alike.
        count: how many planes there are.
        parts: into how many the height is shared where planes lie beside each other; else 1.
    """
    if side >= _LEGIBLE:
        return [(float(int(side)),) * 2] * len(columns)
    widths = _ALONE[count if parts > 1 else 1]
    used = widths if len(columns) == len(widths) else (widths[0], widths[2])
    rooms = [_HIGHEST / (count if parts == 1 else 1)] * len(columns)
    if parts > 1 and len(columns) == len(widths):
        rooms[:2] = [_HIGHEST * 0.5, _HIGHEST * 0.3]
    return [_alone(*one) for one in zip(columns, used, rooms, strict=True)]


def _alone(column: Column, width: float, room: float) -> tuple[float, float]:
    """Return the cells of a column that is fitted by itself."""
    across = min(width / column.columns, _LARGEST_CELL)
    down = min((room - LABEL - _BETWEEN) / column.rows, _LARGEST_CELL)
    side = min(across, down)
    side = float(int(side)) if side >= 4 else side
    if side >= _STRIP:
        return side, side
    # A long row of thin cells is a strip, not a hairline.
    return (
        side if column.columns * 4 > column.rows else min(across, _STRIP),
        side if column.rows * 4 > column.columns else min(down, _STRIP),
    )


def _planes_below(
    columns: Sequence[Column], sizes: Sequence[tuple[float, float]], label: int, foot: int
) -> Layout:
    rows = max(len(column.regions) for column in columns)
    highest = max(round(c.rows * down) for c, (_, down) in zip(columns, sizes, strict=True))
    left, boxes, heads = MARGIN, [], []
    for column, (across, down) in zip(columns, sizes, strict=True):
        tops = [HEAD + label + i * (label + highest + _BETWEEN) for i in range(len(column.regions))]
        made = [Box(left, t, r, across, down) for t, r in zip(tops, column.regions, strict=True)]
        boxes.append(tuple(made))
        heads.append((left, MARGIN))
        left += _wide(column, made) + GAP
    height = HEAD + rows * (label + highest) + (rows - 1) * _BETWEEN + foot + FOOT
    width = max(left - GAP + MARGIN, LEAST_WIDTH)
    return Layout(tuple(boxes), tuple(heads), False, width, height)


def _planes_beside(
    columns: Sequence[Column], sizes: Sequence[tuple[float, float]], label: int, foot: int
) -> Layout:
    (source, *weights, output), top = columns, HEAD + label
    firsts = list(zip((source, *weights), sizes, strict=False))
    step = max(
        *(round(column.columns * across) for column, (across, _) in firsts),
        *(width_of(text, SMALL) for column, _ in firsts for text in column.labels),
    )
    lefts = [MARGIN + i * (step + _BETWEEN) for i in range(len(source.regions))]
    boxes: list[tuple[Box, ...]] = []
    heads = [(MARGIN, MARGIN)]
    for column, (across, down) in firsts:
        if boxes:
            top += _UNDER + label
            heads.append((MARGIN, top - label - _UNDER // 2 + 2))
        found = zip(lefts, column.regions, strict=True)
        boxes.append(tuple(Box(left, top, region, across, down) for left, region in found))
        top += round(column.rows * down)
    right = lefts[-1] + step + GAP
    last = Box(right, HEAD + label, output.regions[0], *sizes[-1])
    bottom = max(top, last.top + last.height)
    width = max(right + _wide(output, [last]) + MARGIN, LEAST_WIDTH)
    heads.append((right, MARGIN))
    return Layout((*boxes, (last,)), tuple(heads), True, width, bottom + foot + FOOT)


def _wide(column: Column, boxes: Sequence[Box]) -> int:
    texts = [width_of(column.name, NAME, strong=True), width_of(column.shape, TOLD)]
    texts += [width_of(text, SMALL) for text in column.labels]
    return max(*texts, *(box.width for box in boxes))
