"""What has to be said for an output that does not always come: a layer's examples show it."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from app.api.v2.models import family_model
from app.layers import FAMILIES
from app.layers.base import Layer, Shapes
from app.problems import Listed, Problem


class Needs(NamedTuple):
    """What a request says that makes an output.

    Attributes:
        parameters: by name.
        tensors: that are sent.
    """

    parameters: dict[str, Any]
    tensors: tuple[str, ...]


def settings_for(name: str, layer: Layer, shapes: Shapes) -> Listed | None:
    """Return what a request lacks that an output needs, as its sender would write it.

    Args:
        name: of the output.
        layer: that was asked for.
        shapes: of its tensors.

    Returns:
        None where no layer of the family makes it.
    """
    if name not in family_model(layer.family).further:
        return None
    for kind in _kinds(layer):
        needs = _needs(kind, name)
        if needs is not None:
            chosen = {kind.selector: kind.tag} if kind.selector else {}
            given = chosen | needs.parameters
            said = layer.known()
            settings = [_written(n, v) for n, v in given.items() if n not in said or said[n] != v]
            tensors = [tensor for tensor in needs.tensors if tensor not in shapes]
            return Listed(settings + tensors) or None
    return None


def _kinds(layer: Layer) -> Iterator[type[Layer]]:
    """Return the layer's own type, then the others of its family."""
    yield type(layer)
    yield from (
        kind for kind in FAMILIES[layer.family].variants.values() if kind is not type(layer)
    )


def _written(name: str, value: object) -> str:
    told = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"{name}={told}"


@lru_cache
def _needs(kind: type[Layer], name: str) -> Needs | None:
    """Return the least of an example that makes an output: what can be left out is."""
    for parameters, shapes in kind.examples:
        if not _makes(kind, parameters, shapes, name):
            continue
        for said in list(parameters):
            rest = {n: v for n, v in parameters.items() if n != said}
            parameters = rest if _makes(kind, rest, shapes, name) else parameters
        for tensor in list(shapes):
            others = {n: s for n, s in shapes.items() if n != tensor}
            shapes = others if _makes(kind, parameters, others, name) else shapes
        return Needs(parameters, tuple(shapes))
    return None


def _makes(kind: type[Layer], parameters: dict[str, Any], shapes: Shapes, name: str) -> bool:
    try:
        for spec in kind.inputs:
            if spec.required:
                spec.demand(shapes)
        layer = kind(**parameters).resolve(shapes)
        arranged = layer.arrange(shapes)
        return name in layer.output_shapes(arranged | layer.generated(arranged))
    except (Problem, ValueError):  # an example without one of its parts may be none
        return False
