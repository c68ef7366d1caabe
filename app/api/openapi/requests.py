"""What a layer is asked with: its tensors, parameters and options as a schema, and examples."""

from typing import Any

import numpy as np

from app import forms
from app.api.openapi.pieces import DEVICE, Schema, maybe, names
from app.layers import FAMILIES, Family
from app.layers.base import INPUT, Layer
from app.networks.joins import STAGE

_LISTS: Schema = {"type": "array", "items": {"type": "integer"}}
QUESTION: dict[str, Schema] = {
    "at": {
        "description": "An index into the output (with `of`, into that tensor), or a list of them.",
        "anyOf": [{"type": "integer"}, _LISTS, {"type": "array", "items": _LISTS}],
    },
    "of": names(
        ("input", "weight"), "Say which outputs an input element feeds, or what a weight touches."
    ),
    "limit": {"type": "integer", "minimum": 1, "description": "How many terms to give."},
    "order": names(("index", "contribution"), "Which terms come first."),
}
# What a page makes of a field is of no use to a client.
_FOR_PAGES = {"choices", "excludes", "kind", "slider"}


def example(layer: type[Layer]) -> dict[str, Any]:
    """Return a small request for a layer that works, from its first example."""
    params, shapes = layer.examples[0]
    tensors = {}
    for name, shape in shapes.items():
        size = int(np.prod(shape))
        values = (np.arange(size) % 7 - 3).reshape(shape).astype(float)
        tensors[name] = values.tolist()
    return {**_chosen(layer), **tensors, **params}


def planned(layer: type[Layer]) -> dict[str, Any]:
    """Return the same with shapes in place of tensors."""
    params, shapes = layer.examples[0]
    tensors = {name: {"shape": list(shape)} for name, shape in shapes.items()}
    return {**_chosen(layer), **tensors, **params}


def _chosen(layer: type[Layer]) -> dict[str, str]:
    return {layer.selector: layer.tag} if layer.selector and layer.tag else {}


def request(family: Family, tensor: Schema, options: dict[str, Schema], needed: str = "") -> Schema:
    """Return the schema of a family's requests.

    Args:
        family: whose layers can be asked for.
        tensor: what stands for each tensor.
        options: what may stand beside the parameters.
        needed: the option that must be there.
    """
    kinds = [_variant(family, layer, tensor, options) for layer in family.variants.values()]
    for kind in kinds if needed else ():
        kind["required"].append(needed)
        kind["properties"][needed] = options[needed]
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _variant(
    family: Family, layer: type[Layer], tensor: Schema, options: dict[str, Schema]
) -> Schema:
    is_first, chosen = layer is family.first, _chosen(layer)
    found: dict[str, Schema] = {}
    for name, tag in chosen.items():
        one = {"type": "string", "enum": [tag]}
        found[name] = maybe({**one, "default": tag}) if is_first else one
    for spec in layer.inputs:
        found[spec.name] = tensor if spec.required else maybe(tensor)
    fields = forms.layer_schema(layer)["properties"] | {"device": DEVICE} | options
    for name, field in fields.items():
        found[name] = maybe({k: v for k, v in field.items() if k not in _FOR_PAGES})
    return {
        "type": "object",
        "title": layer.title,
        "description": layer.summary,
        "additionalProperties": False,
        "required": [s.name for s in layer.inputs if s.required] + ([] if is_first else [*chosen]),
        "properties": found,
    }


_JOIN: Schema = {
    "type": "object",
    "description": "What a layer before this one gives, by its number, or the chain's input.",
    "additionalProperties": False,
    "required": [STAGE],
    "properties": {
        STAGE: {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "enum": ["input"]}]}
    },
}


def stage(tensor: Schema) -> Schema:
    """Return the schema of one layer of a chain, which takes what the one before it gives."""
    kinds = []
    for name, family in FAMILIES.items():
        for layer in family.variants.values():
            kind = _variant(family, layer, tensor, {})
            for left_out in (INPUT.name, "device"):
                kind["properties"].pop(left_out)
            kind["properties"][INPUT.name] = _JOIN
            for spec in layer.inputs:
                if spec.joins:
                    kind["properties"][spec.name] = {"anyOf": [tensor, _JOIN]}
            kind["required"] = ["layer", *(n for n in kind["required"] if n != INPUT.name)]
            kind["properties"] = {"layer": {"type": "string", "enum": [name]}, **kind["properties"]}
            kinds.append(kind)
    return {"anyOf": kinds}
