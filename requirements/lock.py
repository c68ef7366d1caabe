"""Writes requirements/lock.txt anew: what pip would install today, with all that it pulls in.

`make lock` runs it by a fresh virtual environment's Python. The file is used as constraints
(`pip install -c`), so one list serves every extra and every Python from 3.11 on.
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
HEADER = """\
# The exact version of everything Layerlab installs; `make lock` renews it. Constraints, not a list
# to install: `pip install -c requirements/lock.txt -e '.[cpu]'`. No hashes, since the build of
# PyTorch differs from machine to machine.
"""
# PyTorch's CUDA builds pin these themselves, and its CPU builds have none of them.
BROUGHT_BY_TORCH = ("cuda-", "nvidia-", "triton")


def resolve(*requirements: str) -> dict[str, str]:
    """The version that pip would choose for each package, with nothing installed."""
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--dry-run", "--ignore-installed"]
    answer = subprocess.run(
        [*pip, "--report", "-", *requirements], cwd=HERE.parent, check=True, stdout=subprocess.PIPE
    )
    found = [item["metadata"] for item in json.loads(answer.stdout)["install"]]
    return {item["name"].lower().replace("_", "-"): item["version"] for item in found}


def lock() -> str:
    """The text of the lock file."""
    versions = resolve(".[cpu,gpu,node,test]")
    del versions["layerlab"]
    lines = [
        # A local part such as +cpu names a build of the same version.
        f"{name}=={version.partition('+')[0]}\n"
        for name, version in sorted(versions.items())
        if not name.startswith(BROUGHT_BY_TORCH)
    ]
    return HEADER + "".join(lines)


if __name__ == "__main__":
    (HERE / "lock.txt").write_text(lock())
