"""How long the properties are searched: always the same cases, more of them in the full run."""

import os

from hypothesis import HealthCheck, settings

FULL = bool(os.environ.get("LAYERLAB_TEST_FULL"))

settings.register_profile(
    "layerlab",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=400 if FULL else 100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("layerlab")
