"""Every layer and every network as a model: what goes in, what comes out."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from onnx import helper

from app.api.models.facts import find_network
from app.api.v2.datatypes import datatype_named, datatype_of
from app.graphs import OUTPUT, layer_model
from app.layers import FAMILIES, Family
from app.layers.base import INPUT, Layer, Shape, Shapes
from app.networks.network import names as networks
from app.networks.preparation import Preparation
from app.networks.shown import Shown
from app.problems import Listed, NotFound
from app.state import State

VERSION = "1"
_FREE = -1
_PICTURE_AXES = 4
_FLOAT = "FP32"


class Tensor(NamedTuple):
    """What goes in or comes out.

    Attributes:
        name: of it.
        datatype: as the protocol calls it.
        shape: −1 for a size that is free.
        needed: there is no request without it.
        facts: further parameters of it.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]
    needed: bool = True
    facts: Mapping[str, float] = MappingProxyType({})


class Model(NamedTuple):
    """A layer or a network.

    Attributes:
        name: in its address.
        inputs: what it takes.
        outputs: what it makes at every request: some clients ask for all of these.
        further: the names of what some requests make besides.
    """

    name: str
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    further: tuple[str, ...] = ()


def model_names() -> list[str]:
    """Return the names of all that anybody may know of."""
    return [*FAMILIES, *(name for name in networks() if name not in FAMILIES)]


def check_version(version: str) -> None:
    """Refuse a version that is not there.

    Raises:
        NotFound: of every model there is one.
    """
    if version != VERSION:
        raise NotFound(
            "there is no version '{version}'; every model has version {known} alone",
            version=version[:40],
            known=VERSION,
        )


def find_model(state: State, name: str, version: str = VERSION) -> Model:
    """Return a model by its name.

    Raises:
        NotFound: there is none, or not in this version.
    """
    found = family_model(name) if name in FAMILIES else _of(network_of(state, name))
    check_version(version)
    return found


def network_of(state: State, name: str) -> Shown:
    """Return a network by its name.

    Raises:
        NotFound: nothing is called so.
    """
    try:
        return find_network(state, name)
    except NotFound:
        raise NotFound(
            "no model is called '{name}'; there are {names}",
            name=name[:40],
            names=Listed(model_names()),
        ) from None


def _of(network: Shown) -> Model:
    first, *rest = network.preparation.shape
    batch = _FREE if network.takes_any_batch else first
    made = output_shape(network)
    is_by_batch = made[:1] == (first,)
    kind = datatype_named(network.known["outputs"]["dtype"])
    # Sizes come from a run on zeros: how long an axis is that was empty there, the numbers decide.
    sizes = tuple(size or _FREE for size in ((batch, *made[1:]) if is_by_batch else made))
    source = Tensor(INPUT.name, _FLOAT, (batch, *rest), facts=_range(network.preparation))
    return Model(network.name, (source,), (Tensor(OUTPUT, kind, sizes),))


def _range(prepared: Preparation) -> dict[str, float]:
    """Return what black and white are to a network that takes pictures."""
    if len(prepared.shape) != _PICTURE_AXES:
        return {}
    low, high = prepared.value_range
    return {"minimum": low, "maximum": high}


def output_shape(network: Shown) -> Shape:
    """Return the shape of what comes out of a network."""
    stage = network.stages[network.numbers[network.known["output"]]]
    return tuple(stage["shape"])


@lru_cache
def family_model(name: str) -> Model:
    """Return a family as a model, from its examples: what more tensors are for shows there too."""
    family = FAMILIES[name]
    inputs: dict[str, Tensor] = {}
    made: list[dict[str, Tensor]] = []
    for layer, shapes in _examples(family):
        for spec in layer.inputs:
            if spec.name in shapes:
                size = (_FREE,) * len(shapes[spec.name])
                needed = all(_needs(kind, spec.name) for kind in family.variants.values())
                inputs.setdefault(spec.name, Tensor(spec.name, _FLOAT, size, needed))
        made.append({one.name: one for one in _made(layer, shapes)})
    names = dict.fromkeys(name for each in made for name in each)
    always = [name for name in names if all(name in each for each in made)]
    outputs = tuple(made[0][name] for name in always)
    further = tuple(name for name in names if name not in always)
    return Model(family.name, tuple(inputs.values()), outputs, further)


def _needs(kind: type[Layer], name: str) -> bool:
    return any(spec.required and spec.name == name for spec in kind.inputs)


def _examples(family: Family) -> Iterator[tuple[Layer, Shapes]]:
    """Return each variant as its examples have it, the main one first, resolved."""
    for kind in family.variants.values():
        for params, shapes in kind.examples:
            layer = kind(**params).resolve(shapes)
            arranged = layer.arrange(shapes)
            yield layer, arranged | layer.generated(arranged)


def _made(layer: Layer, shapes: Shapes) -> Iterator[Tensor]:
    for value in layer_model(layer, shapes).graph.output:
        kind = value.type.tensor_type
        datatype = datatype_of(np.empty(0, helper.tensor_dtype_to_np_dtype(kind.elem_type)))
        size = (_FREE,) * len(kind.shape.dim)
        yield Tensor(value.name, datatype, size)
