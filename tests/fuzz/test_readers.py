"""The readers on what is nearly right: seeds with bytes changed, taken out, put in, joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.readers import SEEDS, TARGETS, WORDS

NAMES = tuple(TARGETS)


@st.composite
def spoiled(draw: st.DrawFn, name: str) -> bytes:
    """Return a seed that was cut open in some places."""
    data = bytearray(draw(st.sampled_from(SEEDS[name])))
    words = st.sampled_from([word.encode() for word in WORDS[name]]) | st.binary(max_size=4)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        data[start : start + draw(st.integers(0, 4))] = draw(words)
    return bytes(data) + (draw(st.sampled_from(SEEDS[name])) if draw(st.booleans()) else b"")


@pytest.mark.parametrize("name", NAMES)
def test_the_seeds_are_read_as_others_read_them(name: str) -> None:
    for seed in SEEDS[name]:
        TARGETS[name](seed)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_whatever_comes_is_a_problem_or_the_tensor_that_others_see(
    name: str, data: st.DataObject
) -> None:
    TARGETS[name](data.draw(spoiled(name)))
    TARGETS[name](data.draw(st.binary(max_size=200)))
