"""The strict .npy reader, NumPy's own reader and writer the oracle."""

import io
import struct
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.lib import format as npy_format

from app.layers.base import Array
from app.problems import Invalid, Problem, TooLarge, Unreadable, UnsupportedMedia
from app.settings import Limits
from app.tensors.npy import read_npy, write_npy

LIMITS = Limits()
KINDS = ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]


def saved(array: npt.ArrayLike, version: tuple[int, int] = (1, 0)) -> bytes:
    with io.BytesIO() as out:
        npy_format.write_array(out, np.asanyarray(array), version=version)
        return out.getvalue()


def written(header: str, data: bytes = b"", major: int = 1) -> bytes:
    """Build a file by hand, whatever its header says."""
    size = struct.pack("<H" if major == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([major, 0]) + size + header.encode("latin-1") + data


def header(
    descr: str = "'<f4'", fortran: str = "False", shape: str = "(2,)", more: str = ""
) -> str:
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, {more}}}\n"


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", "<>")
def test_every_real_type_in_every_version(version: tuple[int, int], kind: str, order: str) -> None:
    array = np.array([[0, 1, 2], [1, 0, 1]]).astype(order + kind)
    found = read_npy(saved(array, version), LIMITS)
    assert found.array.dtype == np.float32
    assert found.array.dtype.isnative
    np.testing.assert_array_equal(found.array, array.astype(np.float32))
    name = array.dtype.newbyteorder("=").name
    said = [] if name == "float32" else [f"{name} became float32"]
    assert [m.say(str) for m in found.conversions] == said


@pytest.mark.parametrize("shape", [(), (1,), (0,), (0, 3), (2, 3), (2, 1, 3, 1, 2)])
@pytest.mark.parametrize("fortran", [False, True])
def test_every_shape_in_both_orders(shape: tuple[int, ...], fortran: bool) -> None:
    array = np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape)
    array = np.asfortranarray(array).reshape(shape) if fortran else array
    found = read_npy(saved(array), LIMITS).array
    assert found.shape == shape
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, array)


@given(hnp.arrays(np.float32, hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4)))
def test_what_is_written_numpy_reads_back(array: Array) -> None:
    data = write_npy(array)
    again = np.load(io.BytesIO(data), allow_pickle=False)
    assert again.dtype == array.dtype
    np.testing.assert_array_equal(again, array)
    np.testing.assert_array_equal(read_npy(data, LIMITS).array, array)


@pytest.mark.parametrize("dtype", ["int64", "uint8", ">f8", "bool"])
def test_other_types_are_written_too(dtype: str) -> None:
    array = np.arange(6).reshape(2, 3).astype(dtype)
    np.testing.assert_array_equal(np.load(io.BytesIO(write_npy(array))), array)


def test_numbers_begin_at_a_multiple_of_64() -> None:
    for count in range(1, 200, 7):
        data = write_npy(np.zeros((count,) * 3, np.uint8))
        assert (len(data) - count**3) % 64 == 0


def test_nan_and_infinity_come_through() -> None:
    array = np.array([np.nan, np.inf, -np.inf, -0.0], np.float32)
    np.testing.assert_array_equal(read_npy(saved(array), LIMITS).array, array)


def test_float32_is_not_copied() -> None:
    data = saved(np.arange(6, dtype="<f4"))
    assert np.shares_memory(read_npy(data, LIMITS).array, np.frombuffer(data, np.uint8))


@pytest.mark.parametrize(
    "array",
    [
        np.array([1 + 2j]),
        np.array(["text"]),
        np.array([b"bytes"]),
        np.array(["2026-01-01"], "M8[D]"),
        np.array([1], "m8[s]"),
        np.array([(1, 2.0)], [("a", "i4"), ("b", "f4")]),
    ],
    ids=["complex", "text", "bytes", "date", "span", "record"],
)
def test_what_is_no_real_number_is_refused(array: Array) -> None:
    with pytest.raises(UnsupportedMedia):
        read_npy(saved(array), LIMITS)


@pytest.mark.parametrize("kind", ["<f8", ">f8", np.longdouble])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("number", [1e300, -1e39, 3.4028235677973366e38])
def test_a_number_past_float32_names_its_place_as_in_json(
    kind: Any, order: Any, number: float
) -> None:
    array = np.array([[np.inf, np.nan, 3e38], [0, number, 1e300]], kind, order=order)
    with pytest.raises(Invalid, match=r"^the number at \[1, 1\] is too large for float32"):
        read_npy(saved(array), LIMITS)


