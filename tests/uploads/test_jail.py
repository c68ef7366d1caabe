"""What a model's process may take, held by the system whatever runs in it."""

import contextlib
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from app.problems import Problem
from app.settings import MIB, ROOT
from app.uploads.host import Host
from app.uploads.sent import Sent
from tests.uploads.made import HOSTILE
from tests.uploads.test_host import ALLOWED


def _in_jail(
    code: str, memory: int = 512 * MIB, seconds: float = 0
) -> subprocess.CompletedProcess[str]:
    """Run a program as a model's process begins."""
    begin = (
        "from app.uploads.jail import Jail, allow_seconds\n"
        f"Jail({memory}, 60).close()\nallow_seconds({seconds})\n"
    )
    return subprocess.run(
        [sys.executable, "-c", begin + code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_memory_ends_where_it_is_said() -> None:
    done = _in_jail("data = bytearray(1 << 30)")
    assert "MemoryError" in done.stderr
    assert _in_jail("data = bytearray(1 << 28); print(len(data))").stdout == f"{1 << 28}\n"


def test_time_ends_the_process_in_the_middle_of_anything() -> None:
    began = time.monotonic()
    done = _in_jail("import numpy as np\nx = np.ones((3000, 3000))\nwhile True: x @ x", seconds=0.5)
    assert done.returncode < 0
    assert time.monotonic() - began < 30


def test_no_file_is_written(tmp_path: Path) -> None:
    target = tmp_path / "file"
    done = _in_jail(f"with open({str(target)!r}, 'w') as file: file.write('x')")
    assert done.returncode != 0
    assert not target.exists() or target.read_bytes() == b""


@pytest.mark.parametrize("name", ["terabyte", "doubling constants", "slow constants"])
def test_no_process_takes_more_than_it_may(tmp_path: Path, name: str) -> None:
    path, made = tmp_path / "model", HOSTILE[name][0]()
    path.write_bytes(Sent({}, [], None, {}, made.SerializeToString()).packed())
    host, seen = Host(path, ALLOWED), [0]
    watching = threading.Thread(target=_watch, args=(host, seen))
    watching.start()
    with pytest.raises(Problem):
        host.ask("facts")
    host.close()
    watching.join()
    assert 0 < max(seen) < ALLOWED.memory + 256 * MIB, (
        "the limit, and what the libraries' files take"
    )


def _watch(host: Host, seen: list[int]) -> None:
    """Note the most memory that the process had, as the system counts it, until it is gone."""
    with contextlib.suppress(OSError, IndexError):
        while True:
            status = Path(f"/proc/{host.pid}/status").read_text()
            seen.append(int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024)
            time.sleep(0.01)
