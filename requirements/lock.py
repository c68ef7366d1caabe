"""Writes requirements/{cpu,gpu}.txt anew: what pip would install today, with all that it pulls in.

`make lock` runs it by a fresh virtual environment's Python. The files are used as constraints
(`pip install -c`), so each serves every Python from 3.11 on.
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
EXTRAS = {"cpu": "cpu,node,test", "gpu": "gpu,node,test-gpu"}
HEADER = """\
# The exact version of all that .[{extras}] installs; `make lock` renews it.
# Constraints, not a list to install: pip install -c requirements/{runtime}.txt -e '.[{runtime}]'
# No hashes, since the build of PyTorch differs from machine to machine.
"""
# What a CUDA build of PyTorch brings along it pins itself.
BROUGHT_BY_TORCH = ("cuda-", "nvidia-", "triton")


def resolve(requirement: str) -> dict[str, str]:
    """The version that pip would choose for each package, with nothing installed."""
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--dry-run", "--ignore-installed"]
    answer = subprocess.run(
        [*pip, "--report", "-", requirement], cwd=HERE.parent, check=True, stdout=subprocess.PIPE
    )
    found = [item["metadata"] for item in json.loads(answer.stdout)["install"]]
    return {item["name"].lower().replace("_", "-"): item["version"] for item in found}


def lock(runtime: str, extras: str) -> str:
    """The text of a lock file."""
    skipped = BROUGHT_BY_TORCH if runtime == "cpu" else ()
    lines = [
        # A local part such as +cpu names a build of the same version.
        f"{name}=={version.partition('+')[0]}\n"
        for name, version in sorted(resolve(f".[{extras}]").items())
        if name != "layerlab" and not name.startswith(skipped)
    ]
    return HEADER.format(runtime=runtime, extras=extras) + "".join(lines)


if __name__ == "__main__":
    for runtime, extras in EXTRAS.items():
        (HERE / f"{runtime}.txt").write_text(lock(runtime, extras))
