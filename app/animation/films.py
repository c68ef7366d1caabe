"""What an animation shows: types that hold plain data, and what follows from them alone."""

from collections.abc import Sequence
from typing import NamedTuple

from app.animation.planes import Place, Plane
from app.layers._explain import Index


class Cell(NamedTuple):
    """A cell of the input that an output is made of.

    Attributes:
        place: row and column in its plane; those of padding can lie outside it.
        value: what stands there, None for what is no number, or has no part in the output.
        is_padding: it does not lie in the input.
        is_winner: the output is its value, of all that were compared.
        met: row and column of the weight that it met, in that weight's plane.
        factor: that weight, or how much of the cell is taken.
    """

    place: Place
    value: float | None
    is_padding: bool
    is_winner: bool
    met: Place | None
    factor: float | None


class Frame(NamedTuple):
    """One output, and what it is made of.

    Attributes:
        at: its index.
        value: itself.
        cells: those that it is made of, of each plane that is shown.
        sum: how they make it, in a line.
    """

    at: Index
    value: float
    cells: tuple[tuple[Cell, ...], ...]
    sum: str


class Pair(NamedTuple):
    """A plane of the input, and the plane of the weight that it meets; None where there is none."""

    input: Plane
    weight: Plane | None


class Film(NamedTuple):
    """All that is shown.

    Attributes:
        pairs: planes of the input, each with its weights.
        left_out: how many more planes the outputs are made of.
        output: its values are those that are computed, frame by frame.
        frames: in the order of the output's rows.
        is_volume: the planes are slices rather than channels.
        is_weighed: values are multiplied with weights, and the products added up.
        weight: what the tensor of those is called.
    """

    pairs: tuple[Pair, ...]
    left_out: int
    output: Plane
    frames: tuple[Frame, ...]
    is_volume: bool
    is_weighed: bool
    weight: str


def taken(cells: Sequence[Cell]) -> dict[tuple[int, int], float]:
    """Return how much is taken of each cell, its rows and columns counted from the first taken."""
    taken = [cell for cell in cells if cell.met is None and cell.factor is not None]
    ys, xs = (sorted({cell.place[axis] for cell in taken}) for axis in (0, 1))
    found: dict[tuple[int, int], float] = {}
    for cell in taken:
        place = ys.index(cell.place[0]), xs.index(cell.place[1])
        found[place] = found.get(place, 0.0) + (cell.factor or 0.0)
    return found


def size_taken(film: Film, number: int) -> tuple[int, int] | None:
    """Return rows and columns of what is taken of the cells of a plane; None: all of each."""
    ranked = [taken(frame.cells[number]) for frame in film.frames]
    if all(value == 1 for one in ranked for value in one.values()):
        return None
    rows = max(y for one in ranked for y, _ in one) + 1
    return rows, max(x for one in ranked for _, x in one) + 1
