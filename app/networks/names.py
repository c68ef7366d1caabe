"""Names of nodes: those of the file as far as they can stand in an address, each one once."""

import re

from app.layers.base import INPUT

# Letters of any script may stand in one; an address writes them as bytes.
_OTHER = re.compile(r"[^\w.-]+")
_LONGEST = 80


class Names:
    """Gives every node a name of its own, which is not that of the input."""

    def __init__(self) -> None:
        self._taken: set[str] = {INPUT.name}

    def take(self, wanted: str, otherwise: str) -> str:
        """Return the wanted name, made plain; numbered where it is taken already."""
        plain = _OTHER.sub("_", wanted).strip("_.")[:_LONGEST] or otherwise.lower()
        name, number = plain, 1
        while name in self._taken:
            number += 1
            name = f"{plain}_{number}"
        self._taken.add(name)
        return name
