"""Dense: what PyTorch's linear takes gives its numbers, what it refuses is refused."""

import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from app.layers.base import Array
from tests.layers.against_torch.trial import assert_agree, numbers, ours, theirs

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=5)
SLIPS = st.sampled_from([0, 0, 0, 0, 1])


def _tensors(
    x: Array, features: int, outputs: int, slips: tuple[int, int], biased: bool
) -> dict[str, Array]:
    tensors = {"input": x, "weight": numbers(outputs, features + slips[0])}
    return tensors | {"bias": numbers(outputs + slips[1])} if biased else tensors


@given(SHAPES, st.integers(0, 2), st.integers(1, 5), st.tuples(SLIPS, SLIPS), st.booleans())
def test_flattened_rows(
    rest: list[int], batch: int, outputs: int, slips: tuple[int, int], biased: bool
) -> None:
    x = numbers(batch, *rest)
    tensors = _tensors(x, x[:0].size or x.reshape(1, -1).shape[1], outputs, slips, biased)

    def flat(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        return F.linear(x.flatten(1), weight, bias)

    assert_agree(ours("dense", {}, tensors), theirs(flat, *tensors.values()))


@given(SHAPES, st.integers(1, 5), st.tuples(SLIPS, SLIPS), st.booleans())
def test_last_axis_alone(
    shape: list[int], outputs: int, slips: tuple[int, int], biased: bool
) -> None:
    tensors = _tensors(numbers(*shape), shape[-1], outputs, slips, biased)
    mine = ours("dense", {"flatten": False}, tensors)
    if mine is not None:
        assert mine[0].shape == (*shape[:-1], outputs)
    assert_agree(mine, theirs(F.linear, *tensors.values()))


@given(st.integers(1, 6), st.integers(1, 5))
def test_a_single_sample_gets_its_batch_axis(features: int, outputs: int) -> None:
    tensors = {"input": numbers(features), "weight": numbers(outputs, features)}
    (mine,) = ours("dense", {}, tensors) or []
    assert mine.shape == (1, outputs)
    assert_agree([mine], theirs(F.linear, *tensors.values()))
