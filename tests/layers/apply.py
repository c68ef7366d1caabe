"""A layer applied to numbers written down in a test."""

from typing import Any

import numpy as np
import numpy.typing as npt

from app.layers import FAMILIES
from app.layers._explain import Explanation
from app.layers.base import Array, Layer
from app.runs import Run, complete, make_plan
from tests.layers.cases import LIMITS, run


def layer_of(family: str, tag: str = "", /, **parameters: Any) -> Layer:
    return FAMILIES[family].variants[tag].model_validate(parameters)


def applied(layer: Layer, **tensors: npt.ArrayLike) -> Run:
    """Run a layer on nested lists."""
    return run(layer, {name: np.asarray(value, np.float32) for name, value in tensors.items()})


def output(layer: Layer, **tensors: npt.ArrayLike) -> Array:
    return applied(layer, **tensors).outputs["output"]


def explained(layer: Layer, at: tuple[int, ...], **tensors: npt.ArrayLike) -> Explanation:
    sent = {name: np.asarray(value, np.float32) for name, value in tensors.items()}
    plan = make_plan(layer, {name: value.shape for name, value in sent.items()}, LIMITS)
    return plan.layer.explain(complete(plan, sent), at)
