"""The commands of the README do what it says, run by a shell against a real server."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.server import serving

ROOT = Path(__file__).parent.parent
_TEXT = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"^    (curl .*)$", _TEXT, re.M)
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", _TEXT, re.M | re.S)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a server that runs as long as the tests do."""
    log = tmp_path_factory.mktemp("readme") / "log"
    with serving(log, LAYERLAB_MODEL_UPLOADS="1") as address:
        yield address


def test_there_are_sixteen() -> None:
    assert len(COMMANDS) == 16


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme(command: str, url: str, tmp_path: Path) -> None:
    here = command.replace("localhost:8000", url.removeprefix("http://"))
    here = re.sub("@(static|models)", f"@{ROOT}/" + r"\1", here)
    done = subprocess.run(
        here.replace("curl ", "curl --fail -sS ", 1),
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=60,
    )
    written = [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(b"".join([done.stdout, *written])) > 40


def test_the_program_of_the_readme(url: str) -> None:
    [program] = PROGRAMS
    here = program.replace("localhost:8000", url.removeprefix("http://"))
    command = [sys.executable, "-c", here]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60, text=True)
    shares = [float(word) for word in done.stdout.strip("[]\n").split()]
    assert shares == pytest.approx([0.659, 0.242, 0.0986], abs=1e-3)