def test_what_rounds_to_the_largest_float32_and_infinities_are_taken() -> None:
    largest = float(np.finfo(np.float32).max)
    array = np.array([np.nextafter(3.4028235677973366e38, 0), -largest, np.inf, -np.inf, np.nan])
    found = read_npy(saved(array), LIMITS).array
    assert found.tolist()[:4] == [largest, -largest, np.inf, -np.inf]
    assert np.isnan(found[4])


def test_objects_are_refused_and_not_unpickled() -> None:
    """The pickle in it would fail the test, were it opened."""
    bomb = b"cbuiltins\nexec\n(S'raise SystemExit'\ntR."
    with pytest.raises(UnsupportedMedia):
        read_npy(written(header("'|O'", shape="(1,)"), bomb), LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        header(shape="(3,)"),
        header(shape="(1,)"),
        header(shape="()"),
        header(shape="(2, 2)"),
        header("'<f8'"),
        header("'<f3'"),
        header("'<i5'"),
        header(shape="[2]"),
        header(shape="(-2,)"),
        header(shape="(True, 2)"),
        header(shape="(2.0,)"),
        header(shape="2"),
        header(fortran="0"),
        header(fortran="None"),
        header("None"),
        header("4"),
        header(more="'extra': 1"),
        header().replace("'fortran_order': False, ", ""),
        header().replace("descr", "dtype"),
        "[]",
        "",
        "   \n",
        "{",
        "{'descr': __import__('os')}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} or 1",
        "(" * 3000,
        "{" * 3000,
        "-" * 4000 + "1",
        "\x00" * 64,
    ],
)  # fmt: skip
@pytest.mark.parametrize("major", [1, 2, 3])
def test_a_header_that_lies_or_says_nothing_is_refused(text: str, major: int) -> None:
    with pytest.raises(Unreadable) as refused:
        read_npy(written(text, bytes(8), major), LIMITS)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize(
    "shape",
    ["(4294967296, 4294967296)", "(99999999999999999999999999,)", "(0, 99999999999999999999)",
     "(0, 4611686018427387904, 4611686018427387904)", "(1,) * 9", "(16777217,)",
     "(" + "9" * 4000 + ",)"],
    ids=range(7),
)  # fmt: skip
def test_a_shape_past_the_limits_is_refused_before_anything_is_made(shape: str) -> None:
    with pytest.raises((TooLarge, Unreadable)) as refused:
        read_npy(written(header(shape=shape)), LIMITS)
    assert len(str(refused.value)) < 400


def test_the_limits_are_the_settings() -> None:
    small = Limits(elements=6)
    assert read_npy(saved(np.zeros((2, 3))), small).array.size == 6
    with pytest.raises(TooLarge, match="a tensor of 7 elements; at most 6 can be"):
        read_npy(saved(np.zeros(7)), small)
    with pytest.raises(TooLarge, match="a tensor of 9 axes; at most 8 can be"):
        read_npy(saved(np.zeros((1,) * 9)), small)


@given(st.integers(0, 200), st.sampled_from([1, 2, 3]))
def test_a_file_cut_short_anywhere_is_refused(length: int, major: int) -> None:
    data = saved(np.arange(6, dtype="<f4"), (major, 0))
    with pytest.raises(Unreadable):
        read_npy(data[: min(length, len(data) - 1)], LIMITS)


def test_bytes_after_the_numbers_are_refused() -> None:
    with pytest.raises(Unreadable, match="8 bytes, but 9 follow it"):
        read_npy(written(header(), bytes(9)), LIMITS)


@pytest.mark.parametrize(("major", "minor"), [(0, 0), (4, 0), (255, 0), (1, 92), (3, 1)])
def test_an_unknown_version_is_refused(major: int, minor: int) -> None:
    file = bytearray(written(header(), bytes(8), major))
    file[7] = minor
    with pytest.raises(Unreadable, match=rf"version {major}\.{minor} of"):
        read_npy(bytes(file), LIMITS)


@pytest.mark.parametrize("more", ["\x1d", "\x0b", "\x85", "\xa0"])
@pytest.mark.parametrize("place", ["front", "end"])
def test_what_is_blank_to_no_other_reader_is_not_skipped(more: str, place: str) -> None:
    said = more + header() if place == "front" else header() + more
    with pytest.raises(ValueError):  # noqa: PT011 - NumPy's own words
        np.load(io.BytesIO(written(said, bytes(8))))
    with pytest.raises(Unreadable):
        read_npy(written(said, bytes(8)), LIMITS)


@given(st.binary(max_size=400))
def test_noise_is_a_problem_never_a_crash(noise: bytes) -> None:
    for data in (noise, b"\x93NUMPY\x01\x00" + noise, written(noise.decode("latin-1"), bytes(8))):
        with suppress(Problem):
            read_npy(data, LIMITS)
