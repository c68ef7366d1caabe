"""`/api/v1/models/{name}/occlude` and `/class_map`: why a network says what it says."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.answers import json_array
from app.api.fields import Fields
from app.api.models import MODELS, json_response, translator, worked
from app.api.network_facts import top
from app.layers.base import Array
from app.networks.shown import Shown
from app.networks.why import begins, occlude
from app.problems import Invalid, TooLarge

router = APIRouter(prefix=MODELS, tags=["networks"])

MOST_SQUARES = 256
_SQUARES_ACROSS = 4


@router.post("/{name}/occlude", summary="Cover parts of the picture", response_class=Response)
async def occlusion(request: Request, name: str) -> Response:
    """Return what the network gives a class with one square of the picture after another covered.

    `class` is the most probable one if it is left out, `size` a quarter of the shorter side, `step`
    half of that, `value` the middle of what a picture can be.
    """
    return await worked(request, name, _occlude, {"class", "size", "step", "value"})


@router.post("/{name}/class_map", summary="Where a class was seen", response_class=Response)
async def activation_map(request: Request, name: str) -> Response:
    """Return what each place of the last maps adds to a class's score: its activation map.

    The cells and the bias add up to the score. `class` is the most probable one if it is left out.
    """
    return await worked(request, name, _class_map, {"class"})


def _occlude(
    request: Request, found: Shown, array: Array, facts: dict[str, Any], fields: Fields
) -> Response:
    if array.ndim != 4:
        raise Invalid("only a picture can be covered", loc=("input",))
    shares, values = found.run(array), fields.values
    chosen = _class(values.get("class"), shares)
    shortest = min(array.shape[2:])
    size = _whole("size", values.get("size"), max(shortest // _SQUARES_ACROSS, 1))
    step = _whole("step", values.get("step"), max(size // 2, 1))
    squares = len(begins(array.shape[2], size, step)) * len(begins(array.shape[3], size, step))
    if squares > MOST_SQUARES:
        raise TooLarge(
            "the network would run {squares} times; at most {most} can be asked for",
            squares=squares,
            most=MOST_SQUARES,
        )
    made = occlude(found.run, array, chosen, size, step, _grey(values.get("value"), found))
    return json_response(
        {
            "model": found.name,
            "input": facts,
            "class": chosen,
            "size": size,
            "tops": made.tops,
            "lefts": made.lefts,
            "probability": made.before,
            "covered": json_array(made.shares),
            "top": top(found, shares, translator(request)),
        }
    )


def _class_map(
    request: Request, found: Shown, array: Array, facts: dict[str, Any], fields: Fields
) -> Response:
    shares = found.run(array)
    chosen = _class(fields.values.get("class"), shares)
    made = found.class_map(array, chosen)
    return json_response(
        {
            "model": found.name,
            "input": facts,
            "class": chosen,
            "stage": made.stage,
            "bias": made.bias,
            "cells": json_array(made.cells),
            "top": top(found, shares, translator(request)),
        }
    )


def _class(value: object, shares: Array) -> int:
    if value is None:
        return int(shares.argmax())
    if type(value) is not int or not 0 <= value < shares.size:
        raise Invalid(
            "class must be a number from 0 to {last}", loc=("class",), last=shares.size - 1
        )
    return value


def _whole(name: str, value: object, default: int) -> int:
    if value is None:
        return default
    if type(value) is not int or not 1 <= value <= 1 << 16:
        raise Invalid("{name} must be a whole number from 1", loc=(name,), name=name)
    return value


def _grey(value: object, found: Shown) -> float:
    if value is None:
        return sum(found.preparation.value_range) / 2
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e6:
        raise Invalid("value must be a number", loc=("value",))
    return float(value)
