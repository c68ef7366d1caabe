"""An animation's pictures: what stays is drawn once, then what each frame has of its own."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from app.animation.canvas import Canvas, width_of
from app.animation.colors import (
    CASING,
    MARK,
    MISSING,
    THEMES,
    Palette,
    grey_scale,
    text_on,
    values_scale,
    weights_scale,
)
from app.animation.films import Cell, Film, Frame, size_taken, taken
from app.animation.labels import column, more
from app.animation.layout import (
    FOOT,
    GAP,
    LABEL,
    LINE,
    MARGIN,
    MORE,
    NAME,
    SMALL,
    SUM,
    TOLD,
    Column,
    arranged,
)
from app.animation.planes import Plane, Region
from app.animation.sheets import Sheet
from app.animation.written import shortened
from app.layers._notation import shown
from app.layers.base import Array

_APART = 14


class Look(NamedTuple):
    """How an animation is to look.

    Attributes:
        theme: `light` or `dark`.
        is_picture: the input's channels are those of a picture, and grey.
    """

    theme: str = "light"
    is_picture: bool = False


class Drawing:
    """The pictures of a film, all of one palette.

    Args:
        film: what is shown.
        look: how.
    """

    def __init__(self, film: Film, look: Look) -> None:
        self._film, self._theme = film, THEMES[look.theme]
        self._weights = [size_taken(film, number) for number in range(len(film.pairs))]
        self._more = more(film)
        columns = self._columns()
        self.layout = arranged(columns, MORE if self._more else 0)
        self.palette = Palette()
        paper = self.palette.number(self._theme.paper)
        size = self.layout.height, self.layout.width
        self._base = Canvas(np.full(size, paper, np.uint8), self.palette)
        self._inputs, self._factors, self._output = self._sheets(look)
        self._mix()
        self._headings(columns)
        self._still()

    def _mix(self) -> None:
        """Give every colour its number that a frame can need."""
        theme, palette = self._theme, self.palette
        for ink in (theme.ink, theme.ink_2):
            palette.shades(ink, theme.paper)
        for color in (theme.paper_2, theme.rule_2, MARK, CASING):
            palette.number(color)
        scales = {sheet.scale for sheet in (*self._inputs, *self._factors, self._output)}
        for ground in {MISSING}.union(*(scale.colors for scale in scales)):
            palette.shades(text_on(ground), ground)

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of the pictures."""
        return self.layout.width, self.layout.height

    def pictures(self) -> Iterator[Array]:
        """Return each frame's picture, as numbers of the palette."""
        base, places = self._base.copy(), _places(self._film.output.region)
        for frame, place in zip(self._film.frames, places, strict=True):
            self._output.value(base, place, frame.value)
            canvas = base.copy()
            self._output.mark(canvas, [place])
            for number, cells in enumerate(frame.cells):
                self._one(canvas, number, cells)
            self._sum(canvas, frame)
            yield canvas.pixels

    def _one(self, canvas: Canvas, number: int, cells: Sequence[Cell]) -> None:
        """Draw what a frame has of its own in a plane of the input and its weights."""
        sheet = self._inputs[number]
        sheet.mark(canvas, [cell.place for cell in cells])
        for cell in cells:
            if cell.is_winner:
                sheet.winner(canvas, cell.place)
        if number >= len(self._factors):
            return
        weights, met = self._factors[number], [cell.met for cell in cells if cell.met is not None]
        if self._film.pairs[number].weight is None:
            for place, value in taken(cells).items():
                weights.value(canvas, place, value)
        elif len(set(met)) < weights.box.region.rows * weights.box.region.columns:
            weights.mark(canvas, met)

    def _columns(self) -> list[Column]:
        pairs, output = self._film.pairs, self._film.output
        found = [column("input", [pair.input for pair in pairs])]
        weights = [pair.weight for pair in pairs if pair.weight is not None]
        if weights:
            found.append(column(self._film.weight, weights))
        elif all(self._weights):
            regions = [Region(0, 0, *size) for size in self._weights if size]
            found.append(Column(self._film.weight, "", regions, [""] * len(regions)))
        return [*found, column("output", [output])]

    def _sheets(self, look: Look) -> tuple[list[Sheet], list[Sheet], Sheet]:
        film, (inputs, *weights, output), theme = self._film, self.layout.boxes, self._theme
        grey = look.is_picture
        around = [c.value for f in film.frames for cells in f.cells for c in cells if c.is_padding]
        inner = _joined([pair.input.values for pair in film.pairs])
        source = grey_scale() if grey else values_scale(inner, with_grey=False)
        numbers = [*_few(inner), *(value for value in set(around) if value is not None)]
        met = _joined([p.weight.values for p in film.pairs if p.weight is not None])
        if not met.size:
            met = np.array([v for f in film.frames for cs in f.cells for v in taken(cs).values()])
        made = film.output.values
        scales = weights_scale(met, with_grey=grey), values_scale(made, with_grey=grey)
        return (
            [Sheet.of(box, source, numbers, theme) for box in inputs],
            [
                Sheet.of(box, scales[0], _few(met), theme, in_full=True)
                for boxes in weights
                for box in boxes
            ],
            Sheet.of(output[0], scales[1], _few(made), theme),
        )

    def _headings(self, columns: Sequence[Column]) -> None:
        theme, canvas, layout = self._theme, self._base, self.layout
        for number, (headed, boxes) in enumerate(zip(columns, layout.boxes, strict=True)):
            left, middle = layout.heads[number]
            below = layout.is_beside and 0 < number < len(columns) - 1
            name = f"× {headed.name}" if below and self._film.is_weighed else headed.name
            canvas.text(left, middle, name, NAME, theme.ink, theme.paper, strong=True)
            beside = left + width_of(name, NAME, strong=True) + _APART
            told = (beside, middle) if below else (left, middle + LINE)
            canvas.text(*told, headed.shape, TOLD, theme.ink_2, theme.paper)
            for box, label in zip(boxes, headed.labels, strict=True):
                place = box.left, box.top - LABEL // 2
                canvas.text(*place, label, SMALL, theme.ink_2, theme.paper)
            sign = "→" if number == len(columns) - 1 else "×" if self._film.is_weighed else ""
            if number and not below:
                before = layout.boxes[0][-1] if layout.is_beside else layout.boxes[number - 1][0]
                middle = boxes[0].top + min(before.height, boxes[0].height) // 2
                x = boxes[0].left - GAP // 2
                canvas.text(x, middle, sign, 28, theme.ink_2, theme.paper, anchor="centre")

    def _still(self) -> None:
        """Draw what all frames have: the input, its padding, the weights, the empty output."""
        canvas, film, theme = self._base, self._film, self._theme
        for number, (pair, sheet) in enumerate(zip(film.pairs, self._inputs, strict=True)):
            self._around(number, pair.input)
            sheet.values(canvas, pair.input.values, pair.input.region.within(pair.input.size))
            if pair.weight is not None:
                region = pair.weight.region
                self._factors[number].values(canvas, pair.weight.values, region)
        for number, sheet in enumerate(self._factors):
            if film.pairs[number].weight is None:
                sheet.empty(canvas, sheet.box.region)
        self._output.empty(canvas, film.output.region)
        if self._more:
            last = max(self._inputs + self._factors, key=lambda sheet: sheet.box.bottom).box
            middle = last.bottom + MORE // 2 + 4
            canvas.text(MARGIN, middle, self._more, TOLD, theme.ink_2, theme.paper)

    def _around(self, number: int, plane: Plane) -> None:
        """Draw the padding: what of the region does not lie in the plane."""
        sheet, region, inner = self._inputs[number], plane.region, plane.region.within(plane.size)
        if region == inner:
            return
        told = {
            c.place: c.value for f in self._film.frames for c in f.cells[number] if c.is_padding
        }
        if sheet.written is None:
            box = sheet.box.cells(region)
            self._base.hatch(*box, self._theme.rule_2, self._theme.paper)
            return
        for y, x in _places(region):
            if not (inner.top <= y < inner.bottom and inner.left <= x < inner.right):
                sheet.padding(self._base, (y, x), told.get((y, x)))

    def _sum(self, canvas: Canvas, frame: Frame) -> None:
        """Write how an output is made, and at the end what it is."""
        theme, value = self._theme, shown(frame.value)
        middle, x = self.layout.height - FOOT // 2 - 6, MARGIN
        at = f"[{', '.join(map(str, frame.at))}]"
        canvas.text(x, middle, at, TOLD, theme.ink_2, theme.paper)
        x += width_of(at, TOLD) + _APART
        room = self.layout.width - MARGIN - x - width_of(value, SUM, strong=True) - 8
        # What is only passed on is not written twice.
        text, equals = frame.sum, " ="
        if text == value or text.endswith(f": {value}"):
            text, equals = text.removesuffix(value).rstrip(), ""
        text = shortened(text, room - width_of(equals, SUM), SUM) + equals
        canvas.text(x, middle, text, SUM, theme.ink, theme.paper)
        x += width_of(text, SUM) + (6 if text else 0)
        canvas.text(x, middle, value, SUM, theme.ink, theme.paper, strong=True)


def _places(region: Region) -> list[tuple[int, int]]:
    rows, columns = range(region.top, region.bottom), range(region.left, region.right)
    return [(y, x) for y in rows for x in columns]


def _joined(arrays: Sequence[Array]) -> Array:
    return np.concatenate([array.reshape(-1) for array in arrays]) if arrays else np.zeros(0)


_MOST_WRITTEN = 2048


def _few(values: Array) -> list[float]:
    """Return the numbers that would stand in cells; none where they are so many as never do."""
    return np.unique(values).tolist() if values.size <= _MOST_WRITTEN else []
