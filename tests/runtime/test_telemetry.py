"""Nothing of what is run here is told to anybody."""

import os
import subprocess
import sys
from pathlib import Path

from app.settings import ROOT

_RUN = """
from app.main import create_app
from fastapi.testclient import TestClient
with TestClient(create_app()) as client:
    assert client.get("/health/ready").status_code == 200
"""


def test_onnx_runtime_tells_nobody_and_keeps_no_id(tmp_path: Path) -> None:
    """With its telemetry on it makes a folder for what is still to be sent, and for an id."""
    said = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    said.pop("ORT_DISABLE_TELEMETRY", None)
    run = subprocess.run(
        [sys.executable, "-c", _RUN], cwd=ROOT, env=said | {"HOME": str(tmp_path)},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert "telemetry" not in run.stderr.lower()
    assert list(tmp_path.rglob("*")) == []
