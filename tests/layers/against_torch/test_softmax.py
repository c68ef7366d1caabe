"""Softmax: any rank, any axis, any temperature, as PyTorch has it."""

import numpy as np
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from tests.layers.against_torch.trial import assert_agree, numbers, ours, theirs

SHAPES = st.lists(st.integers(1, 4), max_size=5).map(tuple)
DIMS = st.integers(-6, 6)
TEMPERATURES = st.sampled_from([1.0, 0.05, 0.5, 3.0, 1e6])


@given(SHAPES, DIMS, TEMPERATURES, st.booleans())
def test_shares(shape: tuple[int, ...], dim: int, temperature: float, log: bool) -> None:
    def softened(x: Tensor) -> Tensor:
        call = F.log_softmax if log else F.softmax
        return call(x / temperature, dim=dim)

    x = np.asarray(10 * numbers(*shape), np.float32)
    parameters = {"dim": dim, "temperature": temperature, "log": log}
    assert_agree(ours("softmax", parameters, {"input": x}), theirs(softened, x))


@given(st.integers(0, 2))
def test_an_empty_batch(dim: int) -> None:
    x = numbers(0, 2, 3)
    assert_agree(ours("softmax", {"dim": dim}, {"input": x}), theirs(F.softmax, x, dim=dim))


@given(st.floats(80, 2.0**127, width=32))
def test_large_scores_do_not_overflow(score: float) -> None:
    x = np.array([score, -score, score], np.float32)
    assert_agree(ours("softmax", {}, {"input": x}), theirs(F.softmax, x, dim=-1))
