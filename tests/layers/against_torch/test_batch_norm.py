"""Batch normalisation: the numbers of PyTorch, in use and in training, and its refusals."""

from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor

from app.layers.base import Array
from tests.layers.against_torch.trial import assert_agree, numbers, ours, theirs_of_any_batch

NAMES = ("running_mean", "running_var", "weight", "bias")
SLIPS = st.sampled_from([0, 0, 0, 0, 0, 0, 1])
REST = st.lists(st.integers(1, 4), max_size=3)
SHARES = st.sampled_from([0.1, 0.0, 0.5, 1.0])
EPS = st.sampled_from([1e-5, 1e-3, 0.1, 2.0])


@st.composite
def vectors(draw: st.DrawFn, channels: int) -> dict[str, Array]:
    """Draw some of the four tensors of a number a channel; now and then one is too long."""
    names = draw(st.sets(st.sampled_from(NAMES[2:])))
    names |= draw(st.sampled_from([set(NAMES[:2]), set(NAMES[:2]), set(), {NAMES[0]}, {NAMES[1]}]))
    drawn = {n: numbers(channels + draw(SLIPS)) + i for i, n in enumerate(NAMES) if n in names}
    return {n: np.abs(v) if n == "running_var" else v for n, v in drawn.items()}


@given(st.integers(0, 3), st.integers(1, 4), REST, st.booleans(), SHARES, EPS, st.data())
def test_each_channel(
    batch: int,
    channels: int,
    rest: list[int],
    training: bool,
    momentum: float,
    eps: float,
    data: st.DataObject,
) -> None:
    x, sent = numbers(batch, channels, *rest) * 3 + 1, data.draw(vectors(channels))
    # Of no numbers at all PyTorch makes a mean of NaN; here there is nothing to learn from.
    assume(batch or not training)
    asked: dict[str, Any] = {"training": training, "momentum": momentum, "eps": eps}

    def norm(x: Tensor, *given: Any) -> Tensor | tuple[Tensor, ...]:
        y = F.batch_norm(x, *given, **asked)
        kept = training and given[0] is not None
        return (y, *(g for g in given[:2] if g is not None)) if kept else y

    copies = [sent[n].copy() if n in sent else None for n in NAMES]
    assert_agree(
        ours("batch_norm", asked, {"input": x, **sent}), theirs_of_any_batch(norm, x, *copies)
    )


@given(st.lists(st.integers(1, 3), max_size=1))
def test_needs_a_channel_axis(shape: list[int]) -> None:
    x, ones = numbers(*shape), np.ones(1, np.float32)
    assert ours("batch_norm", {}, {"input": x, "running_mean": ones, "running_var": ones}) is None
