"""Which build of ONNX Runtime is installed, told without importing it."""

import importlib.metadata
from collections.abc import Sequence

RUNTIMES = ("onnxruntime", "onnxruntime-gpu")

_INSTALL = """Layerlab needs one build of ONNX Runtime, and {found} installed. Install one of these:
  pip install 'layerlab[cpu]'   runs everywhere
  pip install 'layerlab[gpu]'   runs on NVIDIA cards too
"""


def installed_runtimes() -> list[str]:
    """Return the installed builds; exactly one should be, since they fill the same package."""
    names = {d.name.lower().replace("_", "-") for d in importlib.metadata.distributions()}
    return [runtime for runtime in RUNTIMES if runtime in names]


def complaint(found: Sequence[str]) -> str | None:
    """Return what to install when there is not exactly one build, else None."""
    if len(found) == 1:
        return None
    return _INSTALL.format(found="both are" if found else "none is")
