"""What a request says besides its tensors: parameters, and what is wanted of the answer."""

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from pydantic import ValidationError

from app.api.request.fields import Fields
from app.errors import invalid_from
from app.layers import FAMILIES, Family
from app.layers.base import Layer
from app.problems import Fault, Invalid, Listed, message
from app.runtime.devices import check_device
from app.tensors.long_lists import LongList

_MOST_FAULTS = 16
# The next request says the same mostly: so many are kept, of at most so many bytes as JSON.
_KEPT, _LONGEST = 256, 512
_MOST_ITEMS = 64
_PLAIN = frozenset({int, float, bool, type(None)})


class Settled(NamedTuple):
    """A layer, validated, and what is said of the device and of the answer."""

    layer: Layer
    options: Mapping[str, Any]


def settle(family: Family, fields: Fields, known: frozenset[str]) -> Settled:
    """Take out of the fields what is no tensor, and judge it.

    Args:
        family: whose layer is asked for.
        fields: what is said; its tensors are left.
        known: the names of the options that there are.

    Raises:
        Invalid: a name that is not known, or a value that cannot be.
    """
    beside = [owner for owner, _ in fields.decoding] if fields.decoding else ()
    names = (*fields.values, *fields.files, *fields.unread, *beside)
    tensors = tensor_names(family.name)
    said = {name: fields.values.pop(name) for name in [*fields.values] if name not in tensors}
    text = _text(said)
    if text is None:
        return _settled(family, said, names, known)
    return _kept(family.name, text, names, known)


def _text(said: Mapping[str, Any]) -> bytes | None:
    """Return what is said as JSON, in which 1, 1.0 and true differ; None if it is not brief."""
    if not said:
        return b"{}"
    if sum(map(len, said)) > _LONGEST or not all(map(_is_brief, said.values())):
        return None
    text = orjson.dumps(said)
    return text if len(text) <= _LONGEST else None


def _is_brief(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= _MOST_ITEMS and all(type(v) in _PLAIN for v in value)
    return type(value) in _PLAIN or (isinstance(value, str) and len(value) <= _LONGEST)


@lru_cache(_KEPT)
def _kept(family: str, text: bytes, names: tuple[str, ...], known: frozenset[str]) -> Settled:
    return _settled(FAMILIES[family], orjson.loads(text), names, known)


def _settled(
    family: Family, values: dict[str, Any], names: Iterable[str], known: frozenset[str]
) -> Settled:
    said = {*values, *tensor_names(family.name)}
    variant = variant_of(family, values)
    check_names(names, names_of(variant) | known)
    check_no_files(name for name in names if name not in said)
    options = take_options(values, known)
    check_short({**options, **values})
    return Settled(build(variant, values), MappingProxyType(options))


def check_no_files(names: Iterable[str]) -> None:
    """Refuse a file, or what tells how to decode one, where a value belongs.

    Raises:
        Invalid: a fault for each of these names.
    """
    faults = [
        Fault(
            (name[:80],),
            message("'{name}' is no tensor: send its value, not a file", name=name[:80]),
        )
        for name in names
    ]
    if faults:
        raise Invalid.of(faults[:_MOST_FAULTS])


@lru_cache
def tensor_names(family: str) -> frozenset[str]:
    """Return the names of the tensors that layers of a family take."""
    variants = FAMILIES[family].variants.values()
    return frozenset(spec.name for variant in variants for spec in variant.inputs)


def check_short(values: Mapping[str, Any]) -> None:
    """Refuse long lists where no tensor stands.

    Raises:
        Invalid: naming the first.
    """
    for name, value in values.items():
        if isinstance(value, LongList):
            raise Invalid("'{name}' cannot be a list so long", loc=(name,), name=name)


def take_options(values: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """Take out what is said of the device and of the answer; null stands for nothing said.

    Raises:
        Invalid: the device is not here.
    """
    found = {name: values.pop(name) for name in [*values] if name in known}
    options = {name: value for name, value in found.items() if value is not None}
    if "device" in options:
        if not isinstance(options["device"], str):
            raise Invalid("device must be text", loc=("device",))
        check_device(options["device"])
    return options


def build(variant: type[Layer], values: Mapping[str, Any]) -> Layer:
    """Validate the parameters; an absent one and a null one are the same.

    Raises:
        Invalid: with a sentence for each field to blame.
    """
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return variant.model_validate(given)
    except ValidationError as error:
        raise invalid_from(error.errors(include_url=False, include_input=False)) from None


def variant_of(family: Family, values: dict[str, Any]) -> type[Layer]:
    """Take the family's selector out of the values and return the layer that it chooses.

    Raises:
        Invalid: it names none.
    """
    if family.selector is None:
        return family.first
    tag = values.pop(family.selector, None)
    if tag is None:
        return family.first
    if not isinstance(tag, str) or tag not in family.variants:
        raise Invalid(
            "{selector} must be one of {tags}",
            loc=(family.selector,),
            selector=family.selector,
            tags=Listed(family.variants),
        )
    return family.variants[tag]


@lru_cache(256)
def names_of(variant: type[Layer]) -> frozenset[str]:
    """Return the names of a layer's parameters and tensors, and of what chooses it."""
    tensors = (spec.name for spec in variant.inputs)
    chooser = (variant.selector,) if variant.selector else ()
    return frozenset({*variant.model_fields, *tensors, *chooser})


def check_known(fields: Fields, known: Collection[str]) -> None:
    """Refuse unknown names, each with the nearest known one.

    Raises:
        Invalid: a fault for each.
    """
    owners = (owner for owner, _ in fields.decoding)
    check_names([*fields.values, *fields.files, *fields.unread, *owners], known)


def check_given(fields: Fields, values: Collection[str], files: Collection[str]) -> None:
    """Refuse unknown names, and files where a value belongs.

    Args:
        fields: what is said.
        values: the names of what can be said.
        files: of what can be sent as a file, or in its place.

    Raises:
        Invalid: a fault for each.
    """
    check_known(fields, {*values, *files})
    check_no_files(fields.file_names() - set(files))


def check_not_decoded(fields: Fields) -> None:
    """Refuse ways to decode a picture where no picture is taken.

    Raises:
        Invalid: naming the first.
    """
    for owner, option in fields.decoding:
        name = f"{owner}.{option}"
        raise Invalid(
            "'{name}' says how a picture is decoded, and none is taken here", loc=(name,), name=name
        )


def check_names(names: Iterable[str], known: Collection[str]) -> None:
    """Refuse names that are not known, each with the nearest that is.

    Raises:
        Invalid: a fault for each.
    """
    unknown = [name for name in dict.fromkeys(names) if name not in known]
    faults = [_unknown(name, known) for name in unknown[:_MOST_FAULTS]]
    if faults:
        raise Invalid.of(faults)


def _unknown(name: str, known: Collection[str]) -> Fault:
    near = get_close_matches(name[:80], sorted(known), 1, 0.5)
    if near:
        said = message(
            "there is no field '{name}' here; did you mean '{near}'?", name=name[:80], near=near[0]
        )
    else:
        said = message(
            "there is no field '{name}' here; there are {names}",
            name=name[:80],
            names=Listed(sorted(known)),
        )
    return Fault((name[:80],), said)
