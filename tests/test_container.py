"""The container and the packages in it: no root, nothing to write, nothing that is known unsafe."""

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from app.settings import ROOT

_DOCKERFILE = (ROOT / "Dockerfile").read_text()
# The oldest versions without a known fault that a request could use.
_FLOORS = {
    "starlette": "1.3.1", "python-multipart": "0.0.31", "pillow": "13.0", "onnxruntime": "1.32",
}  # fmt: skip
_LOCKS = {"cpu.txt": "onnxruntime", "gpu.txt": "onnxruntime-gpu"}


def _required() -> dict[str, Requirement]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    texts = [*project["dependencies"], *project["optional-dependencies"]["cpu"]]
    return {found.name: found for found in map(Requirement, texts)}


def _locked(name: str) -> dict[str, Version]:
    text = (ROOT / "requirements" / name).read_text()
    return {n: Version(v) for n, v in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.M)}


@pytest.mark.parametrize(("name", "least"), _FLOORS.items())
def test_what_reads_input_is_never_older_than_what_is_safe(name: str, least: str) -> None:
    floor = Version(re.search(r">=([\d.]+)", str(_required()[name].specifier))[1])  # type: ignore[index]
    assert floor >= Version(least)


@pytest.mark.parametrize("lock", _LOCKS)
def test_locked_versions_keep_to_it(lock: str) -> None:
    locked = _locked(lock)
    for name, requirement in _required().items():
        if name in locked:
            assert requirement.specifier.contains(locked[name]), name
    assert locked["pillow"] >= Version(_FLOORS["pillow"])
    assert _LOCKS[lock] in locked


def test_the_container_runs_as_nobody() -> None:
    last = _DOCKERFILE[_DOCKERFILE.rindex("\nFROM ") :]
    user = re.findall(r"^USER (\S+)", last, re.M)
    made = re.search(r"useradd --system --uid (\d+) --no-create-home \S+", last)
    assert made is not None
    assert int(made[1]) > 0
    assert user == [made[1]]
    # Nothing of the image belongs to it, and nothing is put there after it is.
    assert "--chown" not in last
    assert not re.search(r"^(COPY|ADD|RUN)", last[last.index("USER ") :], re.M)
    assert not re.search(r"chmod|sudo|setuid", last)
