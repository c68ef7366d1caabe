"""`POST /api/v1/layers/{layer}/animation`: a layer at work on one's own numbers, as a GIF."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import Response

from app.animation.colors import THEMES
from app.animation.drawing import Drawing, Look
from app.animation.frames import frames, walked
from app.animation.gif import MOST_PIXELS, write_gif
from app.animation.planes import centre
from app.api.jobs import Job
from app.api.layers.explain import looked_through, place
from app.api.request.accept import choose_format
from app.api.request.fields import read_fields
from app.api.request.parse import family_of, understand
from app.layers._explain import Index
from app.layers.base import Array, Shape
from app.problems import Invalid, Listed, TooLarge
from app.runs import Plan, kept_plan
from app.settings import MIB, Limits
from app.state import State

GIF = "image/gif"
CELLS, MOST_CELLS = 8, 16
SECONDS, SHORTEST, LONGEST = 0.6, 0.1, 5
PAINTS = ("values", "picture")
FIELDS = ("at", "cells", "paint", "seconds", "theme")
_KNOWN = frozenset({"device", "format", *FIELDS})
# Each term is looked at twice. A pixel is drawn, compared with the one before, and written.
_TERM_EFFORT, _TERM_BYTES, _PIXEL_EFFORT, _PIXEL_BYTES = 5000, 600, 10, 1
_SLOWER = 4
# Planes in colours, and the pictures at work.
_OTHER_BYTES = 16 * MIB


class Asked(NamedTuple):
    """What is to be shown, understood."""

    plan: Plan
    sent: dict[str, Array]
    at: Index
    cells: int
    seconds: float
    look: Look

    @property
    def steps(self) -> int:
        """Return how many frames there will be."""
        return _count(self.plan, self.at, self.cells)


def weigh_animation(state: State, name: str, body: bytes, headers: Headers, query: str) -> Job:
    """Draw how a layer makes its outputs, one after the other."""
    fields = read_fields(body, headers, query, state.limits)
    request = understand(family_of(name), fields, state.limits, state.store, _KNOWN)
    said = request.options
    choose_format(said.get("format"), headers.get("accept"), {"gif": GIF})
    seconds = _seconds(said.get("seconds"))
    wanted = _cells(said.get("cells"))
    theme = _named(said, "theme", tuple(THEMES)) or "light"
    is_picture = request.tensors["input"].is_picture if "input" in request.tensors else False
    paint = _named(said, "paint", PAINTS) or PAINTS[is_picture]
    plan = kept_plan(request.layer, request.shapes, state.limits)
    at = _at(said.get("at"), plan)
    cells = _affordable(plan, at, wanted, state.limits)
    asked = Asked(plan, request.arrays, at, cells, seconds, Look(theme, paint == "picture"))
    terms = asked.steps * plan.layer.terms_each(plan.shapes)
    pixels, looked = asked.steps * MOST_PIXELS, looked_through(plan)
    effort = terms * _TERM_EFFORT + pixels * _PIXEL_EFFORT + looked
    size = terms * _TERM_BYTES + pixels * _PIXEL_BYTES + _OTHER_BYTES + looked
    return Job(lambda: Response(_drawn(asked), media_type=GIF), effort, size)


def _drawn(asked: Asked) -> bytes:
    film = frames(asked.plan, asked.sent, asked.at, asked.cells)
    drawing = Drawing(film, asked.look)
    palette = drawing.palette.flat()
    return write_gif(drawing.pictures(), palette, len(film.frames), asked.seconds)


def _at(said: object, plan: Plan) -> Index:
    """Return the output that the walk is about: the middle one where nothing is said.

    Raises:
        Invalid: it is none, or there is none at all.
    """
    shape: Shape = plan.outputs["output"]
    if 0 in shape:
        raise Invalid(
            "the output {shape} has no element to show", loc=("input",), shape=list(shape)
        )
    if said is None:
        return centre(plan.layer, shape)
    if isinstance(said, int) and not isinstance(said, bool) and len(shape) == 1:
        said = [said]
    return place(said, shape)


def _count(plan: Plan, at: Index, cells: int) -> int:
    region, _ = walked(plan.layer, plan.outputs["output"], at, cells)
    return region.rows * region.columns


def _affordable(plan: Plan, at: Index, wanted: int | None, limits: Limits) -> int:
    """Return how many outputs a side to show: fewer than usual where each has very many terms.

    Raises:
        TooLarge: as many as were asked for, or even one, have too many.
    """
    each, most = plan.layer.terms_each(plan.shapes), limits.explained_terms // _SLOWER
    for cells in range(wanted or CELLS, 0, -1):
        count = _count(plan, at, cells)
        is_one = count == 1 and each <= limits.explained_terms
        if is_one or (count * each <= most and count <= limits.explained):
            return cells
        if wanted is not None or cells == 1:
            break
    raise TooLarge(
        "what is to be shown, {count} of the outputs, has {terms} terms; at most {most} outputs of "
        "{most_terms} terms in all can be shown, with fewer cells or a smaller window",
        count=count,
        terms=count * each,
        most=limits.explained,
        most_terms=most,
    )


def _cells(said: object) -> int | None:
    if said is None or (type(said) is int and 1 <= said <= MOST_CELLS):
        return said
    raise Invalid("cells must be a whole number from 1 to {most}", loc=("cells",), most=MOST_CELLS)


def _seconds(said: Any) -> float:
    if said is None:
        return SECONDS
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    if is_number and math.isfinite(said) and SHORTEST <= said <= LONGEST:
        return float(said)
    raise Invalid(
        "seconds must be a number from {least} to {most}",
        loc=("seconds",),
        least=SHORTEST,
        most=LONGEST,
    )


def _named(said: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str | None:
    value = said.get(name)
    if value is None or (isinstance(value, str) and value in allowed):
        return value
    raise Invalid(
        "{name} must be one of {allowed}", loc=(name,), name=name, allowed=Listed(allowed)
    )
