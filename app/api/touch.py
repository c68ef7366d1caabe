"""An explanation turned round: which elements an input cell or a weight touches."""

from typing import Any

from app.api.explain import places
from app.api.requests import LayerRequest
from app.layers._explain import number
from app.layers._touch import Box, Touch
from app.layers.base import INPUT, Array, Layer, Shape
from app.problems import Invalid
from app.runs import complete, make_plan
from app.settings import Limits

_WEIGHT = "weight"


def touch(asked: LayerRequest, limits: Limits) -> dict[str, Any]:
    """Return what each element of the tensor `of` touches, as strided slices; nothing is run.

    Raises:
        Invalid: `of` is no tensor of this layer that can be asked about, `at` no index into it.
    """
    sent = {name: tensor.array for name, tensor in asked.tensors.items()}
    plan = make_plan(asked.layer, {name: value.shape for name, value in sent.items()}, limits)
    name = _tensor(asked.options["of"], plan.layer)
    found = places(asked.options.get("at"), plan.shapes[name], limits, name)
    tensors = complete(plan, sent)
    return {
        "layer": plan.layer.family,
        "params": plan.layer.known(),
        "of": name,
        "elements": [_element(plan.layer, plan.shapes, name, tensors[name], at) for at in found],
    }


def _tensor(of: object, layer: Layer) -> str:
    names = [s.name for s in layer.inputs if s.name in (INPUT.name, _WEIGHT)]
    if of not in names:
        raise Invalid("of must be one of {names}", loc=("of",), names=", ".join(names))
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
