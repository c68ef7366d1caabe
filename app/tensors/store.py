"""Tensors held for refs: immutable .npy files in one folder that all workers of a machine share.

If nothing can be written, there is no ref, and that is all.
"""

import contextlib
import mmap
import os
import re
import secrets
import tempfile
from functools import lru_cache
from pathlib import Path

from app.kept_files import KeptFiles
from app.layers.base import Array
from app.problems import TensorGone, Unreadable
from app.settings import Limits
from app.tensors.npy import read_npy, write_npy

_REF = re.compile(r"[A-Za-z0-9_-]{32}")
# Below this, reading is quicker than mapping.
_MAPPED_FROM = 1 << 20
# Weights are small, and the same are asked for again and again.
_KEPT, _KEPT_BYTES = 64, 64 * 1024


def default_folder() -> Path:
    """Return a folder of this user's own, in memory where the machine has such a place."""
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    return base / f"layerlab-{os.getuid()}"


def _contents(file: int, size: int) -> bytes | memoryview:
    """Return the bytes of an open file, of a large one only the pages that will be looked at.

    A file is never changed, and what is mapped stays when it is evicted.
    """
    if size < _MAPPED_FROM:
        return os.read(file, size)
    return memoryview(mmap.mmap(file, 0, access=mmap.ACCESS_READ))


class TensorStore:
    """A bounded, expiring cache of tensors by unguessable names.

    Args:
        folder: shared by the workers; made if missing.
        limits: `store_bytes` and `store_seconds`.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._files = KeptFiles(folder, limits.store_bytes, limits.store_seconds)
        # An output may be larger than what may be sent.
        most = max(limits.elements, limits.output_elements)
        self._reading = limits.model_copy(update={"elements": most})
        # What a ref names never changes; whether it is still held is asked of the folder each time.
        self._kept = lru_cache(_KEPT)(self._read)

    def put(self, array: Array) -> str | None:
        """Hold a float32 tensor and return its ref, or None when there is no room for it."""
        data = write_npy(array)
        if len(data) > self._files.most:
            return None
        ref = secrets.token_urlsafe(24)
        with contextlib.suppress(OSError):
            self._files.put(ref, data)
            return ref
        return None

    def get(self, ref: str) -> Array:
        """Return a tensor that is held.

        Raises:
            TensorGone: the ref is not known, or not any more.
        """
        if _REF.fullmatch(ref):
            size = self._files.use(ref)
            if size is not None:
                with contextlib.suppress(OSError, Unreadable):
                    return (self._read if size > _KEPT_BYTES else self._kept)(ref, size)
        raise TensorGone("no tensor is held under this ref; send the tensor again", loc=())

    def _read(self, ref: str, size: int) -> Array:
        with self._files.opened(ref) as file:
            return read_npy(_contents(file, size), self._reading).array

    def size(self) -> tuple[int, int]:
        """Return the bytes and the number of the files held."""
        return self._files.size()
