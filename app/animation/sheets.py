"""Planes as coloured cells with their numbers in them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from app.animation.canvas import Canvas
from app.animation.colors import MISSING, Scale, Theme, text_on
from app.animation.layout import Box
from app.animation.planes import Place, Region
from app.animation.written import in_cells
from app.layers.base import Array

# So wide are cells that have a line between them, and a mark each.
_APART, _MARKED, _BOLD = 12, 8, 30
_GAP = 1


class Sheet(NamedTuple):
    """How the cells of a plane are drawn.

    Attributes:
        box: where.
        scale: their colours.
        written: how their numbers are written, and how large; None where there is no room.
        theme: of what is no data.
    """

    box: Box
    scale: Scale
    written: tuple[Callable[[float], str], int] | None
    theme: Theme

    @classmethod
    def of(
        cls,
        box: Box,
        scale: Scale,
        values: Sequence[float],
        theme: Theme,
        *,
        in_full: bool = False,
    ) -> "Sheet":
        """Return it for a plane, with the numbers that will stand in it."""
        width = min(box.across, box.down * 2)
        return cls(box, scale, in_cells(values, width, in_full=in_full) if values else None, theme)

    def values(self, canvas: Canvas, values: Array, part: Region) -> None:
        """Draw some rows and columns with their numbers."""
        if not values.size:
            return
        left, top, width, height = self.box.cells(part)
        ys = np.arange(height) * part.rows // height
        xs = np.arange(width) * part.columns // width
        numbers = canvas.palette.numbers(self.scale)
        steps = self.scale.steps(np.asarray(values[np.ix_(ys, xs)], np.float64))
        canvas.pixels[top : top + height, left : left + width] = numbers[steps]
        self._part(canvas, part)
        if self.written is not None:
            for (y, x), value in np.ndenumerate(values):
                self.value(canvas, (part.top + y, part.left + x), float(value))

    def _part(self, canvas: Canvas, part: Region) -> None:
        """Draw lines of paper between cells."""
        if min(self.box.across, self.box.down) < _APART:
            return
        left, top, width, height = self.box.cells(part)
        for x in range(part.left, part.right):
            one = self.box.cells(Region(part.top, x, part.bottom, x + 1))
            canvas.fill(one[0] + one[2] - _GAP, top, _GAP, height, self.theme.paper)
        for y in range(part.top, part.bottom):
            one = self.box.cells(Region(y, part.left, y + 1, part.right))
            canvas.fill(left, one[1] + one[3] - _GAP, width, _GAP, self.theme.paper)

    def value(self, canvas: Canvas, place: Place, value: float, *, strong: bool = False) -> None:
        """Draw one cell."""
        left, top, width, height = self.box.cell(place)
        step = int(self.scale.steps(np.array(value)))
        ground = MISSING if step < 0 else self.scale.colors[step]
        gap = _GAP if min(self.box.across, self.box.down) >= _APART else 0
        canvas.fill(left, top, width - gap, height - gap, ground)
        if self.written is not None:
            way, size = self.written
            middle = left + width // 2, top + height // 2
            ink = text_on(ground)
            canvas.text(*middle, way(value), size, ink, ground, strong=strong, anchor="centre")

    def empty(self, canvas: Canvas, part: Region) -> None:
        """Draw cells that have no number yet."""
        canvas.fill(*self.box.cells(part), self.theme.paper_2)
        self._part(canvas, part)

    def padding(self, canvas: Canvas, place: Place, value: float | None) -> None:
        """Draw a cell around the input, with the number that stands for it."""
        left, top, width, height = self.box.cell(place)
        gap = _GAP if min(self.box.across, self.box.down) >= _APART else 0
        size = width - gap, height - gap
        canvas.hatch(left, top, *size, self.theme.rule_2, self.theme.paper)
        if self.written is None or value is None:
            return
        way, large = self.written
        text, middle = way(value), (left + width // 2, top + height // 2)
        room = min(len(text) * large * 5 // 9 + 6, size[0])
        canvas.fill(
            middle[0] - room // 2, middle[1] - large // 2 - 1, room, large + 2, self.theme.paper
        )
        canvas.text(*middle, text, large, self.theme.ink, self.theme.paper, anchor="centre")

    def mark(self, canvas: Canvas, places: Sequence[Place]) -> None:
        """Mark what is looked at: one box where the cells fill it, else each."""
        found = set(places)
        if not found:
            return
        ys, xs = zip(*found, strict=True)
        around = Region(min(ys), min(xs), max(ys) + 1, max(xs) + 1)
        side = min(self.box.across, self.box.down)
        gap = _GAP if side >= _APART else 0
        if len(found) == around.rows * around.columns or side < _MARKED:
            left, top, width, height = self.box.cells(around)
            canvas.mark(left, top, width - gap, height - gap, 3 if side >= _APART else 2)
            return
        for place in sorted(found):
            left, top, width, height = self.box.cell(place)
            canvas.mark(left, top, width - gap, height - gap, 3 if side >= _BOLD else 2)

    def winner(self, canvas: Canvas, place: Place) -> None:
        """Mark the cell that was the largest."""
        left, top, width, height = self.box.cell(place)
        if min(width, height) >= _APART:
            canvas.mark(left + 5, top + 5, width - 11, height - 11, 2)
