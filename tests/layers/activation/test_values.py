"""Each function at points that can be checked by hand: left, the kink, right."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from app.layers import FAMILIES
from app.runtime.session_cache import SessionCache
from tests.layers.cases import run

E = math.e
LN2 = math.log(2)
S1 = 1 / (1 + 1 / E)
"""The sigmoid of 1."""

Points = dict[float, float]
TABLE: list[tuple[str, Mapping[str, Any], Points]] = [
    ("relu", {}, {-2: 0, 0: 0, 2: 2}),
    ("relu6", {}, {-1: 0, 0: 0, 5.5: 5.5, 6: 6, 7: 6}),
    ("leaky_relu", {}, {-2: -0.02, 0: 0, 2: 2}),
    ("leaky_relu", {"negative_slope": 0.5}, {-2: -1, 0: 0, 2: 2}),
    ("prelu", {}, {-2: -0.5, 0: 0, 2: 2}),
    ("elu", {}, {-1: 1 / E - 1, 0: 0, 2: 2}),
    ("elu", {"alpha": 2.0}, {-1: 2 / E - 2, 0: 0, 2: 2}),
    ("selu", {}, {-1: 1.0507010 * 1.6732632 * (1 / E - 1), 0: 0, 1: 1.0507010}),
    ("celu", {}, {-1: 1 / E - 1, 0: 0, 2: 2}),
    ("celu", {"alpha": 2.0}, {-2: 2 / E - 2, 0: 0, 2: 2}),
    ("gelu", {}, {-100: 0, 0: 0, 1: 0.8413447, 100: 100}),
    ("gelu", {"approximate": "tanh"}, {0: 0, 1: 0.8411920, 100: 100}),
    ("silu", {}, {-1: S1 - 1, 0: 0, 1: S1}),
    ("mish", {}, {-100: 0, 0: 0, 1: 0.8650984, 100: 100}),
    ("softplus", {}, {0: LN2, 1: math.log(1 + E), 25: 25}),
    ("softplus", {"beta": 2.0}, {0: LN2 / 2, 1: math.log(1 + E**2) / 2}),
    ("softplus", {"threshold": 0.5}, {0: LN2, 1: 1}),
    ("softsign", {}, {-3: -0.75, 0: 0, 1: 0.5}),
    ("sigmoid", {}, {-1: 1 - S1, 0: 0.5, 1: S1}),
    ("log_sigmoid", {}, {-100: -100, 0: -LN2, 1: math.log(S1)}),
    ("tanh", {}, {-1: -0.7615942, 0: 0, 1: 0.7615942}),
    ("hardtanh", {}, {-2: -1, -0.5: -0.5, 1: 1, 2: 1}),
    ("hardtanh", {"min_val": 0.0, "max_val": 3.0}, {-2: 0, 2: 2, 4: 3}),
    ("hardsigmoid", {}, {-3: 0, 0: 0.5, 1.5: 0.75, 3: 1, 4: 1}),
    ("hardswish", {}, {-4: 0, -3: 0, -1.5: -0.375, 1: 2 / 3, 3: 3, 4: 4}),
    ("threshold", {}, {0.5: 0, 1: 0, 1.5: 1.5}),
    ("threshold", {"threshold": -1.0, "value": 9.0}, {-2: 9, -1: 9, 0: 0}),
]
SESSIONS = SessionCache(64)


@pytest.mark.parametrize(("tag", "parameters", "points"), TABLE)
def test_points(tag: str, parameters: Mapping[str, Any], points: Points) -> None:
    layer = FAMILIES["activation"].variants[tag].model_validate(parameters)
    tensors = {"input": np.array(list(points), np.float32)}
    if "weight" in {spec.name for spec in layer.inputs}:
        tensors["weight"] = np.array([0.25], np.float32)
    done = run(layer, tensors, SESSIONS)
    np.testing.assert_allclose(done.outputs["output"], list(points.values()), 1e-6, 1e-6)


@pytest.mark.parametrize(("tag", "parameters", "points"), TABLE)
def test_the_formula_in_numpy_says_the_same(
    tag: str, parameters: Mapping[str, Any], points: Points
) -> None:
    layer = FAMILIES["activation"].variants[tag].model_validate(parameters)
    x = np.array(list(points), np.float64)
    with np.errstate(over="ignore"):
        y = layer.evaluate(x)  # type: ignore[attr-defined]
    np.testing.assert_allclose(y, list(points.values()), 1e-6, 1e-6)


def test_no_function_is_left_out() -> None:
    assert {tag for tag, _, _ in TABLE} == set(FAMILIES["activation"].variants)
