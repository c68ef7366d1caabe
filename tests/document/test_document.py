"""The service does what its OpenAPI document says, by thousands of requests made from it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.layers import FAMILIES
from tests.conftest import FULL
from tests.serving.server import serving

SETTINGS = Path(__file__).with_name("schemathesis.toml")
PHASES = ("examples", "coverage", "fuzzing", "stateful")
pytestmark = pytest.mark.timeout(3600 if FULL else 600)
VERBS = ("run", "plan", "explain", "export", "animate")
# Of every third layer's five routes one in the bounded run: all layers are read by the same code.
_SAMPLE = [f"{VERBS[n % len(VERBS)]}_{family}" for n, family in enumerate([*FAMILIES][::3])]


def _operations() -> list[str]:
    """Return the options that choose what is tried: all of it, or of the layers a sample."""
    if FULL:
        return []
    left_out = {f"{verb}_{family}" for verb in VERBS for family in FAMILIES} - set(_SAMPLE)
    left_out |= {"plan_chain", "export_chain"}
    return [part for name in sorted(left_out) for part in ("--exclude-operation-id", name)]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what Schemathesis tells of a run against a server of its own."""
    folder = tmp_path_factory.mktemp("document")
    written = folder / "report.json"
    with serving(store_dir=folder / "store", log="off") as server:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(SETTINGS), "run"),
                f"http://127.0.0.1:{server.port}/openapi.json",
                *("--checks", "all", "--phases", ",".join(PHASES), "--seed", "1"),
                *("--max-examples", "60" if FULL else "5", "--continue-on-failure"),
                *("--report", "json", "--report-json-path", str(written), *_operations()),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert server.is_well()
    print(done.stdout[-20_000:], done.stderr[-2000:])
    assert done.returncode == 0
    found: dict[str, Any] = json.loads(written.read_text())
    return found


def test_no_request_is_answered_otherwise_than_the_document_says(report: dict[str, Any]) -> None:
    assert report["failures"] == report["errors"] == []
    assert report["complete"]
    assert report["operations"]["skipped"] == 0
    assert report["test_cases"]["generated"] > 5000


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_was_run(report: dict[str, Any], phase: str) -> None:
    assert report["phases"][phase]["status"] == "success"


def test_nothing_is_only_refused(report: dict[str, Any]) -> None:
    """A document that no valid request could be made from would say nothing."""
    rates = report["valid_rates"]
    assert len(rates) >= len(_SAMPLE)
    refused = [
        operation
        for operation, phases in rates.items()
        if not sum(phase["accepted"] for phase in phases.values())
    ]
    assert refused == []
