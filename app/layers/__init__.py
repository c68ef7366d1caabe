"""The registry: this folder, walked. A folder is a family, a file in it a layer of that family.

A family of one layer has a file of the folder's own name. What begins with `_` is no layer, but
what layers lean on.
"""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from pydantic import ValidationError

from app.layers._graph_node import GraphNode
from app.layers.base import INPUT, Array, Layer, Shapes
from app.problems import Problem


@dataclass(frozen=True)
class Family:
    """The layers that share one route; a layer that stands alone is a family of one.

    Attributes:
        name: the route's last part, the folder's name.
        selector: the field that chooses among `variants`, None for a family of one.
        default: the variant taken when the selector is absent.
        variants: by tag, each in its place, the default first.
    """

    name: str
    selector: str | None
    default: str
    variants: Mapping[str, type[Layer]]

    @property
    def first(self) -> type[Layer]:
        """Return the default variant."""
        return self.variants[self.default]

    @property
    def title(self) -> str:
        """Return the family's heading, an English msgid."""
        return self.first.family_title or self.first.title

    @property
    def summary(self) -> str:
        """Return the family's one sentence, an English msgid."""
        return self.first.family_summary or self.first.summary


def _modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not info.name.rpartition(".")[2].startswith("_") and info.name != f"{__name__}.base":
            yield importlib.import_module(info.name)


def _layers() -> Iterator[type[Layer]]:
    for module in _modules():
        for value in vars(module).values():
            own = isinstance(value, type) and issubclass(value, Layer)
            if (
                own
                and value.__module__ == module.__name__
                and not value.__dict__.get("abstract", True)
            ):
                family, _, tag = module.__name__.removeprefix(f"{__name__}.").partition(".")
                value.family, value.tag = family, "" if tag == family else tag
                yield value


def _families() -> dict[str, Family]:
    found: dict[str, dict[str, type[Layer]]] = {}
    for layer in _layers():
        found.setdefault(layer.family, {})[layer.tag] = layer
    families = {name: _family(name, layers) for name, layers in found.items()}
    return dict(sorted(families.items(), key=lambda item: item[1].first.order))


def _family(name: str, layers: dict[str, type[Layer]]) -> Family:
    ordered = dict(sorted(layers.items(), key=lambda item: item[1].place))
    default = next(iter(ordered))
    return Family(name, ordered[default].selector, default, MappingProxyType(ordered))


FAMILIES: Mapping[str, Family] = MappingProxyType(_families())
LABS: tuple[str, ...] = tuple(name for name, f in FAMILIES.items() if f.first.stands_alone)
"""The families that have a page of their own."""
LAYERS: tuple[type[Layer], ...] = tuple(
    layer for family in FAMILIES.values() for layer in family.variants.values()
)


class ReadLayer(NamedTuple):
    """A node of a graph as a layer.

    Attributes:
        layer: resolved.
        shapes: of every tensor, as the layer takes them.
        tensors: what the graph holds for it, by name.
    """

    layer: Layer
    shapes: Shapes
    tensors: dict[str, Array]


def read_node(node: GraphNode) -> ReadLayer | None:
    """Read a node of any graph as the layer that it is; None where there is none."""
    for kind in _BY_OPERATOR.get(node.operator, ()):
        try:
            found = _read(kind, node)
        except (Problem, ValidationError):
            continue
        if found is not None:
            return found
    return None


def _read(kind: type[Layer], node: GraphNode) -> ReadLayer | None:
    reading, source = kind.from_node(node), node.shapes[0]
    if reading is None or source is None:
        return None
    layer, tensors = reading
    sent = {INPUT.name: source} | {name: value.shape for name, value in tensors.items()}
    resolved = layer.resolve(sent)
    shapes = resolved.arrange(sent)
    same = resolved.output_shapes(shapes)["output"] == node.outputs[0]
    return ReadLayer(resolved, shapes, tensors) if same else None


def _by_operator() -> Mapping[str, Sequence[type[Layer]]]:
    found: dict[str, list[type[Layer]]] = defaultdict(list)
    for layer in LAYERS:
        for operator in layer.operators:
            found[operator].append(layer)
    return found


_BY_OPERATOR = _by_operator()
