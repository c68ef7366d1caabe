"""How long the properties are searched: always the same cases, more of them in the full run."""

import os
from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

T = TypeVar("T")

FULL = bool(os.environ.get("LAYERLAB_TEST_FULL"))


def every_other(cases: Sequence[T], first: int = 0) -> Sequence[T]:
    """Return a bounded sample of what is much alike, all of it in the full run.

    Args:
        cases: pages in each language, say.
        first: where the sample begins.
    """
    return cases if FULL else cases[first::2]


settings.register_profile(
    "layerlab",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=400 if FULL else 100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("layerlab")
