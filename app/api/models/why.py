"""`/api/v1/models/{name}/occlude`, `/class_map`, `/contributions`: why it says what it says."""

from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.api.answer.answers import json_array
from app.api.layers.explain import limit
from app.api.models.asked import (
    MOST_SQUARES,
    beginnings,
    grey,
    has_classes,
    one_class,
    picture_only,
    whole,
)
from app.api.models.facts import given, top
from app.api.models.routes import MODELS, translator, worded, worked
from app.api.request.fields import Fields
from app.api.router import Router
from app.layers.base import Array
from app.networks.shown import Shown
from app.networks.why import begins, occlude
from app.problems import TooLarge

router = Router(prefix=MODELS, tags=["networks"])

_SQUARES_ACROSS = 4


@router.post("/{name}/occlude", summary="Cover parts of the picture", response_class=Response)
async def occlusion(request: Request, name: str) -> Response:
    """Return what the network gives a class with one square of the picture after another covered.

    `class` is the one that is given most if it is left out, `size` a quarter of the shorter side,
    `step` half of that, `value` the middle of what a picture can be. `tops` and `lefts` are where
    the squares begin, by default each `step` and at the end.
    """
    options = {"class", "size", "step", "value", "tops", "lefts"}
    return await worked(request, name, _occlude, options)


@router.post("/{name}/class_map", summary="Where a class was seen", response_class=Response)
async def activation_map(request: Request, name: str) -> Response:
    """Return what each place of the last maps adds to a class's score: its activation map.

    The cells and the bias add up to the score. `class` is the one that is given most if it is left
    out.
    """
    return await worked(request, name, _class_map, {"class"})


@router.post("/{name}/contributions", summary="What a score is made of", response_class=Response)
async def contributions(request: Request, name: str) -> Response:
    """Return what each feature that the last dense stage weighs adds to a class's score.

    The products of the features that are given, the `rest` and the bias add up to the score.
    `maps` is the stage that a class map is laid over, null where there is no such map.
    """
    return await worked(request, name, _contributions, {"class", "limit"})


def _occlude(
    request: Request, found: Shown, array: Array, facts: dict[str, Any], fields: Fields
) -> Response:
    picture_only(array)
    has_classes(found)
    output, values = found.run(array), fields.values
    chosen = one_class(values.get("class"), output)
    planes = found.preparation.planes(array)
    height, width = planes.shape[2:]
    size = whole("size", values.get("size"), max(min(height, width) // _SQUARES_ACROSS, 1))
    step = whole("step", values.get("step"), max(size // 2, 1))
    tops = beginnings("tops", values.get("tops"), height, begins(height, size, step))
    lefts = beginnings("lefts", values.get("lefts"), width, begins(width, size, step))
    if len(tops) * len(lefts) > MOST_SQUARES:
        raise TooLarge(
            "the network would run {squares} times; at most {most} can be asked for",
            squares=len(tops) * len(lefts),
            most=MOST_SQUARES,
        )
    filled = grey(values.get("value"), found)
    return worded(
        {
            "model": found.name,
            "input": facts,
            "class": chosen,
            "size": size,
            "tops": tops,
            "lefts": lefts,
            "gives": found.gives,
            **given(found, float(output.flat[chosen])),
            "covered": occlude(found.run_planes, planes, chosen, size, (tops, lefts), filled),
            "top": top(found, output, translator(request)),
        }
    )


def _class_map(
    request: Request, found: Shown, array: Array, facts: dict[str, Any], fields: Fields
) -> Response:
    has_classes(found)
    output = found.run(array)
    chosen = one_class(fields.values.get("class"), output)
    made = found.class_map(array, chosen)
    return worded(
        {
            "model": found.name,
            "input": facts,
            "class": chosen,
            "stage": made.stage,
            "bias": made.bias,
            "cells": json_array(made.cells),
            "gives": found.gives,
            "top": top(found, output, translator(request)),
        }
    )


def _contributions(
    request: Request, found: Shown, array: Array, facts: dict[str, Any], fields: Fields
) -> Response:
    has_classes(found)
    most = limit(fields.values.get("limit"), request.app.state.lab.limits)
    output = found.run(array)
    chosen = one_class(fields.values.get("class"), output)
    made = found.contributions(array, chosen)
    rest = [feature["product"] or 0.0 for feature in made.features[most:]]
    return worded(
        {
            "model": found.name,
            "input": facts,
            "class": chosen,
            "stage": made.stage,
            "score": made.score,
            "bias": made.bias,
            "total": len(made.features),
            "features": made.features[:most],
            "rest": {"count": len(rest), "sum": sum(rest)},
            "maps": made.maps,
            "gives": found.gives,
            "output": float(output.flat[chosen]),
        }
    )
