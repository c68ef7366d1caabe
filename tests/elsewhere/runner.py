"""Runs programs, each in a folder of its own, and keeps what they call y and the names beside it.

    python runner.py FOLDER...

A folder holds program.py, and the files that it reads; outputs.npz is written into it.
"""

import ast
import os
import runpy
import sys
from pathlib import Path

import numpy as np


def names_of(program: str) -> list[str]:
    """Return what the last statement but prints assigns to."""
    statements = [s for s in ast.parse(program).body if isinstance(s, ast.Assign)]
    (target,) = statements[-1].targets
    elements = target.elts if isinstance(target, ast.Tuple) else [target]
    return [e.id for e in elements if isinstance(e, ast.Name)]


def main() -> None:
    """Run every program; the first that fails ends it."""
    for folder in map(Path, sys.argv[1:]):
        os.chdir(folder)
        print("running", folder, flush=True)
        found = runpy.run_path("program.py")
        names = names_of(Path("program.py").read_text())
        values = {f"{i}": np.asarray(found[name]) for i, name in enumerate(names)}
        np.savez("outputs.npz", allow_pickle=False, **values)


if __name__ == "__main__":
    main()
