"""The names that the parts of a JSON answer can have, of which `fields` picks some."""

from collections.abc import Iterator
from functools import lru_cache

from app.layers import LAYERS
from app.layers.base import Layer, Shape

_ALWAYS = frozenset(
    {"input", "shape", "dtype", "stats", "cost", "device", "provider", "timing_ms", "refs"}
)
_OF_LAYERS = frozenset({"layer", "params", "rule", "code", "code_notes", "check", "check_note"})
_OF_CHAINS = frozenset({"stages", "receptive_field"})


@lru_cache
def layer_parts() -> frozenset[str]:
    """Return what an answer of some layer can have."""
    made = frozenset(name for layer, shapes in _examples() for name in layer.generated(shapes))
    return _ALWAYS | _OF_LAYERS | _outputs() | made


@lru_cache
def chain_parts() -> frozenset[str]:
    """Return what an answer of some chain can have."""
    return _ALWAYS | _OF_CHAINS | _outputs()


def _outputs() -> frozenset[str]:
    made = ((layer, shapes | layer.generated(shapes)) for layer, shapes in _examples())
    return frozenset(name for layer, shapes in made for name in layer.output_shapes(shapes))


def _examples() -> Iterator[tuple[Layer, dict[str, Shape]]]:
    """Return each layer as its examples have it: every setting of note is among them."""
    for kind in LAYERS:
        for params, sent in kind.examples:
            layer = kind(**params).resolve(sent)
            yield layer, layer.arrange(sent)
