"""What a request would do, in integers alone: nothing is run, nothing allocated.

A range is found by asking the layer itself: `resolve` and the limits are the only judges, so the
range and the error at its end can never disagree.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from pydantic import ValidationError

from app import forms
from app.layers.base import Layer, Shape
from app.problems import Problem
from app.runs import Plan, make_plan
from app.settings import Limits

_FIRST_STEP = 2.0**-10
_HALVINGS = 60
_LISTED = ("sizes", "sides", "padding")


@dataclass(frozen=True, slots=True)
class Range:
    """The whole numbers that a parameter can have while the others stay."""

    min: int
    max: int


@dataclass(frozen=True, slots=True)
class Steps(Range):
    """The same where not every whole number between is one: `min`, and on by `step`."""

    step: int


@dataclass(frozen=True, slots=True)
class Ranges:
    """The same for a list: of one number for all of them, and of each while the others stay."""

    min: int | None
    max: int | None
    each: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers that a parameter can have while the others stay, to a float's precision."""

    min: float
    max: float


@dataclass(frozen=True, slots=True)
class Values:
    """The choices that a parameter can have while the others stay."""

    values: tuple[Any, ...]


Found: TypeAlias = Range | Ranges | Bounds | Values | None


@lru_cache(256)
def _fields(layer: type[Layer]) -> tuple[dict[str, Any], ...]:
    return tuple(forms.fields(layer, str))


def ranges(layer: Layer, sent: Mapping[str, Shape], limits: Limits) -> dict[str, Any]:
    """Return for each parameter what is valid while the others stay.

    It asks the layer some hundred times, so the answers are kept.

    Args:
        layer: as it was asked for, before it was resolved.
        sent: the shapes that were sent; with them the present values are valid.
        limits: count as well.
    """
    found = _kept if layer.is_light else _ranges
    return found(layer, tuple(sent.items()), limits)


def _ranges(layer: Layer, sent: tuple[tuple[str, Shape], ...], limits: Limits) -> dict[str, Any]:
    shapes = dict(sent)
    plan = make_plan(layer, shapes, limits)
    found: dict[str, Any] = {}
    for field in _fields(type(layer)):
        name = field["name"]

        def fits(value: object, name: str = name) -> bool:
            return _fits(layer, {name: value}, shapes, limits)

        asked = getattr(layer, name)
        valid = _range(field, plan, fits)
        if isinstance(asked, tuple) and field["kind"] in _LISTED:
            valid = _each(asked, field, valid, fits)
        if valid is not None:
            found[name] = valid
    return found


_kept = lru_cache(1024)(_ranges)


def _fits(
    layer: Layer, change: dict[str, object], sent: Mapping[str, Shape], limits: Limits
) -> bool:
    try:
        # Copying skips the checks of single fields, which whole numbers pass by their bounds.
        real = any(isinstance(value, float) for value in change.values())
        changed = layer.model_copy(update=change)
        make_plan(_checked(changed) if real else changed, sent, limits)
    except (Problem, ValidationError):
        return False
    return True


def _checked(layer: Layer) -> Layer:
    return type(layer).model_validate(dict(layer))


def _range(field: dict[str, Any], plan: Plan, fits: Callable[[object], bool]) -> Found:
    kind, name = field["kind"], field["name"]
    if kind == "choice":
        return Values(tuple(c["value"] for c in field["choices"] if fits(c["value"])))
    if kind == "boolean":
        return Values(tuple(value for value in (False, True) if fits(value)))
    if kind == "number":
        return _real(getattr(plan.layer, name), field["min"], field["max"], fits)
    few = plan.layer.candidates(name, plan.shapes)
    if kind == "shape":
        return Values(tuple(filter(fits, few or ())))
    if kind not in ("integer", *_LISTED) or field["min"] is None:
        return None
    if few is not None and not isinstance(few, range):
        within = (value for value in few if field["min"] <= value <= field["max"])
        return Values(tuple(value for value in within if fits(value)))
    step = few.step if few is not None else 1
    return between(getattr(plan.layer, name), field["min"], field["max"], fits, step)


def _each(
    asked: tuple[int, ...], field: dict[str, Any], whole: Found, fits: Callable[[object], bool]
) -> Found:
    """Search each number of a list by itself."""

    def fits_at(i: int) -> Callable[[object], bool]:
        return lambda value: fits((*asked[:i], value, *asked[i + 1 :]))

    found = [between(n, field["min"], field["max"], fits_at(i)) for i, n in enumerate(asked)]
    each = tuple(one for one in found if one is not None)
    if len(each) < len(asked):
        return whole
    low, high = (whole.min, whole.max) if isinstance(whole, Range) else (None, None)
    return Ranges(low, high, each)


def between(
    present: object, least: int, most: int, fits: Callable[[object], bool], step: int = 1
) -> Range | None:
    """Search outwards from the present value, doubling the way and then halving it.

    Args:
        present: a value that is valid, or several.
        least: none that is less can be.
        most: nor one that is more.
        fits: tells whether another is valid.
        step: how far apart the valid ones are.
    """
    now = max(present) if isinstance(present, tuple) and present else present
    if not isinstance(now, int) or not fits(now):
        return None

    def fits_after(steps: object) -> bool:
        return isinstance(steps, int) and fits(now + steps * step)

    down, up = -((now - least) // step), (most - now) // step
    low, high = (now + step * _edge(0, n, w, fits_after) for n, w in ((down, -1), (up, 1)))
    return Range(low, high) if step == 1 else Steps(low, high, step)


def _real(
    present: object, least: float, most: float, fits: Callable[[object], bool]
) -> Bounds | None:
    """Bound a number by its own ends, or by halving where one of them does not fit."""
    now = max(present) if isinstance(present, tuple) and present else present
    if not isinstance(now, int | float) or not fits(now):
        return None
    return Bounds(_halved(float(now), least, fits), _halved(float(now), most, fits))


def _halved(good: float, bad: float, fits: Callable[[object], bool]) -> float:
    """Return the last number from `good` towards `bad` that fits: stepped out, then halved."""
    if good == bad or fits(bad):
        return bad
    step = math.copysign(_FIRST_STEP, bad - good)
    while abs(step) < abs(bad - good) and fits(good + step):
        good, step = good + step, 2 * step
    if abs(step) < abs(bad - good):
        bad = good + step
    for _ in range(_HALVINGS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    return good


def _edge(good: int, bound: int, way: int, fits: Callable[[object], bool]) -> int:
    """Return the last value from `good` towards `bound` that fits, as far as all before it do."""
    if good == bound or fits(bound):
        return bound
    step, bad = 1, bound
    while (good + way * step - bound) * way < 0:
        if not fits(good + way * step):
            bad = good + way * step
            break
        good, step = good + way * step, step * 2
    while abs(bad - good) > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if fits(middle) else (good, middle)
    return good
