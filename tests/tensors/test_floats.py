"""A list of floats is read as one, to the last bit, and nothing else is taken for one."""

import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problems import Invalid
from app.settings import Limits
from app.tensors.floats import floats
from app.tensors.long_lists import LongList
from app.tensors.nested import read_nested

LIMITS = Limits()
ANY = st.floats(allow_nan=True, allow_infinity=True)
MANY = [number / 7 for number in range(120)]
ODD: list[Any] = [True, 1, None, "1.0", "g" * 8, "\ud800", [1.0], {"a": 1.0}, 10**400]


@given(st.lists(ANY, min_size=100, max_size=300))
def test_every_bit_is_kept(numbers: list[float]) -> None:
    found = floats(numbers)
    assert found is not None
    expected = b"".join(struct.pack("<d", number) for number in numbers)
    assert found.astype("<f8").tobytes() == expected


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("place", [0, 60, 119])
def test_a_list_with_anything_else_is_not_taken(odd: object, place: int) -> None:
    assert floats([*MANY[:place], odd, *MANY[place + 1 :]]) is None


def test_what_is_no_plain_value_is_not_taken() -> None:
    assert floats([*MANY, LongList(b"[1]", 0, 3)]) is None


def test_a_float_that_is_there_twice_counts_twice() -> None:
    one = math.pi
    found = floats([one] * 200)
    assert found is not None
    np.testing.assert_array_equal(found, np.full(200, math.pi))


@pytest.mark.parametrize("odd", [True, None, "1.0", {"a": 1.0}, [1.0]], ids=repr)
def test_it_is_refused_where_it_stands(odd: object) -> None:
    with pytest.raises(Invalid, match=r"\[60\]"):
        read_nested([*MANY[:60], odd, *MANY[61:]], LIMITS)


def test_whole_numbers_among_others_are_read() -> None:
    found = read_nested([*MANY, 3], LIMITS).array
    np.testing.assert_array_equal(found, np.array([*MANY, 3.0], np.float32))
