"""Initial weights: PyTorch's bounds and spreads, and the same numbers wherever they are drawn."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch

from app.layers import FAMILIES
from app.layers._init import Init, draw
from app.layers.base import Array, Shape

ROOT = Path(__file__).parents[2]
SCHEMES: tuple[Init, ...] = get_args(Init)
FLAT = ("zeros", "ones")
RANDOM = [scheme for scheme in SCHEMES if scheme not in FLAT]
SHAPES = [(300, 500), (400, 300, 3), (40, 90, 5, 7), (200, 8, 3, 3, 3)]
ELSEWHERE = """
import sys
from app.layers._init import draw
for scheme in sys.argv[1:]:
    sys.stdout.buffer.write(draw(scheme, (3, 4, 2), 2**63 - 1).tobytes())
"""


def by_torch(scheme: Init, shape: Shape) -> Array:
    weight = torch.empty(shape)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        getattr(torch.nn.init, f"{scheme}_")(weight)
    found: Array = weight.numpy()
    return found


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scheme", RANDOM)
def test_spreads_as_in_pytorch(scheme: Init, shape: Shape) -> None:
    """Two draws of so many numbers agree to 1.5 % in their spread and in their bounds."""
    mine, other = draw(scheme, shape, 0), by_torch(scheme, shape)
    assert mine.dtype == np.float32
    assert mine.shape == shape
    assert mine.std() == pytest.approx(other.std(), 0.015)
    assert abs(mine.mean()) < 5 * other.std() / np.sqrt(mine.size)
    if scheme.endswith("uniform"):
        assert np.abs(mine).max() == pytest.approx(np.abs(other).max(), 0.002)
        assert (np.abs(mine) > np.abs(other).max() / 2).mean() == pytest.approx(0.5, abs=0.02)
    else:
        within = (np.abs(mine) < other.std()).mean()
        assert within == pytest.approx(0.6827, abs=0.02)


@pytest.mark.parametrize("scheme", FLAT)
def test_zeros_and_ones(scheme: Init) -> None:
    np.testing.assert_array_equal(draw(scheme, (3, 2, 2), 9), by_torch(scheme, (3, 2, 2)))


@pytest.mark.parametrize("scheme", RANDOM)
def test_another_seed_draws_other_numbers(scheme: Init) -> None:
    first = draw(scheme, (4, 4), 1)
    np.testing.assert_array_equal(first, draw(scheme, (4, 4), 1))
    assert not np.isin(first, draw(scheme, (4, 4), 2)).any()


def test_another_process_draws_the_same() -> None:
    run = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *SCHEMES], cwd=ROOT, capture_output=True, check=True
    )
    here = b"".join(draw(scheme, (3, 4, 2), 2**63 - 1).tobytes() for scheme in SCHEMES)
    assert run.stdout == here


@pytest.mark.parametrize(
    ("family", "asked", "source", "shape"),
    [
        ("conv", {"out_channels": 4, "groups": 2}, (1, 6, 5, 5), (4, 3, 3, 3)),
        ("conv", {"out_channels": 2, "kernel_size": [5]}, (6, 9), (2, 6, 5)),
        ("conv_transpose", {"out_channels": 4, "groups": 2}, (1, 6, 5, 5), (6, 2, 3, 3)),
        ("dense", {"out_features": 7}, (2, 3, 4), (7, 12)),
    ],
)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_layers_draw_by_it(
    scheme: Init, family: str, asked: dict[str, object], source: Shape, shape: Shape
) -> None:
    layer = FAMILIES[family].first.model_validate({**asked, "init": scheme, "seed": 3})
    resolved = layer.resolve({"input": source})
    made = resolved.generate(resolved.arrange({"input": source}))
    np.testing.assert_array_equal(made["weight"], draw(scheme, shape, 3))
