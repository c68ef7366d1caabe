"""Where paths of a chain part and meet: a tensor of a layer that is what an earlier layer gives.

It is said as `{"stage": 2}`, the number of the layer from 0, or `{"stage": "input"}`, the chain's
own input.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.layers.base import INPUT, Layer
from app.networks.receptive import GRAPH_INPUT
from app.problems import Invalid

STAGE = "stage"


def take_joins(values: dict[str, Any], names: Iterable[str], number: int) -> dict[str, int]:
    """Take out of what is said of a layer which of its tensors earlier layers give.

    Args:
        values: by name, changed.
        names: of the tensors that could be such.
        number: the layer's place in the chain.

    Returns:
        The numbers of the layers, `GRAPH_INPUT` for the chain's input.

    Raises:
        Invalid: there is no such layer before it.
    """
    found = [name for name in names if _is_join(values.get(name))]
    return {name: _read(values.pop(name), name, number) for name in found}


def joining(layer: type[Layer] | Layer) -> list[str]:
    """Return the tensors of a layer that an earlier one can give."""
    return [spec.name for spec in layer.inputs if spec.joins or spec.name == INPUT.name]


def _is_join(value: object) -> bool:
    return isinstance(value, Mapping) and STAGE in value


def _read(value: Mapping[str, Any], name: str, number: int) -> int:
    stage = value[STAGE]
    if set(value) == {STAGE}:
        if stage == INPUT.name:
            return GRAPH_INPUT
        if type(stage) is int and 0 <= stage < number:
            return stage
    if not number:
        raise Invalid(
            "{name} of the first layer can name the input of the chain, as {own}, and no layer",
            loc=(name,),
            name=name,
            own=f'{{"{STAGE}": "{INPUT.name}"}}',
        )
    raise Invalid(
        "{name} must name a layer before this one, as {example} (0 to {last}), "
        "or the input of the chain, as {own}",
        loc=(name,),
        name=name,
        example=f'{{"{STAGE}": {number - 1}}}',
        last=number - 1,
        own=f'{{"{STAGE}": "{INPUT.name}"}}',
    )


def written_joins(joined: Mapping[str, int]) -> dict[str, dict[str, int | str]]:
    """Return how it is said which layers' outputs come in."""
    return {
        name: {STAGE: INPUT.name if number == GRAPH_INPUT else number}
        for name, number in joined.items()
    }
