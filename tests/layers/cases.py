"""Every layer with each of its examples, found by walking the registry."""

import functools
from typing import Any, NamedTuple

import numpy as np
import pytest

from app.layers import LAYERS
from app.layers.base import Array, Layer, Shape, Shapes
from app.runs import Run, apply
from app.runtime.session_cache import SessionCache
from app.settings import Limits

LIMITS = Limits()


class Case(NamedTuple):
    """One layer, the parameters and the tensor shapes of one of its examples."""

    kind: type[Layer]
    parameters: dict[str, Any]
    shapes: dict[str, Shape]

    def layer(self) -> Layer:
        return self.kind.model_validate(self.parameters)

    def tensors(self, seed: int = 0) -> dict[str, Array]:
        tensors = drawn(self.shapes, seed)
        never_negative = {spec.name for spec in self.kind.inputs if spec.least == 0}
        return {n: np.abs(v) if n in never_negative else v for n, v in tensors.items()}


def drawn(shapes: Shapes, seed: int = 0) -> dict[str, Array]:
    """Draw a float32 tensor for each shape: normal, so that both signs and no ties occur."""
    generator = np.random.default_rng(seed)
    return {
        name: np.asarray(generator.normal(size=shape), np.float32) for name, shape in shapes.items()
    }


def name_of(kind: type[Layer]) -> str:
    return f"{kind.family}.{kind.tag}" if kind.tag else kind.family


def run(layer: Layer, tensors: dict[str, Array], sessions: SessionCache | None = None) -> Run:
    """Apply a layer by ONNX Runtime on the CPU."""
    return apply(layer, tensors, "cpu", LIMITS, SessionCache(1) if sessions is None else sessions)


CASES = [Case(kind, *example) for kind in LAYERS for example in kind.examples]

every_layer = pytest.mark.parametrize("kind", [pytest.param(k, id=name_of(k)) for k in LAYERS])
every_case = pytest.mark.parametrize(
    "number", [pytest.param(n, id=f"{name_of(c.kind)}-{n}") for n, c in enumerate(CASES)]
)


@functools.cache
def run_of(number: int) -> Run:
    """Return the run of a case; it is made once."""
    case = CASES[number]
    return run(case.layer(), case.tensors())
