"""Pad: every mode and rank, sides that add and sides that cut, as PyTorch has it."""

from typing import Any

import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st

from app.layers.base import Array
from tests.layers.against_torch.trial import Outcome, assert_agree, numbers, ours, theirs

MODES = st.sampled_from(["reflect", "replicate", "circular"])


def _assert_agree(mine: Outcome, other: Outcome) -> None:
    """Where a cut leaves nothing of the first axis, PyTorch goes on; the contract refuses it."""
    assert_agree(mine, None if mine is None and other and 0 in other[0].shape else other)


def _wraps_nothing(shape: list[int], padding: list[int]) -> bool:
    """Tell whether the cuts leave nothing to go round; PyTorch then gives what lay in memory."""
    sides = zip(reversed(shape), padding[::2], padding[1::2], strict=False)
    return any(n + min(begin, 0) + min(end, 0) < 1 for n, begin, end in sides)


def _both(x: Array, padding: list[int], **more: Any) -> tuple[Outcome, Outcome]:
    mine = ours("pad", {"padding": padding, **more}, {"input": x})
    return mine, theirs(F.pad, x, pad=padding, **more)


@given(
    st.lists(st.integers(1, 4), max_size=5),
    st.lists(st.integers(-3, 3), max_size=11),
    st.sampled_from([0.0, -1.5, 7.0]),
)
def test_one_number_around(shape: list[int], padding: list[int], value: float) -> None:
    _assert_agree(*_both(numbers(*shape), padding, value=value))


@given(st.integers(1, 5), st.integers(0, 4), MODES, st.data())
def test_what_stands_in_the_input(rank: int, axes: int, mode: str, data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(1, 5), min_size=rank, max_size=rank))
    padding = data.draw(st.lists(st.integers(-3, 5), min_size=2 * axes, max_size=2 * axes))
    assume(mode != "circular" or not _wraps_nothing(shape, padding))
    _assert_agree(*_both(numbers(*shape), padding, mode=mode))


@given(st.integers(1, 3), MODES, st.booleans(), st.data())
def test_what_fits(axes: int, mode: str, batched: bool, data: st.DataObject) -> None:
    """The same, where the rank is right and the sides are small: nearly all of it is taken."""
    size = data.draw(st.lists(st.integers(3, 5), min_size=axes, max_size=axes))
    padding = data.draw(st.lists(st.integers(-1, 2), min_size=2 * axes, max_size=2 * axes))
    _assert_agree(*_both(numbers(*(2, 3)[: 1 + batched], *size), padding, mode=mode))


@given(st.integers(1, 3), MODES | st.just("constant"), st.data())
def test_an_empty_batch(axes: int, mode: str, data: st.DataObject) -> None:
    size = data.draw(st.lists(st.integers(3, 5), min_size=axes, max_size=axes))
    padding = data.draw(st.lists(st.integers(-1, 2), min_size=2 * axes, max_size=2 * axes))
    mine, other = _both(numbers(0, 2, *size), padding, mode=mode)
    assume(other is not None)
    _assert_agree(mine, other)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=5), st.integers(-2, 3))
def test_one_number_is_for_both_sides_of_the_last_two_axes(shape: list[int], side: int) -> None:
    x = numbers(*shape)
    mine = ours("pad", {"padding": side}, {"input": x})
    _assert_agree(mine, theirs(F.pad, x, pad=[side] * 4))


@given(MODES, st.sampled_from([0.0, 1.0]))
def test_a_value_is_for_constant(mode: str, value: float) -> None:
    _assert_agree(*_both(numbers(1, 2, 4), [1, 1], mode=mode, value=value))
