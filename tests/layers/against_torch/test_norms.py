"""The normalisations of groups: the numbers of PyTorch over many settings, and its refusals."""

from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor

from app.layers.base import Array
from tests.layers.against_torch.trial import (
    assert_agree,
    numbers,
    ours,
    theirs,
    theirs_of_any_batch,
)

SLIPS = st.sampled_from([0, 0, 0, 0, 0, 0, 1])
REST = st.lists(st.integers(1, 4), max_size=3)
EPS = st.sampled_from([1e-5, 1e-3, 0.1, 2.0])
AFFINE, KEPT = ("weight", "bias"), ("running_mean", "running_var")


def vectors(data: st.DataObject, names: set[str], *shape: int) -> dict[str, Array]:
    """Draw a tensor for each name; now and then one is too long."""
    found = {}
    for name in sorted(names):
        value = numbers(*shape[:-1], shape[-1] + data.draw(SLIPS))
        found[name] = np.abs(value) if name == KEPT[1] else value
    return found


@given(st.integers(0, 3), st.integers(1, 6), REST, st.integers(0, 6), EPS, st.data())
def test_groups_of_channels(
    batch: int, channels: int, rest: list[int], groups: int, eps: float, data: st.DataObject
) -> None:
    x = numbers(batch, channels, *rest) * 3 + 1
    sent = vectors(data, data.draw(st.sets(st.sampled_from(AFFINE))), channels)

    def norm(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
        return F.group_norm(x, groups, weight, bias, eps)

    asked = {"num_groups": groups, "eps": eps}
    given = [sent.get(name) for name in AFFINE]
    expected = theirs_of_any_batch(norm, x, *given)
    # Without any sample a group of one number is none; what is checked here is one sample more.
    assume(batch or expected is not None)
    assert_agree(ours("group_norm", asked, {"input": x, **sent}), expected)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), EPS, st.data())
def test_last_axes(shape: list[int], eps: float, data: st.DataObject) -> None:
    x = numbers(*shape) * 3 + 1
    count = data.draw(st.integers(1, len(shape)))
    wanted = [n + data.draw(SLIPS) for n in shape[-count:]]
    sent = vectors(data, data.draw(st.sets(st.sampled_from(AFFINE))), *wanted)

    def norm(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
        return F.layer_norm(x, wanted, weight, bias, eps)

    expected = theirs(norm, x, *(sent.get(name) for name in AFFINE))
    asked = {"normalized_shape": wanted, "eps": eps}
    assert_agree(ours("layer_norm", asked, {"input": x, **sent}), expected)


@given(st.integers(0, 3), st.integers(1, 4), REST, st.booleans(), EPS, st.data())
def test_each_channel_of_each_sample(
    batch: int, channels: int, rest: list[int], own: bool, eps: float, data: st.DataObject
) -> None:
    x, names = numbers(batch, channels, *rest) * 3 + 1, (*KEPT, *AFFINE)
    kept = data.draw(st.sampled_from([set(KEPT), set(KEPT), set(), {KEPT[0]}, {KEPT[1]}]))
    sent = vectors(data, kept | data.draw(st.sets(st.sampled_from(AFFINE))), channels)
    # Of no samples at all PyTorch keeps NaN; here there is nothing to keep.
    assume(batch or not (own and kept))
    asked: dict[str, Any] = {"use_input_stats": own, "eps": eps, "momentum": 0.3}

    def norm(x: Tensor, *given: Any) -> Tensor | tuple[Tensor, ...]:
        y = F.instance_norm(x, *given, **asked)
        return (y, *given[:2]) if own and given[0] is not None else y

    copies = [sent[n].copy() if n in sent else None for n in names]
    expected = theirs_of_any_batch(norm, x, *copies)
    assert_agree(ours("instance_norm", asked, {"input": x, **sent}), expected)


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.integers(0, 9),
    st.sampled_from([1e-4, 0.5, 3.0, -0.01]),
    st.sampled_from([0.75, 0.5, 2.0, -1.0, 0.0]),
    st.sampled_from([1.0, 2.0, 0.1]),
)
def test_neighbouring_channels(
    shape: list[int], size: int, alpha: float, beta: float, k: float
) -> None:
    x, asked = numbers(*shape) * 2, {"size": size, "alpha": alpha, "beta": beta, "k": k}
    expected = theirs(F.local_response_norm, x, **asked)
    assert_agree(ours("local_response_norm", asked, {"input": x}), expected)
