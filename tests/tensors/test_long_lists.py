"""Long lists of numbers are read from their text as short ones are from Python's lists."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from app.problems import Invalid, Problem, TooLarge, Unreadable
from app.settings import Limits
from app.tensors import json_text
from app.tensors.json_text import read_json
from app.tensors.long_lists import LongList
from app.tensors.nested import read_nested

LIMITS = Limits()
COUNT = 20_000


def rows(count: int = COUNT, width: int = 2) -> list[list[float]]:
    return [[float(r + c) for c in range(width)] for r in range(count)]


def sentence(text: str, kind: type[Problem]) -> str:
    """Return what is said of a body whose tensor is `input`."""
    with pytest.raises(kind) as caught:
        read_nested(read_json(text.encode(), LIMITS)["input"], LIMITS)
    return str(caught.value)


@pytest.fixture
def all_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take lists as long that are not, and read them in pieces of a few characters."""
    monkeypatch.setattr(json_text, "_LONG", 1)
    monkeypatch.setattr("app.tensors.long_lists._PIECE", 40)


@pytest.mark.parametrize("shape", [(7,), (1, 1), (3, 1, 2), (2, 3, 4, 5), (1, 6, 1), (4, 0)])
@pytest.mark.parametrize("blank", ["", " ", "\n  "])
@pytest.mark.usefixtures("all_are_long")
def test_any_shape_is_read_as_numpy_has_it(shape: tuple[int, ...], blank: str) -> None:
    array = np.arange(np.prod(shape)).reshape(shape) / 7 - 1
    text = json.dumps({"before": 1, "input": array.tolist(), "after": [3]})
    for mark in "[],":
        text = text.replace(mark, blank + mark + blank)
    read = read_json(text.encode(), LIMITS)
    assert isinstance(read["input"], LongList)
    assert read["before"] == 1
    found = read_nested(read["input"], LIMITS).array
    np.testing.assert_array_equal(found, array.astype(np.float32))
    assert found.shape == shape


def test_several_lists_stand_where_they_stood() -> None:
    written: dict[str, Any] = {"stride": [1, 2], "bias": [1.5] * COUNT, "text": 'a\\"[1,2'}
    written |= {"input": {"shape": [COUNT, 2], "data": rows()}, "more": [{"weight": rows()}, "é"]}
    for indent in (None, 1):
        read = read_json(json.dumps(written, indent=indent).encode(), LIMITS)
        assert (read["stride"], read["text"], read["more"][1]) == ([1, 2], 'a\\"[1,2', "é")
        assert read_nested(read["bias"], LIMITS).array.shape == (COUNT,)
        assert isinstance(read["input"]["data"], LongList)
        for tensor in (read["input"], read["more"][0]["weight"]):
            np.testing.assert_array_equal(read_nested(tensor, LIMITS).array, rows())


def test_a_list_alone_is_long_too() -> None:
    found = read_json(b" " + json.dumps(rows()).encode() + b"\n", LIMITS)
    np.testing.assert_array_equal(read_nested(found, LIMITS).array, rows())


@pytest.mark.parametrize("key", ['"a\\\\"', '"x\\":["', '"é"', '"a b"', '":"', '","'])
@pytest.mark.usefixtures("all_are_long")
def test_what_stands_in_a_text_is_no_list(key: str) -> None:
    """Whatever the keys are, JSON is read as Python reads it."""
    for value in ('"input\\":[1, 2]"', '"[1, 2], "', '",\\"input\\":[1, 2]"', "[1, 2]"):
        text = f'{{{key}: {value}, "input": [1, 2], "last": {value}}}'
        read = read_json(text.encode(), LIMITS)
        said = {k: v.leaves() if isinstance(v, LongList) else v for k, v in read.items()}
        assert said == json.loads(text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[30.0, 31.0]", "[30.0]", "the list is ragged at [30, 0]"),
        ("[30.0, 31.0]", "[30.0, 31.0, 32.0]", "the list is ragged at [30, 1]"),
        ("[30.0, 31.0]", "7", "the list is ragged at [30]"),
        ("[30.0, 31.0]", "[]", "the list is ragged at [30, 0]"),
        ("31.0]", "null]", "null at [30, 1] is not a number"),
        ("31.0]", "true]", "true at [30, 1] is not a number"),
        ("31.0]", '"31.0"]', "text at [30, 1] is not a number"),
        ("[30.0, 31.0]", "{}", "an object at [30] is not a number"),
        ("31.0]", "1e39]", "the number at [30, 1] is too large for float32, which ends at 3.4e38"),
    ],
)
def test_names_the_place(old: str, new: str, said: str) -> None:
    text = json.dumps({"input": rows(), "padding": 1})
    assert sentence(text.replace(old, new, 1), Invalid) == said


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("30.0,", "030.0,", 0), ("30.0,", "30.,", 3), ("30.0,", ",", 0), ("30.0,", "3 0,", 2),
        ("30.0,", "nan,", 0), ("30.0,", "tru,", 0), ("30.0,", "+3,", 0),
    ],
)  # fmt: skip
def test_says_where_it_is_no_json(old: str, new: str, column: int) -> None:
    text = json.dumps({"input": rows()}).replace(", [", ",\n[")
    said = sentence(text.replace(f"[{old}", f"[{new}", 1), Unreadable)
    assert said == f"the body is not JSON: line 31, column {2 + column}"


