"""Flatten: any axes of any rank, as PyTorch has it."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.against_torch.trial import assert_agree, numbers, ours, theirs

SHAPES = st.lists(st.integers(1, 4), max_size=6)
DIMS = st.integers(-7, 7)


@given(SHAPES, DIMS, DIMS)
def test_axes_in_a_row(shape: list[int], start: int, end: int) -> None:
    x = numbers(*shape)
    mine = ours("flatten", {"start_dim": start, "end_dim": end}, {"input": x})
    assert_agree(mine, theirs(torch.flatten, x, start_dim=start, end_dim=end))


@given(SHAPES, st.integers(-3, 2))
def test_an_empty_batch(shape: list[int], start: int) -> None:
    x = numbers(0, 2, *shape)
    mine = ours("flatten", {"start_dim": start}, {"input": x})
    assert_agree(mine, theirs(torch.flatten, x, start_dim=start))


@given(SHAPES.filter(bool))
def test_all_but_the_batch_unless_told(shape: list[int]) -> None:
    x = numbers(*shape)
    assert_agree(ours("flatten", {}, {"input": x}), theirs(torch.nn.Flatten(), x))
