"""The one way in: a request becomes a layer, its tensors and what is wanted of the answer."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import Headers

from app.api.fields import Fields, read_fields, take_tensors
from app.errors import invalid_from
from app.layers import FAMILIES, Family
from app.layers.base import Layer
from app.problems import Fault, Invalid, NotFound, message
from app.runtime.devices import AUTO, check_device
from app.settings import Limits
from app.tensors.long_lists import LongList
from app.tensors.received import Received
from app.tensors.store import TensorStore

OPTIONS = frozenset(
    {"device", "format", "colormap", "scale", "refs", "code", "check", "fields", "output"}
)
_MOST_FAULTS = 16


@dataclass(frozen=True, slots=True)
class LayerRequest:
    """A request for one layer, understood.

    Attributes:
        layer: validated, not yet resolved against the shapes.
        tensors: by name, float32.
        options: what is said of the device and of the answer, by name.
    """

    layer: Layer
    tensors: dict[str, Received]
    options: dict[str, Any]


def family_of(name: str) -> Family:
    """Return a family by its name in the address.

    Raises:
        NotFound: there is none; the sentence lists those there are.
    """
    if name not in FAMILIES:
        raise NotFound(
            "no layer is called '{name}'; there are {names}",
            name=name[:40],
            names=", ".join(FAMILIES),
        )
    return FAMILIES[name]


def parse(
    family: Family,
    body: bytes,
    headers: Headers,
    query: str,
    limits: Limits,
    store: TensorStore,
    extra: Collection[str] = (),
) -> LayerRequest:
    """Read a request for a layer.

    Args:
        family: whose layer is asked for.
        body: the whole of it.
        headers: for the Content-Type.
        query: parameters and options may stand there too.
        limits: on what is sent.
        store: where refs are looked up.
        extra: names of further options that this route takes.

    Raises:
        Problem: anything that cannot be read or cannot be.
    """
    fields = read_fields(body, headers, query, limits)
    return understand(family, fields, limits, store, OPTIONS.union(extra))


def understand(
    family: Family, fields: Fields, limits: Limits, store: TensorStore, known: Collection[str]
) -> LayerRequest:
    """Understand what a request for a layer says, in whatever form it came.

    Args:
        family: whose layer is asked for.
        fields: what is said; they are used up.
        limits: on what is sent.
        store: where refs are looked up.
        known: the names of the options that there are.

    Raises:
        Problem: a value that cannot be.
    """
    variant = variant_of(family, fields.values)
    check_known(fields, names_of(variant).union(known))
    options = take_options(fields, known)
    tensors = take_tensors(fields, [spec.name for spec in variant.inputs], limits, store)
    check_short({**options, **fields.values})
    return LayerRequest(build(variant, fields.values), tensors, options)


def check_short(values: Mapping[str, Any]) -> None:
    """Refuse long lists where no tensor stands.

    Raises:
        Invalid: naming the first.
    """
    for name, value in values.items():
        if isinstance(value, LongList):
            raise Invalid("'{name}' cannot be a list so long", loc=(name,), name=name)


def take_options(fields: Fields, known: Collection[str]) -> dict[str, Any]:
    """Take out what is said of the device and of the answer; null stands for nothing said.

    Raises:
        Invalid: the device is not here.
    """
    found = {name: fields.values.pop(name) for name in known if name in fields.values}
    options = {name: value for name, value in found.items() if value is not None}
    if not isinstance(options.get("device", ""), str):
        raise Invalid("device must be text", loc=("device",))
    check_device(options.get("device", AUTO))
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
            tags=", ".join(family.variants),
        )
    return family.variants[tag]


@lru_cache(256)
def names_of(variant: type[Layer]) -> frozenset[str]:
    """Return the names of a layer's parameters and tensors."""
    return frozenset({*variant.model_fields, *(spec.name for spec in variant.inputs)})


def check_known(fields: Fields, known: Collection[str]) -> None:
    """Refuse unknown names, each with the nearest known one.

    Raises:
        Invalid: a fault for each.
    """
    owners = (owner for owner, _ in fields.decoding)
    check_names([*fields.values, *fields.files, *fields.unread, *owners], known)


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
            names=", ".join(sorted(known)),
        )
    return Fault((name[:80],), said)
