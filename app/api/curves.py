"""`GET /api/v1/activations/...`: curves as numbers and as figures."""

from functools import partial
from typing import Any, TypeAlias

import numpy as np
from fastapi import Request
from starlette.responses import Response

from app.admission.places import MEDIUM
from app.api.answer.answers import FORMATS, json_response
from app.api.request.accept import choose_format
from app.api.request.fields import read_fields, take_tensors
from app.api.request.said import build, check_known
from app.api.router import Router
from app.api.turns import in_turn
from app.curves import Curve, trace_curve
from app.figures import figure, to_png
from app.layers import FAMILIES
from app.layers._fields import FLOAT_MAX
from app.layers._function import Function
from app.layers.base import INPUT, Tensors
from app.problems import Invalid, Listed, NotFound, TooLarge
from app.state import State
from app.tensors.npy import write_npy

router = Router(prefix="/api/v1/activations", tags=["curves"])

FORMS = {name: FORMATS[name] for name in ("json", "npy", "png")} | {"svg": "image/svg+xml"}
_RANGE = ("start", "stop", "num")
_FIGURE = ("format", "layout", "ylim")
_MANY_POINTS = 20_000
_Span: TypeAlias = tuple[float, float, int]
_SMALLEST = 1e-37


def _functions() -> dict[str, type[Function]]:
    return {
        tag: layer
        for family in FAMILIES.values()
        for tag, layer in family.variants.items()
        if issubclass(layer, Function)
    }


@router.get("/curve", summary="Several activation functions at once", response_class=Response)
async def several(
    request: Request,
    functions: str,
    start: float = -5,
    stop: float = 5,
    num: int = 200,
    layout: str = "panels",
    ylim: str | None = None,
    format: str | None = None,
) -> Response:
    """Return y and dy/dx of each function; as SVG or PNG a panel each, or all in one (`overlay`).

    `ylim` is one low,high pair for all, or one for each function.
    """
    names, span = [name.strip() for name in functions.split(",")], (start, stop, num)
    work = partial(_several, request, names, span, layout, ylim, format)
    return await in_turn(request.app.state.lab, work, request.receive, _room(num * len(names)))


def _several(
    request: Request, names: list[str], span: _Span, layout: str, ylim: str | None, form: str | None
) -> Response:
    query = read_fields(b"", request.headers, request.url.query, request.app.state.lab.limits)
    check_known(query, {"functions", *_RANGE, *_FIGURE})
    if len(names) > request.app.state.lab.limits.curves:
        raise TooLarge(
            "functions names {count} curves; at most {most} can be",
            count=len(names),
            most=request.app.state.lab.limits.curves,
        )
    curves = [_curve(_known(name)(), span, request, {}) for name in names]
    return _respond(request, curves, layout, ylim, form)


@router.get(
    "/{function}/curve", summary="One activation function over a range", response_class=Response
)
async def one(
    request: Request,
    function: str,
    start: float = -5,
    stop: float = 5,
    num: int = 200,
    ylim: str | None = None,
    format: str | None = None,
) -> Response:
    """Return x, y and dy/dx; the function's own parameters stand in the query too.

    So does `weight` where the function takes one.
    """
    work = partial(_one, request, function, (start, stop, num), ylim, format)
    return await in_turn(request.app.state.lab, work, request.receive, _room(num))


def _room(points: int) -> int:
    """Return the bytes to let curves in with: many points are not much, but take long to draw."""
    return MEDIUM + 1 if points > _MANY_POINTS else 0


def _one(
    request: Request, function: str, span: _Span, ylim: str | None, form: str | None
) -> Response:
    layer = _known(function)
    query = read_fields(b"", request.headers, request.url.query, request.app.state.lab.limits)
    others = [spec.name for spec in layer.inputs if spec.name != INPUT.name]
    check_known(query, {*layer.model_fields, *others, *_RANGE, *_FIGURE})
    state: State = request.app.state.lab
    sent = take_tensors(query, others, state.limits, state.store)
    tensors = {name: tensor.array for name, tensor in sent.items()}
    given = {k: v for k, v in query.values.items() if k in layer.model_fields}
    made = build(layer, given)
    assert isinstance(made, Function)
    curve = _curve(made, span, request, tensors)
    return _respond(request, [curve], "panels", ylim, form)


def _known(name: str) -> type[Function]:
    found = _functions()
    if name not in found:
        raise NotFound(
            "no activation is called '{name}'; there are {names}",
            name=name[:40],
            names=Listed(found),
        )
    return found[name]


def _curve(function: Function, span: _Span, request: Request, tensors: Tensors) -> Curve:
    state: State = request.app.state.lab
    start, stop, num = span
    far = state.limits.curve_far
    apart = -far <= start < stop <= far and np.float32(start) < np.float32(stop)
    if not apart:
        raise Invalid("start must lie below stop, both within ±{far}", loc=("start",), far=far)
    if not 2 <= num <= state.limits.curve_points:
        raise Invalid("num must be from 2 to {most}", loc=("num",), most=state.limits.curve_points)
    return trace_curve(function, span, state, tensors)


def _respond(
    request: Request, curves: list[Curve], layout: str, ylim: str | None, wanted: str | None
) -> Response:
    if layout not in ("panels", "overlay"):
        raise Invalid("layout must be panels or overlay", loc=("layout",))
    form = choose_format(wanted, request.headers.get("accept"), FORMS)
    ends = _limits(ylim, len(curves))
    if form == "svg":
        return Response(figure(curves, layout, ends), media_type=FORMS[form])
    if form == "png":
        return Response(to_png(figure(curves, layout, ends)), media_type=FORMS[form])
    if form == "npy":
        rows = [curves[0].x, *(row for c in curves for row in (c.y, c.slope))]
        return Response(write_npy(np.stack(rows)), media_type=FORMATS["npy"])
    return json_response(_numbers(curves))


def _numbers(curves: list[Curve]) -> dict[str, Any]:
    found = [
        {"function": c.function.tag, "params": c.function.known(), "y": c.y, "dydx": c.slope}
        for c in curves
    ]
    if len(found) == 1:
        return {"x": curves[0].x, **found[0]}
    return {"x": curves[0].x, "curves": found}


def _limits(ylim: str | None, count: int) -> list[tuple[float, float] | None]:
    """Return a y range for each curve: one pair serves all."""
    if ylim is None:
        return [None] * count
    try:
        numbers = [float(part) for part in ylim.split(",")]
    except ValueError:
        numbers = []
    pairs = list(zip(numbers[::2], numbers[1::2], strict=False))
    good = len(numbers) in (2, 2 * count) and all(
        -FLOAT_MAX <= a < b <= FLOAT_MAX and b - a > _SMALLEST for a, b in pairs
    )
    if not good:
        raise Invalid(
            "ylim must be low,high once or for each of the {count} functions",
            loc=("ylim",),
            count=count,
        )
    return [*pairs] * (count if len(pairs) == 1 else 1)
