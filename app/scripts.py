"""What a page's script imports, so that a browser is told of all of it at once."""

import os.path
import re
from functools import lru_cache
from pathlib import Path

_IMPORTS = re.compile(r"""^(?:import|export)\b[^;'"]*?["'](\.{1,2}/[^"']+)["'];""", re.M)


@lru_cache
def imported(folder: Path, name: str) -> tuple[str, ...]:
    """Return the modules that a module needs, nearest first, by their names below a folder.

    Without this a browser learns of a module only when the one that imports it has come.
    """
    found = [name]
    for module in found:
        path = folder / module
        text = path.read_text() if path.is_file() else ""
        for other in _IMPORTS.findall(text):
            wanted = os.path.normpath(os.path.join(os.path.dirname(module), other))
            if wanted not in found:
                found.append(wanted)
    return tuple(found[1:])
