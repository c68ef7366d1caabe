"""An explanation turned round: which elements an input cell or a weight touches."""

from collections.abc import Collection
from typing import Any, NamedTuple

from app.api.layers.explain import places
from app.api.request.parse import LayerRequest
from app.layers._explain import number
from app.layers._touch import Box, Touch
from app.layers.base import INPUT, Array, Layer, Shape
from app.problems import Invalid, Listed, TooLarge
from app.runs import Plan, complete, make_plan
from app.settings import Limits

_WEIGHT = "weight"


class TouchQuestion(NamedTuple):
    """Which elements of which tensor are asked about; `looked_at` is how many places at most."""

    plan: Plan
    sent: dict[str, Array]
    name: str
    places: list[Shape]
    looked_at: int


def ask_touch(asked: LayerRequest, limits: Limits) -> TouchQuestion:
    """Return what is asked, before anything is looked at.

    Raises:
        Invalid: `of` is no tensor of this layer that can be asked about, `at` no index into it.
        TooLarge: the axes that would be looked along are too long for so many elements.
    """
    plan = make_plan(asked.layer, asked.shapes, limits)
    name = _tensor(asked.options["of"], plan.shapes)
    found = places(asked.options.get("at"), plan.shapes[name], limits, name)
    axes = [size for shape in (*plan.shapes.values(), *plan.outputs.values()) for size in shape]
    looked_at = len(found) * max(axes, default=1)
    if looked_at > limits.reads:
        raise TooLarge(
            "the windows would look at {reads} elements; at most {most} can be",
            reads=looked_at,
            most=limits.reads,
        )
    return TouchQuestion(plan, asked.arrays, name, found, looked_at)


def touch(question: TouchQuestion) -> dict[str, Any]:
    """Return what each element touches, as strided slices; nothing is run."""
    plan, _, name, found, _ = question
    tensors = complete(plan, question.sent)
    return {
        "layer": plan.layer.family,
        "params": plan.layer.known(),
        "of": name,
        "elements": [_element(plan.layer, plan.shapes, name, tensors[name], at) for at in found],
    }


def _tensor(of: object, there: Collection[str]) -> str:
    names = [name for name in (INPUT.name, _WEIGHT) if name in there]
    if of not in names:
        raise Invalid("of must be one of {names}", loc=("of",), names=Listed(names))
    return str(of)


def _element(
    layer: Layer, shapes: dict[str, Shape], name: str, tensor: Array, at: Shape
) -> dict[str, Any]:
    known = {"at": at, "value": number(tensor[at])}
    if name == INPUT.name:
        return known | {"outputs": _written(layer.fed(shapes, at))}
    made: Touch = layer.weighed(shapes, at)
    return known | {"inputs": _written(made.inputs), "outputs": _written(made.outputs)}


def _written(found: list[Box]) -> list[list[dict[str, int]]]:
    return [[span._asdict() for span in box] for box in found]
