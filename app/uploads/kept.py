"""Models held for those who know their names: files in one folder that all workers share."""

import contextlib
import os
import re
import secrets
from pathlib import Path

from app.kept_files import KeptFiles
from app.problems import Busy, TooLarge
from app.settings import Limits

_PREFIX = "own-"
_NAME = re.compile(r"own-[A-Za-z0-9_-]{32}")


def is_given(name: str) -> bool:
    """Tell whether a name is such as a model that was sent is given."""
    return _NAME.fullmatch(name) is not None


class KeptModels:
    """A bounded, expiring folder of models by unguessable names.

    Args:
        folder: shared by the workers; made if missing.
        limits: `models_bytes` and `model_seconds`.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._files = KeptFiles(folder, limits.models_bytes, limits.model_seconds)

    def put(self, data: bytes) -> str:
        """Keep a file and return its name.

        Raises:
            TooLarge: it alone has more bytes than all may have.
            Busy: it cannot be written just now.
        """
        if len(data) > self._files.most:
            raise TooLarge(
                "this model has {size} bytes; at most {most} can be",
                size=len(data),
                most=self._files.most,
            )
        name = _PREFIX + secrets.token_urlsafe(24)
        self.put_as(name, data)
        return name

    def put_as(self, name: str, data: bytes) -> None:
        """Keep a file under a name that `put` gave.

        Raises:
            Busy: it cannot be written just now.
        """
        try:
            self._files.put(name, data)
        except OSError:
            raise Busy("there is no room for a model just now") from None

    def find(self, name: str) -> Path | None:
        """Return the file of a name, None where there is none, or not any more.

        The name is compared with those that are there; it never becomes a path.
        """
        if not is_given(name):
            return None
        with contextlib.suppress(OSError):
            with os.scandir(self._files.folder) as entries:
                found = [e for e in entries if e.name == name and self._files.is_fresh(e.stat())]
            for entry in found:
                os.utime(entry.path)
                return Path(entry.path)
        return None

    def drop(self, name: str) -> None:
        """Forget a model."""
        path = self.find(name)
        if path is not None:
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what is too old."""
        with contextlib.suppress(OSError):
            self._files.make_room(0)
