"""The layers of a chain in a request: each read as a request for that layer alone would be."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from app.api.request.fields import Fields
from app.api.request.parse import OPTIONS
from app.api.request.said import (
    build,
    check_known,
    check_no_files,
    check_not_decoded,
    check_short,
    names_of,
    variant_of,
)
from app.api.request.texts import read_whole
from app.layers import FAMILIES, Family
from app.layers.base import INPUT, Layer
from app.networks.joins import joining, take_joins
from app.problems import Invalid, Listed, Problem, TooLarge
from app.settings import Limits

LAYERS = "layers"
CHAIN_OPTIONS = OPTIONS - {"code", "check"} | {"return"}
_LAYER = "layer"
_EXAMPLE = '[{"layer": "..."}, ...]'


def split_stages(fields: Fields, limits: Limits) -> list[Fields]:
    """Take the layers out of a request, each with what is sent beside it as `layers.N.NAME`.

    Raises:
        Invalid: no list of layers.
        TooLarge: too many of them.
    """
    listed = _list(fields, limits)
    if len(listed) > limits.stages:
        raise TooLarge(
            "a chain of {count} layers; at most {most} can be",
            loc=(LAYERS,),
            count=len(listed),
            most=limits.stages,
        )
    return [_own(fields, number, spec) for number, spec in enumerate(listed)]


def _list(fields: Fields, limits: Limits) -> list[Any]:
    if LAYERS in fields.files:
        data = fields.files.pop(LAYERS)
        if len(data) > limits.json_bytes:
            raise TooLarge(
                "'{name}' has {size} bytes of text; at most {most} can be",
                loc=(LAYERS,),
                name=LAYERS,
                size=len(data),
                most=limits.json_bytes,
            )
        fields.values[LAYERS] = read_whole(data, LAYERS, limits)
    listed = fields.values.pop(LAYERS, None)
    if not isinstance(listed, list) or not listed:
        raise Invalid(
            "layers must be a list of one layer or more, as {example}",
            loc=(LAYERS,),
            example=_EXAMPLE,
        )
    return listed


def _own(fields: Fields, number: int, spec: Any) -> Fields:
    prefix = f"{LAYERS}.{number}."
    own = Fields()
    with located(number):
        if not isinstance(spec, Mapping):
            raise Invalid(
                "a layer of a chain is an object, as {example}", example='{"layer": "..."}'
            )
        own.values.update(spec)
        for name in [n for n in fields.values if n.startswith(prefix)]:
            own.add(name.removeprefix(prefix), fields.values.pop(name))
        for name in [n for n in fields.files if n.startswith(prefix)]:
            own.add_file(name.removeprefix(prefix), fields.files.pop(name))
    for owner, option in [d for d in fields.decoding if d[0].startswith(prefix)]:
        own.decoding[owner.removeprefix(prefix), option] = fields.decoding.pop((owner, option))
    return own


@contextmanager
def located(number: int) -> Iterator[None]:
    """Place what goes wrong in a block at one of the layers."""
    try:
        yield
    except Problem as problem:
        raise problem.at(LAYERS, number) from None


def read_stage(fields: Fields, number: int) -> tuple[Layer, dict[str, int]]:
    """Read a layer of a chain; the tensors that come with it stay in the fields.

    Returns:
        The layer, and the numbers of the layers before it that give tensors, by their names.

    Raises:
        Invalid: with a sentence for each field to blame.
    """
    variant = variant_of(_family(fields), fields.values)
    joined = take_joins(fields.values, joining(variant), number)
    if INPUT.name in fields.values or INPUT.name in fields.files:
        raise Invalid(
            "a layer of a chain takes what the one before it gives, or another one that is named, "
            "as {example}; the input stands beside the layers",
            loc=(INPUT.name,),
            example='{"stage": 0}',
        )
    check_known(fields, names_of(variant) | {_LAYER})
    elsewhere = {INPUT.name, *joined}
    check_not_decoded(
        Fields(decoding={k: v for k, v in fields.decoding.items() if k[0] in elsewhere})
    )
    tensors = {spec.name for spec in variant.inputs}
    check_no_files(fields.file_names() - tensors)
    values = {k: v for k, v in fields.values.items() if k not in tensors}
    check_short(values)
    return build(variant, values), joined


def _family(fields: Fields) -> Family:
    name = fields.values.pop(_LAYER, None)
    if isinstance(name, str) and name in FAMILIES:
        return FAMILIES[name]
    near = get_close_matches(name[:80], list(FAMILIES), 1, 0.5) if isinstance(name, str) else []
    if near:
        raise Invalid(
            "no layer is called '{name}'; did you mean '{near}'?",
            loc=(_LAYER,),
            name=str(name)[:40],
            near=near[0],
        )
    raise Invalid("layer must be the name of one: {names}", loc=(_LAYER,), names=Listed(FAMILIES))


def tensor_names(layer: Layer) -> list[str]:
    """Return what a layer of a chain takes besides its input."""
    return [spec.name for spec in layer.inputs if spec.name != INPUT.name]


def check_top(fields: Fields) -> bool:
    """Refuse unknown names beside the layers; return whether every stage's output is wanted.

    Raises:
        Invalid: a name or a value that cannot be.
    """
    check_known(fields, {INPUT.name, LAYERS, *CHAIN_OPTIONS})
    check_no_files(fields.file_names() - {INPUT.name})
    check_short({name: fields.values[name] for name in CHAIN_OPTIONS & set(fields.values)})
    wanted = fields.values.get("return")
    if wanted not in (None, "last", "all"):
        raise Invalid("return must be 'last' or 'all'", loc=("return",))
    return wanted == "all"
