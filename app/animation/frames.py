"""What an animation shows, as plain data: planes, and for each frame what its output is made of.

All of it comes from a layer's own explanations; of which layer it is, nothing here knows.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from app.animation.films import Cell, Film, Frame, Pair
from app.animation.located import Located
from app.animation.planes import (
    Place,
    Plane,
    Region,
    around,
    parted,
    plane_values,
    region_of,
    seen_axes,
    size_of,
)
from app.layers._explain import Explanation, Index
from app.layers._notation import LINE, shown, written
from app.layers._numbers import branch, in_numbers
from app.layers.base import INPUT, Array, Layer, Shape
from app.runs import Plan, complete


def walked(layer: Layer, shape: Shape, at: Index, most: int) -> tuple[Region, list[Index]]:
    """Return what is walked over of the plane of an output, and its elements in reading order."""
    axes = seen_axes(layer, len(shape))
    lead, place = parted(at, axes)
    region = around(place, size_of(shape, axes), most)
    rows, columns = range(region.top, region.bottom), range(region.left, region.right)
    return region, [(*lead, *(y, x)[2 - axes :]) for y, x in product(rows, columns)]


def frames(plan: Plan, sent: Mapping[str, Array], at: Index, most: int) -> Film:
    """Return what an animation of a layer shows, walking over outputs about one of them.

    Args:
        plan: of the layer.
        sent: its tensors.
        at: the output.
        most: outputs a side, at most.
    """
    tensors, shape = complete(plan, sent), plan.outputs["output"]
    region, places = walked(plan.layer, shape, at, most)
    # A sum past float32 is an infinity, as it is in the layer's own answer.
    with np.errstate(all="ignore"):
        located = Located(plan.layer, plan.shapes)
        for found in plan.layer.explain_all(tensors, places):
            located.look(found)
        leads = located.shown(at)
        made = [
            _frame(plan.layer, located, found, leads, tensors)
            for found in plan.layer.explain_all(tensors, places)
        ]
    values = np.array([f.value for f in made], np.float64).reshape(region.rows, region.columns)
    axes = seen_axes(plan.layer, len(shape))
    output = Plane(shape, parted(at, axes)[0], size_of(shape, axes), region, values)
    return Film(
        _pairs(plan.layer, tensors, located, leads, made),
        max(len(located.leads) - len(leads), 0),
        output,
        tuple(made),
        located.is_volume,
        located.is_weighed,
        located.weight,
    )


def _frame(
    layer: Layer,
    located: Located,
    found: Explanation,
    leads: Sequence[Index],
    tensors: Mapping[str, Array],
) -> Frame:
    cells: dict[Index, list[Cell]] = {lead: [] for lead in leads}
    for lead, place, term in located.terms(found):
        if lead in cells:
            cells[lead].append(_cell(layer, place, term))
    return Frame(
        tuple(found.at), found.value, tuple(map(tuple, cells.values())), _sum(layer, found)
    )


def _sum(layer: Layer, found: Explanation) -> str:
    """Return how an element is made; of a case, what of its input made it the one."""
    text, case = written(in_numbers(layer, found), LINE), branch(layer, found, LINE)
    if case is None:
        return text
    x = found.terms[0]["input"]
    return f"x = {shown(math.nan if x is None else x)}, {case}: {text}"


def _cell(layer: Layer, place: Place, term: Mapping[str, Any]) -> Cell:
    is_padding, met = bool(term.get("padding")), term.get("weight_index")
    takes_part = term.get("counts", True) and not (is_padding and "winner" in term)
    return Cell(
        place,
        term["input"] if takes_part else None,
        is_padding,
        bool(term.get("winner")),
        None if met is None else parted(met, seen_axes(layer, len(met)))[1],
        term.get("weight") if met is not None or "product" in term else None,
    )


def _pairs(
    layer: Layer,
    tensors: Mapping[str, Array],
    located: Located,
    leads: Sequence[Index],
    made: Sequence[Frame],
) -> tuple[Pair, ...]:
    source = tensors[INPUT.name]
    size = size_of(source.shape, located.axes)
    region = region_of((c.place for f in made for cells in f.cells for c in cells), size)
    found = []
    for number, lead in enumerate(leads):
        top, left, bottom, right = region.within(size)
        values = plane_values(source, lead, located.axes)[top:bottom, left:right]
        seen = Plane(source.shape, lead, size, region, values)
        cells = [cell for frame in made for cell in frame.cells[number]]
        found.append(
            Pair(
                seen, _weight(layer, tensors.get(located.weight), located.weights.get(lead), cells)
            )
        )
    return tuple(found)


def _weight(
    layer: Layer, weight: Array | None, lead: Index | None, cells: Sequence[Cell]
) -> Plane | None:
    """Return the plane of the weight that cells meet."""
    if lead is None or weight is None:
        return None
    axes = seen_axes(layer, weight.ndim)
    size = size_of(weight.shape, axes)
    region = region_of((cell.met for cell in cells if cell.met is not None), size)
    values = plane_values(weight, lead, axes)
    top, left, bottom, right = region
    return Plane(weight.shape, lead, size, region, values[top:bottom, left:right])
