"""A chain: layers in a row, resolved one after the other, compiled to one graph."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.graphs import Stage
from app.layers import FAMILIES
from app.layers.base import INPUT, Array, Shape
from app.problems import Problem

_LAYER = "layer"


def make_stages(
    specs: Sequence[Mapping[str, Any]], weights: Mapping[str, Array], shape: Shape
) -> list[Stage]:
    """Resolve each layer against what the one before it gives.

    Args:
        specs: `{"layer": family, parameters...}`, as in the API.
        weights: by `<stage>.<tensor>`; a stage is named after its family, numbered when repeated.
        shape: of the chain's input.

    Raises:
        Invalid: a stage that does not fit, placed at `layers`, its number.
    """
    stages: list[Stage] = []
    for number, spec in enumerate(specs):
        try:
            name = stage_name(str(spec[_LAYER]), [stage.layer.family for stage in stages])
            stage = _stage(spec, name, weights, shape)
        except Problem as problem:
            raise problem.at("layers", number) from None
        before = stages[-1].name if stages else INPUT.name
        stages.append(stage._replace(sources={INPUT.name: before}))
        shape = stage.output
    return stages


def stage_name(family: str, before: Sequence[str]) -> str:
    """Return the family's name, with its count behind it from the second on.

    Args:
        family: of the stage.
        before: of the stages before it.
    """
    earlier = sum(other == family for other in before)
    return f"{family}_{earlier + 1}" if earlier else family


def _stage(spec: Mapping[str, Any], name: str, weights: Mapping[str, Array], shape: Shape) -> Stage:
    values = dict(spec)
    family = FAMILIES[values.pop(_LAYER)]
    tag = values.pop(family.selector, family.default) if family.selector else family.default
    own = {
        t.name: weights[f"{name}.{t.name}"]
        for t in family.variants[tag].inputs
        if f"{name}.{t.name}" in weights
    }
    sent = {INPUT.name: shape} | {key: value.shape for key, value in own.items()}
    layer = family.variants[tag].model_validate(values).resolve(sent)
    return Stage(name, layer, layer.arrange(sent), own)
