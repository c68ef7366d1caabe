"""Several workers at one store: what is read is whole and right, or it is gone."""

import contextlib
import multiprocessing
import time
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty

import numpy as np

from app.problems import TensorGone
from app.settings import Limits
from app.tensors.npy import write_npy
from app.tensors.store import TensorStore

_SHAPE = (64, 64)
_HELD = 6
_SECONDS = 1.0
_AT_MOST = 40.0
_WORKERS = 3


def _limits() -> Limits:
    one = len(write_npy(np.zeros(_SHAPE, np.float32)))
    return Limits(store_bytes=_HELD * one)


def _given(refs: "Queue[tuple[str, int]]", most: int) -> list[tuple[str, int]]:
    """Return what there is in the queue; never wait, for another may take the last one."""
    given: list[tuple[str, int]] = []
    with contextlib.suppress(Empty):
        while len(given) < most:
            given.append(refs.get(timeout=0.001))
    return given


def _work(folder: Path, worker: int, refs: "Queue[tuple[str, int]]", said: "Queue[str]") -> None:
    """Put tensors, read one's own and the others', and tell of anything that is not right."""
    store = TensorStore(folder, _limits())
    known: list[tuple[str, int]] = []
    read, gone, number = 0, 0, worker
    start = time.monotonic()
    # Until it has met both, however slow the machine is; the long bound is only for a fault.
    while (spent := time.monotonic() - start) < _SECONDS or not (read and gone):
        if spent > _AT_MOST:
            break
        number += _WORKERS
        ref = store.put(np.full(_SHAPE, number, np.float32))
        if ref is None:
            said.put("no ref although there is room")
            return
        refs.put((ref, number))
        known += _given(refs, 50 - len(known))
        for one, value in known[-20:]:
            try:
                found = store.get(one)
            except TensorGone:
                gone += 1
                continue
            read += 1
            if found.shape != _SHAPE or not (found == value).all():
                said.put(f"{one} holds something else")
                return
        known = known[-20:]
    said.put(f"ok {min(read, 1)} {min(gone, 1)}")


def test_eviction_while_others_read_and_write(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    refs: Queue[tuple[str, int]] = context.Queue()
    said: Queue[str] = context.Queue()
    workers = [
        context.Process(target=_work, args=(tmp_path / "s", n, refs, said)) for n in range(_WORKERS)
    ]
    for one in workers:
        one.start()
    found = [said.get(timeout=60) for _ in workers]
    refs.cancel_join_thread()
    for one in workers:
        one.kill()
        one.join()
    # Everyone has read something right and has met something that was evicted.
    assert found == ["ok 1 1"] * _WORKERS
    sizes = [path.stat().st_size for path in (tmp_path / "s").iterdir()]
    assert sum(sizes) <= _limits().store_bytes + _WORKERS * max(sizes)
