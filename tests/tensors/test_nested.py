"""Tensors in JSON: what is read, and the place that is named when something is wrong."""

import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.layers.base import Array
from app.problems import Invalid, Problem, TooLarge
from app.settings import Limits
from app.tensors.nested import read_nested

LIMITS = Limits()
SIDES = hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4)


@given(hnp.arrays(np.float32, SIDES, elements=st.floats(-(2.0**100), 2.0**100, width=32)))
def test_lists_as_numpy_makes_them(array: Array) -> None:
    found = read_nested(array.tolist(), LIMITS)
    assert found.array.dtype == np.float32
    assert found.conversions == ()
    # A list says nothing of the axes behind an empty one.
    np.testing.assert_array_equal(found.array, np.array(array.tolist(), np.float32))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([1, None], "null at [1] is not a number"),
        ([[1, 2], [3, "4"]], "text at [1, 1] is not a number"),
        ([[[True]]], "true at [0, 0, 0] is not a number"),
        ([0, False], "false at [1] is not a number"),
        ([1, {"a": 1}], "an object at [1] is not a number"),
        ("1", "text at [] is not a number"),
        (None, "null at [] is not a number"),
        (True, "true at [] is not a number"),
        ([[1, 2], [3]], "the list is ragged: [2] at [0], but [1] at [1]"),
        ([[1], 2], "the list is ragged: [1] at [0], but a number at [1]"),
        ([1, [2]], "the list is ragged: a number at [0], but [1] at [1]"),
        ([[[1], [2]], [[1], [2, 3]]], "the list is ragged: [1] at [0, 0], but [2] at [1, 1]"),
        ([[], [1]], "the list is ragged: [0] at [0], but [1] at [1]"),
        ([[1], []], "the list is ragged: [1] at [0], but [0] at [1]"),
        ([[1, 2], None], "null at [1] is not a number"),
        ([[1], [[2]]], "the list is ragged: a number at [0, 0], but [1] at [1, 0]"),
    ],
)
def test_names_the_place(value: object, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_nested(value, LIMITS)
    assert str(refused.value) == sentence


HUGE = [1e39, -1e39, 10**39, 10**400, -(10**5000), math.inf, 3.5e38]


@pytest.mark.parametrize("number", HUGE, ids=range(len(HUGE)))
def test_a_number_past_float32_names_its_place(number: float) -> None:
    with pytest.raises(Invalid, match=r"the number at \[0, 1\] is too large for float32"):
        read_nested([[1, number], [0, 0]], LIMITS)


def test_the_largest_float32_is_a_number() -> None:
    largest = float(np.finfo(np.float32).max)
    found = read_nested([largest, -largest, 2**64, 1e-50, 16777217], LIMITS).array
    assert found.tolist() == [largest, -largest, 2.0**64, 0.0, 16777216.0]


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_json_has_no_number_for_is_refused(number: float) -> None:
    with pytest.raises(Invalid):
        read_nested([number], LIMITS)


@pytest.mark.parametrize("value", [7, -0.5, 0])
def test_a_number_alone_has_no_axis(value: float) -> None:
    assert read_nested(value, LIMITS).array.shape == ()


def _object(**described: Any) -> Any:
    return read_nested(described, LIMITS)


def test_an_object_with_shape_and_flat_data() -> None:
    found = _object(shape=[2, 3], dtype="float32", data=[1, 2, 3, 4, 5, 6])
    assert found.array.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert found.conversions == ()


def test_data_may_be_nested_and_the_rest_left_out() -> None:
    assert _object(data=[[1], [2]]).array.shape == (2, 1)
    assert _object(data=[[1], [2]], shape=[1, 2]).array.shape == (1, 2)
    assert _object(data=5, shape=[]).array.shape == ()
    assert _object(data=[], shape=[0, 3]).array.shape == (0, 3)


def test_that_nested_data_are_of_another_shape_is_said() -> None:
    found = _object(data=[[1, 2], [3, 4], [5, 6]], shape=[2, 3], dtype="int8")
    assert found.array.tolist() == [[1, 2, 3], [4, 5, 6]]
    said = [m.say(str) for m in found.conversions]
    assert said == ["[3, 2] was taken as [2, 3]", "int8 became float32"]
    for shape, data in {(4,): [1, 2, 3, 4], (2, 2): [[1, 2], [3, 4]]}.items():
        assert _object(data=data, shape=list(shape)).conversions == ()


@pytest.mark.parametrize(
    ("dtype", "data"),
    [
        ("int8", [-128, 127]),
        ("uint8", [0, 255]),
        ("int64", [-(2**63), 2**63 - 1]),
        ("uint64", [0, 2**64 - 1]),
        ("bool", [0, 1]),
        ("float16", [0.5, 65504]),
        ("float64", [1e-50, 1e38]),
    ],
)
def test_other_types_are_converted_and_said(dtype: str, data: list[float]) -> None:
    found = _object(dtype=dtype, data=data)
    np.testing.assert_array_equal(found.array, np.array(data, dtype).astype(np.float32))
    said = [m.say(str) for m in found.conversions]
    assert said == [f"{dtype} became float32"]


@pytest.mark.parametrize(
    ("dtype", "number"),
    [
        ("int8", 128), ("int8", -129), ("int8", 0.5), ("uint8", -1), ("bool", 2), ("bool", 0.5),
        ("int64", 2**63), ("int64", -(2**63) - 2000), ("uint64", 2**64), ("uint64", -1),
        ("float16", 70000), ("float16", -1e10),
    ],
)  # fmt: skip
def test_a_number_that_is_not_of_its_type_is_refused(dtype: str, number: float) -> None:
    with pytest.raises(Invalid, match=rf"at \[1\] is no {dtype}"):
        _object(dtype=dtype, data=[0, number])


@pytest.mark.parametrize(
    "described",
    [
        {},
        {"shape": [1]},
        {"data": [1], "unknown": 1},
        {"data": [1], "dtype": "complex64"},
        {"data": [1], "dtype": "object"},
        {"data": [1], "dtype": None},
        {"data": [1], "dtype": ["int8"]},
        {"data": [1], "dtype": {}},
        {"data": [1], "shape": [2]},
        {"data": [1], "shape": [-1]},
        {"data": [1], "shape": [1.0]},
        {"data": [1], "shape": [True]},
        {"data": [1], "shape": 1},
        {"data": [1], "shape": "1"},
        {"data": [1], "shape": None},
        {"data": [], "shape": [0, 10**30]},
        {"data": [], "shape": [0, 2**62, 2**62]},
        {"data": [1], "shape": [10**30]},
        {"data": [1], "shape": [1] * 9},
        {"data": None},
        {"data": {"data": [1]}},
        {"data": [[1], [2, 3]]},
    ],
)
def test_an_object_that_describes_no_tensor_is_refused(described: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        read_nested(described, LIMITS)
    assert refused.value.status in (413, 422)
    assert len(str(refused.value)) < 400


def test_nesting_and_size_have_limits() -> None:
    deep: Any = 1
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(TooLarge, match="axes"):
        read_nested(deep, LIMITS)
    with pytest.raises(TooLarge, match="a tensor of 12 elements; at most 11 can be"):
        read_nested([[0] * 4] * 3, Limits(elements=11))


# What the JSON parser can give: it makes a float of an integer past 64 bits, and refuses NaN.
LEAVES = [
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=3),
]
JSON = st.recursive(
    st.one_of(LEAVES),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["shape", "dtype", "data", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON)
def test_anything_is_a_tensor_or_a_problem(value: Any) -> None:
    with suppress(Invalid, TooLarge):
        found = read_nested(value, LIMITS)
        assert found.array.dtype == np.float32
        assert np.isfinite(found.array).all()
