"""Initial weights by PyTorch's schemes, drawn by NumPy so that every worker draws the same."""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np

from app.layers.base import Array, Shape

Init = Literal[
    "kaiming_uniform",
    "kaiming_normal",
    "xavier_uniform",
    "xavier_normal",
    "normal",
    "zeros",
    "ones",
]


def _fans(shape: Shape) -> tuple[int, int]:
    """Return (fan in, fan out) of a weight (out, in, *kernel)."""
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def draw(init: Init, shape: Shape, seed: int) -> Array:
    """Draw a float32 weight (out, in, *kernel) from `PCG64(seed)`.

    Kaiming is for ReLU (gain √2, by fan in); Xavier has gain 1; normal has mean 0, std 1.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    fan_in, fan_out = _fans(shape)

    def uniform(std: float) -> Array:
        return generator.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape)

    def normal(std: float) -> Array:
        return generator.normal(0.0, std, shape)

    schemes: dict[Init, Callable[[], Array]] = {
        "kaiming_uniform": lambda: uniform(math.sqrt(2 / fan_in)),
        "kaiming_normal": lambda: normal(math.sqrt(2 / fan_in)),
        "xavier_uniform": lambda: uniform(math.sqrt(2 / (fan_in + fan_out))),
        "xavier_normal": lambda: normal(math.sqrt(2 / (fan_in + fan_out))),
        "normal": lambda: normal(1.0),
        "zeros": lambda: np.zeros(shape),
        "ones": lambda: np.ones(shape),
    }
    return schemes[init]().astype(np.float32)
