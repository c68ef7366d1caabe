"""Two tensors become one: as PyTorch adds, multiplies and concatenates them, or refuses to."""

from collections.abc import Callable
from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.layers.against_torch.trial import assert_agree, numbers, ours, theirs

SIZES = st.lists(st.integers(1, 3), max_size=5)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Draw two shapes that mostly can be spread over each other."""
    whole = draw(SIZES)
    one, other = (
        [draw(st.sampled_from([n, n, 1, 2])) for n in whole[draw(st.integers(0, len(whole))) :]]
        for _ in range(2)
    )
    return one, other


@given(pairs(), st.sampled_from(["add", "mul"]))
def test_number_by_number(shapes: tuple[list[int], list[int]], mode: str) -> None:
    x, other = (numbers(*shape) for shape in shapes)
    mine = ours("merge", {}, {"input": x, "other": other}, mode)
    assert_agree(mine, theirs(getattr(torch, mode), x, other))


@given(st.lists(st.integers(1, 3), min_size=1, max_size=5), st.data())
def test_one_behind_the_other(shape: list[int], data: st.DataObject) -> None:
    dim = data.draw(st.integers(-len(shape) - 1, len(shape)))
    other = list(shape)
    other[data.draw(st.integers(0, len(shape) - 1))] = data.draw(st.integers(1, 3))
    tensors = {"input": numbers(*shape), "other": numbers(*other)}
    mine = ours("merge", {"dim": dim}, tensors, "concat")
    assert_agree(mine, theirs(lambda *both: torch.cat(both, dim), *tensors.values()))


@given(st.sampled_from(["add", "mul", "concat"]), st.integers(0, 1))
def test_a_batch_without_samples(mode: str, samples: int) -> None:
    tensors = {"input": numbers(0, 2, 3), "other": numbers(samples, 2, 3)}
    mine = ours("merge", {}, tensors, mode)
    calls: dict[str, Callable[..., Any]] = {"add": torch.add, "mul": torch.mul}
    call = calls.get(mode, lambda *both: torch.cat(both, 1))
    assert_agree(mine, theirs(call, *tensors.values()))
