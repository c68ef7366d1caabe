"""Tensors held for refs: bounded, expiring, unguessable, and never an error of ours."""

import os
import stat
import time
from pathlib import Path

import numpy as np
import pytest

from app.problems import TensorGone
from app.settings import Limits
from app.tensors.store import TensorStore

X = np.arange(6, dtype=np.float32).reshape(2, 3)
FILE = 128 + X.nbytes
"""Bytes of X as a file: a header of 128 at most, and its numbers."""


def store_in(
    folder: Path, store_bytes: int = 2**20, store_seconds: int = 60, elements: int = 1000
) -> TensorStore:
    limits = Limits(store_bytes=store_bytes, store_seconds=store_seconds, elements=elements)
    return TensorStore(folder, limits)


def put(store: TensorStore, value: float = 0.0) -> str:
    ref = store.put(X + np.float32(value))
    assert ref is not None
    return ref


def held(store: TensorStore, ref: str) -> bool:
    try:
        store.get(ref)
    except TensorGone:
        return False
    return True


def aged(folder: Path, ref: str, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(folder / ref, (then, then))


def test_a_tensor_comes_back_as_it_was(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    np.testing.assert_array_equal(store.get(put(store)), X)
    empty = store.put(np.zeros((0, 3), np.float32))
    assert empty is not None
    assert store.get(empty).shape == (0, 3)


def test_an_output_may_be_larger_than_what_may_be_sent(tmp_path: Path) -> None:
    store = store_in(tmp_path, elements=5)
    np.testing.assert_array_equal(store.get(put(store)), X)


def test_workers_share_a_folder(tmp_path: Path) -> None:
    one, other = store_in(tmp_path / "new" / "folder"), store_in(tmp_path / "new" / "folder")
    np.testing.assert_array_equal(other.get(put(one)), X)


def test_a_ref_says_nothing_of_the_content(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    refs = [put(store) for _ in range(50)]
    assert len(set(refs)) == 50
    assert {len(ref) for ref in refs} == {32}
    assert len({ref[:4] for ref in refs}) > 45


def test_others_on_the_machine_cannot_look(tmp_path: Path) -> None:
    put(store_in(tmp_path / "own"))
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o700
    for file in (tmp_path / "own").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "ref",
    ["", "x", "x" * 32, "../" * 10 + "ab", "/etc/passwd" + "a" * 21, "x" * 31 + "\n", "x" * 33,
     "." * 32, "x" * 31 + "\0", "é" * 32, "\ud800" * 32],
)  # fmt: skip
def test_an_unknown_ref_is_gone(tmp_path: Path, ref: str) -> None:
    with pytest.raises(TensorGone):
        store_in(tmp_path).get(ref)


def test_a_file_that_is_no_tensor_is_gone(tmp_path: Path) -> None:
    (tmp_path / ("a" * 32)).write_bytes(b"not a tensor")
    with pytest.raises(TensorGone):
        store_in(tmp_path).get("a" * 32)


def test_bytes_are_bounded_and_the_one_unused_for_longest_goes(tmp_path: Path) -> None:
    store = store_in(tmp_path, store_bytes=3 * FILE)
    first, second, third = (put(store, n) for n in range(3))
    for age, ref in ((30, first), (20, second), (10, third)):
        aged(tmp_path, ref, age)
    store.get(first)
    fourth = put(store, 3)
    assert [held(store, ref) for ref in (first, second, third, fourth)] == [True, False, True, True]
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 3 * FILE


def test_what_was_read_a_moment_ago_is_not_dropped_before_what_was_not(tmp_path: Path) -> None:
    store = store_in(tmp_path, store_bytes=2 * FILE)
    first, second = put(store, 1), put(store, 2)
    time.sleep(0.02)  # the system's clock of files ticks every few milliseconds
    store.get(first)
    third = put(store, 3)
    assert [held(store, ref) for ref in (first, second, third)] == [True, False, True]


def test_a_tensor_larger_than_the_store_gets_no_ref(tmp_path: Path) -> None:
    store = store_in(tmp_path, store_bytes=FILE)
    kept = put(store)
    assert store.put(np.zeros(1000, np.float32)) is None
    assert held(store, kept)


def test_what_is_unused_for_too_long_expires(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    old, used = put(store), put(store)
    aged(tmp_path, old, 61)
    aged(tmp_path, used, 50)
    assert not held(store, old)
    assert held(store, used)
    aged(tmp_path, used, 61)
    put(store)
    assert not (tmp_path / used).exists(), "writing sweeps what is too old"


def test_reading_keeps_a_tensor_alive(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    ref = put(store)
    aged(tmp_path, ref, 50)
    store.get(ref)
    assert time.time() - (tmp_path / ref).stat().st_mtime < 10
    aged(tmp_path, ref, 0.5)
    before = (tmp_path / ref).stat().st_mtime
    store.get(ref)
    assert (tmp_path / ref).stat().st_mtime > before, "each use counts, also those of one second"


def test_what_was_read_here_and_dropped_by_another_is_gone(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    ref = put(store)
    assert held(store, ref)
    (tmp_path / ref).unlink()
    assert not held(store, ref)


def test_what_was_read_here_expires_all_the_same(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    ref = put(store)
    assert held(store, ref)
    aged(tmp_path, ref, 61)
    assert not held(store, ref)


def test_what_is_read_again_is_the_same_and_cannot_be_changed(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    ref = put(store, 3)
    first, again = store.get(ref), store.get(ref)
    np.testing.assert_array_equal(again, X + 3)
    assert not first.flags.writeable


def test_a_folder_that_cannot_be_made_gives_no_ref(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = store_in(tmp_path / "file" / "folder")
    assert store.put(X) is None
    with pytest.raises(TensorGone):
        store.get("a" * 32)


def test_a_disk_that_is_full_gives_no_ref_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    store = store_in(tmp_path)
    monkeypatch.setattr(os, "replace", full)
    assert store.put(X) is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_another_user_gets_nothing(tmp_path: Path) -> None:
    folder = Path("/usr")
    if os.getuid() == folder.stat().st_uid:
        folder = tmp_path / "theirs"
        folder.mkdir()
        os.chown(folder, 12345, -1)
    before = set(folder.iterdir())
    assert TensorStore(folder, Limits()).put(X) is None
    assert set(folder.iterdir()) == before


def test_a_large_tensor_is_looked_at_where_it_lies_and_outlives_its_file(tmp_path: Path) -> None:
    """Only the pages that are read are loaded; what was got stays when the file is evicted."""
    store = TensorStore(tmp_path, Limits())
    array = np.arange(1 << 20, dtype=np.float32).reshape(1, 1, 1024, 1024)
    ref = store.put(array)
    assert ref is not None
    found = store.get(ref)
    (tmp_path / ref).unlink()
    np.testing.assert_array_equal(found, array)
    assert not found.flags.writeable
    with pytest.raises(TensorGone):
        store.get(ref)
