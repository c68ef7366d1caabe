"""Tensors held for refs: immutable .npy files in one folder that all workers of a machine share.

A file is written under a temporary name and renamed, so that a reader sees all of it or nothing.
The bounded number of bytes and the age are kept up at each write; a reader whose file is evicted
meanwhile keeps the data it has opened. If nothing can be written, there is no ref, and that is all.
"""

import contextlib
import mmap
import os
import re
import secrets
import tempfile
import time
from pathlib import Path

from app.layers.base import Array
from app.problems import TensorGone, Unreadable
from app.settings import Limits
from app.tensors.npy import read_npy, write_npy

_REF = re.compile(r"[A-Za-z0-9_-]{32}")
_PRIVATE = 0o700
_UNFINISHED = "."
# Below this, reading is quicker than mapping.
_MAPPED_FROM = 1 << 20


def default_folder() -> Path:
    """Return a folder of this user's own, in memory where the machine has such a place."""
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    return base / f"layerlab-{os.getuid() if hasattr(os, 'getuid') else 'user'}"


def _is_ours(folder: Path) -> bool:
    """Tell whether no other user made this folder first, to read what is put there."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _contents(path: Path) -> bytes | memoryview:
    """Return the bytes of a file, of a large one only the pages that will be looked at.

    A file is never changed, and what is mapped stays when it is evicted.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size < _MAPPED_FROM:
            return file.read()
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


class TensorStore:
    """A bounded, expiring cache of tensors by unguessable names.

    Args:
        folder: shared by the workers; made if missing.
        limits: `store_bytes` and `store_seconds`.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = folder, limits
        # An output may be larger than what may be sent.
        most = max(limits.elements, limits.output_elements)
        self._reading = limits.model_copy(update={"elements": most})

    def put(self, array: Array) -> str | None:
        """Hold a float32 tensor and return its ref, or None when there is no room for it."""
        data = write_npy(array)
        if len(data) > self._limits.store_bytes:
            return None
        ref = secrets.token_urlsafe(24)
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            if not _is_ours(self._folder):
                return None
            self._make_room(len(data))
            self._write(ref, data)
            return ref
        return None

    def get(self, ref: str) -> Array:
        """Return a tensor that is held.

        Raises:
            TensorGone: the ref is not known, or not any more.
        """
        if _REF.fullmatch(ref):
            path = self._folder / ref
            with contextlib.suppress(OSError, Unreadable):
                if path.stat().st_mtime >= self._oldest():
                    found = read_npy(_contents(path), self._reading).array
                    # Another worker may evict the file meanwhile; what was read stays read.
                    with contextlib.suppress(OSError):
                        os.utime(path)
                    return found
        raise TensorGone("no tensor is held under this ref; send the tensor again", loc=())

    def size(self) -> tuple[int, int]:
        """Return the bytes and the number of the files held."""
        total = number = 0
        with contextlib.suppress(OSError):
            for entry in os.scandir(self._folder):
                with contextlib.suppress(OSError):
                    if entry.is_file():
                        total += entry.stat().st_size
                        number += 1
        return total, number

    def _oldest(self) -> float:
        return time.time() - self._limits.store_seconds

    def _write(self, ref: str, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=_UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(name, self._folder / ref)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise

    def _make_room(self, needed: int) -> None:
        """Drop what is too old, then what was unused for longest, until `needed` bytes fit."""
        oldest = self._oldest()
        kept, total = [], 0
        for entry in os.scandir(self._folder):
            with contextlib.suppress(OSError):
                stat = entry.stat()
                if stat.st_mtime < oldest:
                    os.unlink(entry.path)
                    continue
                total += stat.st_size
                # One that another worker is just writing counts, but is not pulled from under it.
                if not entry.name.startswith(_UNFINISHED):
                    kept.append((stat.st_mtime, stat.st_size, entry.path))
        for _, size, path in sorted(kept):
            if total + needed <= self._limits.store_bytes:
                return
            with contextlib.suppress(OSError):
                os.unlink(path)
                total -= size
