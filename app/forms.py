"""A layer's fields as a page or a client needs them, read from the same model that validates."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from app.layers import FAMILIES, Family
from app.layers._numbers import symbols
from app.layers.base import Layer

Say = Callable[[str], str]


@lru_cache(256)
def layer_schema(layer: type[Layer]) -> dict[str, Any]:
    """Return the JSON schema of a layer's parameters, in English, unknown ones refused."""
    schema = layer.model_json_schema()
    schema.pop("description", None)
    schema["title"] = layer.title
    return {k: _plain(v) for k, v in schema.items()}


def _plain(value: Any) -> Any:
    """Drop pydantic's own titles; they only repeat the names."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if not (k == "title" and isinstance(v, str))}
        return {k: v if k == "choices" else _plain(v) for k, v in kept.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


def fields(layer: type[Layer], say: Say) -> list[dict[str, Any]]:
    """Return one record a field: kind, default, bounds, slider, choices, in the reader's words."""
    return [_field(name, prop, say) for name, prop in layer_schema(layer)["properties"].items()]


def _field(name: str, prop: dict[str, Any], say: Say) -> dict[str, Any]:
    options = [o for o in prop.get("anyOf", [prop]) if o.get("type") != "null"]
    first = options[0] | {k: v for k, v in prop.items() if k != "anyOf"}
    enum = first.get("enum")
    kind = first.get("kind") or ("choice" if enum else first.get("type", "text"))
    own = [_said(choice, say) for choice in first.get("choices", ())]
    # A plain list of names has PyTorch's words, the same in every language.
    names = [{"value": v, "title": v, "description": ""} for v in enum or ()]
    return {
        "name": name,
        "kind": kind,
        "description": say(first["description"]),
        "default": first.get("default"),
        "min": first.get("minimum"),
        "max": first.get("maximum", options[0].get("maximum")),
        "slider": first.get("slider"),
        "excludes": first.get("excludes"),
        "choices": own or names or None,
        "nullable": first.get("default") is None,
    }


def _said(choice: dict[str, Any], say: Say) -> dict[str, Any]:
    texts = {k: say(choice[k]) if choice[k] else "" for k in ("title", "description")}
    return choice | texts


def variant(layer: type[Layer], say: Say) -> dict[str, Any]:
    """Return what there is to know of one layer."""
    return {
        "title": say(layer.title),
        "summary": say(layer.summary),
        "formula": symbols(layer.formula),
        "schema": layer_schema(layer),
        "fields": fields(layer, say),
        "tensors": [
            {"name": t.name, "required": t.required, "description": say(t.description)}
            | ({"joins": True} if t.joins else {})
            for t in layer.inputs
        ],
    }


def family(which: Family, say: Say) -> dict[str, Any]:
    """Return a family flattened to one choice and a list of fields for each."""
    return {
        "layer": which.name,
        "title": say(which.title),
        "summary": say(which.summary),
        "selector": which.selector,
        "default": which.default,
        "variants": {tag: variant(layer, say) for tag, layer in which.variants.items()},
    }


@lru_cache(8)
def families(say: Say) -> list[dict[str, Any]]:
    """Return every family, in the order of the mission."""
    return [family(which, say) for which in FAMILIES.values()]
