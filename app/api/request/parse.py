"""The one way in: a request becomes a layer, its tensors and what is wanted of the answer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers

from app.api.request.fields import Fields, read_fields, take_tensors
from app.api.request.said import settle
from app.layers import FAMILIES, Family
from app.layers.base import Array, Layer, Shape
from app.problems import Listed, NotFound
from app.settings import Limits
from app.tensors.received import Received
from app.tensors.store import TensorStore

OPTIONS = frozenset(
    {"device", "format", "colormap", "scale", "refs", "code", "check", "fields", "output"}
)


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
    options: Mapping[str, Any]

    @property
    def arrays(self) -> dict[str, Array]:
        """Return the numbers of the tensors."""
        return {name: tensor.array for name, tensor in self.tensors.items()}

    @property
    def shapes(self) -> dict[str, Shape]:
        """Return their shapes, as they were sent."""
        return {name: tensor.array.shape for name, tensor in self.tensors.items()}


def family_of(name: str) -> Family:
    """Return a family by its name in the address.

    Raises:
        NotFound: there is none; the sentence lists those there are.
    """
    if name not in FAMILIES:
        raise NotFound(
            "no layer is called '{name}'; there are {names}",
            name=name[:40],
            names=Listed(FAMILIES),
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
    return understand(family, fields, limits, store, OPTIONS.union(extra) if extra else OPTIONS)


def understand(
    family: Family, fields: Fields, limits: Limits, store: TensorStore, known: frozenset[str]
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
    told = settle(family, fields, known)
    names = [spec.name for spec in told.layer.inputs]
    tensors = take_tensors(fields, names, limits, store)
    return LayerRequest(told.layer, tensors, told.options)
