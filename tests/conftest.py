"""How much is tried: always the same cases, more of them in the full run; and what came of it."""

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

import app  # noqa: F401 - what it tells ONNX Runtime counts only where it comes first

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many hostile cases were fired at the service, and how many went wrong."""
    stats = terminalreporter.stats
    fired = {
        outcome: [dict(report.user_properties) for report in stats.get(outcome, ())]
        for outcome in ("passed", "failed")
    }
    peaks = {k: [p["fired"] for p in found if "fired" in p] for k, found in fired.items()}
    if every := [*peaks["passed"], *peaks["failed"]]:
        wrong, most = len(peaks["failed"]), max(every) // 1_000_000
        terminalreporter.write_line(f"{len(every)} cases, {wrong} wrong; at most {most} MB at once")