@pytest.mark.parametrize(
    "spoiled", ["[[1], 2, [3]]", "[[1], [2], 3]", "[1, [2]]", "[[1]2]", "[[]1]", "[1[2]]", "[[1,]]",
                "[1[,2]]", "[[1,2]", "[1,2]]", "[[1][2]]", "[1 2]", "[--1]", "[[1],[]]", "[,]"],
)  # fmt: skip
@pytest.mark.usefixtures("all_are_long")
def test_nothing_is_taken_for_a_tensor_that_is_none(spoiled: str) -> None:
    with pytest.raises((Invalid, Unreadable)):
        read_nested(read_json(f'{{"input": {spoiled}}}'.encode(), LIMITS)["input"], LIMITS)


def test_what_is_wrong_behind_a_long_list_is_found_where_it_stands() -> None:
    text = json.dumps({"input": rows()}) + "\n x"
    with pytest.raises(Unreadable, match="line 2, column 2"):
        read_json(text.encode(), LIMITS)


def test_limits_hold_before_anything_is_made() -> None:
    with pytest.raises(TooLarge, match="40000 elements"):
        read_nested(read_json(json.dumps(rows()).encode(), LIMITS), Limits(elements=100))
    with pytest.raises(TooLarge, match="axes"):
        read_nested(read_json(b"[" * 40_000 + b"1" + b"]" * 40_000, LIMITS), LIMITS)
    for other in (
        b'"' + b"a" * 70_000 + b'"',
        b'{"a": [0], ' * 7000,
        b'"' * 70_000,
        b"[[" * 40_000,
    ):
        with pytest.raises((TooLarge, Unreadable)):
            read_json(other, Limits(json_other_bytes=40_000))


@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_whole_numbers_of_64_bits_are_exact(dtype: str) -> None:
    last = int(np.iinfo(dtype).max)
    numbers = [0] * COUNT + [last]
    text = json.dumps({"data": numbers, "dtype": dtype})
    assert read_nested(read_json(text.encode(), LIMITS), LIMITS).array[-1] == np.float32(last)
    if dtype == "int64":
        text = text.replace(str(last), str(last + 1))
        with pytest.raises(Invalid, match=r"at \[20000\] is no int64"):
            read_nested(read_json(text.encode(), LIMITS), LIMITS)


@given(
    npst.arrays(
        np.float32,
        npst.array_shapes(max_dims=5),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_reads_what_is_written(array: npt.NDArray[np.float32]) -> None:
    text = json.dumps(array.astype(float).tolist()).encode()
    found = read_nested(LongList(text, 0, len(text)), LIMITS).array
    np.testing.assert_array_equal(found, array)


@given(st.text(alphabet='[],01-. e\n"{}:n', max_size=30))
def test_what_it_takes_is_what_python_takes(text: str) -> None:
    """A text is read as Python reads it, or refused."""
    text = f"[{text}]"
    raw = text.encode()
    try:
        found = LongList(raw, 0, len(raw)).read(LIMITS)
    except Problem:
        return
    np.testing.assert_array_equal(found, np.array(json.loads(text), np.float64))


@pytest.mark.parametrize("first", ["[`1]", "[1, 2]", "[[1], [2, 3]]"])
@pytest.mark.usefixtures("all_are_long")
def test_a_long_list_whose_name_comes_again_is_not_left_unread(first: str) -> None:
    """What was in it would never be looked at."""
    for body in (f'{{"input": {first}, "input": [2]}}', f'{{"input": {first}, "input": 2}}'):
        with pytest.raises(Invalid, match="'input' is given twice"):
            read_json(body.encode(), LIMITS)


def test_others_are_let_in_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[float] = []
    monkeypatch.setattr("app.tensors.long_lists.time.sleep", turns.append)
    body = json.dumps([[0.5]] * 200_000).encode()
    LongList(body, 0, len(body)).read(LIMITS)
    # No more than 64 KiB of text, a few hundred microseconds, between two turns.
    assert len(turns) >= len(body) // (64 * 1024) > 20
    assert set(turns) == {0}
