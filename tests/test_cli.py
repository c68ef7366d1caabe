"""The command: its help, and what it says without exactly one runtime."""

import subprocess
import sys

import pytest

from app.runtime.installed import complaint, installed_runtimes
from app.serving.glibc import begin_with_glibc_told
from app.settings import Limits, Settings


def test_this_machine_has_one_runtime() -> None:
    assert complaint(installed_runtimes()) is None


@pytest.mark.parametrize(
    ("found", "said"),
    [([], "none is installed"), (["onnxruntime", "onnxruntime-gpu"], "both are installed")],
)
def test_without_one_runtime_it_says_what_to_install(found: list[str], said: str) -> None:
    told = complaint(found)
    assert told is not None
    assert said in told
    assert "layerlab[cpu]" in told
    assert "layerlab[gpu]" in told


def test_help_lists_every_setting_and_limit() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve", "--help"],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    for name in Settings.model_fields:
        assert f"LAYERLAB_{name.upper()}" in done.stdout
    for name in Limits.model_fields:
        assert f"LAYERLAB_MAX_{name.upper()}" in done.stdout


def test_a_python_that_cannot_be_started_again_serves_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GLIBC_TUNABLES", "")  # so that it is put back afterwards
    monkeypatch.delenv("GLIBC_TUNABLES")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    begin_with_glibc_told()
