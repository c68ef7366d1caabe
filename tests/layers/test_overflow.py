"""Where sums pass float32, what is explained is what the layer gives: no number that it has not."""

from typing import Any

import numpy as np
import pytest

from app.layers import FAMILIES
from app.layers.base import Array
from tests.layers.cases import run

_LARGE = [
    [[1e20, -1e20, 3e20, 2e19]],
    [[3e38, 3e38, 3e38, 3e38]],
    [[2e38, 2.5e38, 3e38, 3.2e38]],
]


@pytest.mark.parametrize("numbers", _LARGE, ids=str)
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("layer_norm", {}),
        ("group_norm", {}),
        ("instance_norm", {}),
        ("batch_norm", {"training": True}),
        ("local_response_norm", {"size": 3}),
    ],
)
def test_an_explained_number_is_the_layers(
    name: str, asked: dict[str, Any], numbers: list[list[float]]
) -> None:
    x: Array = np.array([numbers], np.float32)
    done = run(FAMILIES[name].first.model_validate(asked), {"input": x})
    made = done.outputs["output"]
    for found in done.plan.layer.explain_all(done.tensors, list(np.ndindex(*made.shape))):
        np.testing.assert_array_equal(np.float32(found.value), made[found.at])
