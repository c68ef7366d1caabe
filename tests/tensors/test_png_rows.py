"""A PNG whose packed pixels end before its last row is refused, whatever its form."""

import zlib

import numpy as np
import pytest

from app.layers.base import Array
from app.problems import Unreadable
from app.settings import Limits
from app.tensors.images import HowToDecode, read_image
from tests.pngs import chunk, png_of

# By the kind of colour: its channels, and the depths that it can have.
KINDS = {
    0: (1, (1, 2, 4, 8, 16)),
    2: (3, (8, 16)),
    3: (1, (1, 2, 4, 8)),
    4: (2, (8, 16)),
    6: (4, (8, 16)),
}
FORMS = [(kind, depth) for kind, (_, depths) in KINDS.items() for depth in depths]
PASSES = [(slice(None), slice(None))], [
    (slice(0, None, 8), slice(0, None, 8)), (slice(0, None, 8), slice(4, None, 8)),
    (slice(4, None, 8), slice(0, None, 4)), (slice(0, None, 4), slice(2, None, 4)),
    (slice(2, None, 4), slice(0, None, 2)), (slice(0, None, 2), slice(1, None, 2)),
    (slice(1, None, 2), slice(0, None, 1)),
]  # fmt: skip


def _rows(samples: Array, depth: int, is_interlaced: bool) -> list[bytes]:
    """Return the rows of (H, W, C) samples as a PNG has them, each with its filter."""
    found = list[bytes]()
    for down, across in PASSES[is_interlaced]:
        for row in samples[down, across]:
            if not row.size:
                continue
            bits = (row.reshape(-1, 1) >> np.arange(depth)[::-1]) & 1
            found.append(b"\0" + np.packbits(bits.reshape(-1).astype(np.uint8)).tobytes())
    return found


def _png(size: tuple[int, int], form: tuple[int, int], is_interlaced: bool, rows: bytes) -> bytes:
    kind, depth = form
    packed = zlib.compress(rows)
    more = [chunk(b"PLTE", bytes(range(3)) * 256)] if kind == 3 else []
    # In several chunks, one of them empty.
    more += [chunk(b"IDAT", packed[:3]), chunk(b"IDAT", b"")]
    return png_of(*size, depth, kind, packed[3:], *more, passes=int(is_interlaced))


def _read(file: bytes) -> Array:
    return read_image(file, HowToDecode("RGB"), Limits()).array


@pytest.mark.parametrize("is_interlaced", [False, True])
@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("size", [(1, 1), (5, 3), (8, 9), (13, 10)], ids=str)
def test_a_picture_is_read_with_all_its_rows_and_refused_without_one(
    size: tuple[int, int], form: tuple[int, int], is_interlaced: bool
) -> None:
    shape = (size[1], size[0], KINDS[form[0]][0])
    samples = np.random.default_rng(1).integers(0, 2 ** form[1], shape)
    for is_black in (False, True):
        samples[-2:] *= not is_black
        rows = _rows(samples, form[1], is_interlaced)
        read = _read(_png(size, form, is_interlaced, b"".join(rows)))
        assert read.shape == (1, 3, size[1], size[0])
        # What comes behind the last row does no harm.
        more = _read(_png(size, form, is_interlaced, b"".join([*rows, b"more" * 50_000])))
        np.testing.assert_array_equal(more, read)
        for missing in {1, len(rows) // 2, len(rows)} - {0}:
            with pytest.raises(Unreadable, match="broken or cut short"):
                _read(_png(size, form, is_interlaced, b"".join(rows[:-missing])))


def test_rows_that_are_unpacked_in_several_pieces_are_counted_together() -> None:
    size, form = (300, 400), (2, 8)
    rows = _rows(np.zeros((400, 300, 3), np.int64), 8, is_interlaced=False)
    assert _read(_png(size, form, False, b"".join(rows))).shape == (1, 3, 400, 300)
    with pytest.raises(Unreadable):
        _read(_png(size, form, False, b"".join(rows[:-1])))
