"""Files in one folder that all workers of a machine share: bounded in bytes, dropped with age.

A file is written under a temporary name and renamed, so that a reader sees all of it or nothing.
The bounds are kept up at each write; a reader whose file is dropped meanwhile keeps what it opened.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_PRIVATE = 0o700
_UNFINISHED = "."


class KeptFiles:
    """A bounded, expiring folder.

    Args:
        folder: made if missing.
        most: bytes of all files together.
        seconds: that a file is kept unused.
    """

    def __init__(self, folder: Path, most: int, seconds: float) -> None:
        self.folder, self.most = folder, most
        self._seconds = seconds

    def put(self, name: str, data: bytes) -> None:
        """Write a file, dropping others for it.

        Raises:
            OSError: it cannot be written, or another user made the folder, to read what is there.
        """
        self.folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        if self.folder.stat().st_uid != os.getuid():
            raise PermissionError
        self.make_room(len(data))
        handle, unfinished = tempfile.mkstemp(dir=self.folder, prefix=_UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(unfinished, self.folder / name)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(unfinished)
            raise

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[int]:
        """Open a file to be read.

        Raises:
            OSError: it is not there.
        """
        file = os.open(f"{self.folder}/{name}", os.O_RDONLY)
        try:
            yield file
        finally:
            os.close(file)

    def use(self, name: str) -> int | None:
        """Note that a file is used now; return its bytes, None where it is not there any more."""
        path = f"{self.folder}/{name}"
        try:
            found = os.stat(path)
        except OSError:
            return None
        if not self.is_fresh(found):
            return None
        with contextlib.suppress(OSError):  # another worker may drop it meanwhile
            os.utime(path)
        return found.st_size

    def is_fresh(self, found: os.stat_result) -> bool:
        """Tell whether a file was used not too long ago."""
        return found.st_mtime >= time.time() - self._seconds

    def size(self) -> tuple[int, int]:
        """Return the bytes and the number of the files held."""
        total = number = 0
        with contextlib.suppress(OSError):
            for entry in os.scandir(self.folder):
                with contextlib.suppress(OSError):
                    if entry.is_file():
                        total += entry.stat().st_size
                        number += 1
        return total, number

    def make_room(self, needed: int) -> None:
        """Drop what is too old, then what was unused for longest, until `needed` bytes fit."""
        kept, total = [], 0
        for entry in os.scandir(self.folder):
            with contextlib.suppress(OSError):
                if not entry.is_file():
                    continue
                found = entry.stat()
                if not self.is_fresh(found):
                    os.unlink(entry.path)
                    continue
                total += found.st_size
                # One that another worker is just writing counts, but is not pulled from under it.
                if not entry.name.startswith(_UNFINISHED):
                    kept.append((found.st_mtime, found.st_size, entry.path))
        for _, size, path in sorted(kept):
            if total + needed <= self.most:
                return
            with contextlib.suppress(OSError):
                os.unlink(path)
                total -= size
