"""Dropout: PyTorch's own outside training; in training its arithmetic on a mask that is told."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from app.layers.base import Array
from tests.layers.against_torch.trial import assert_agree, numbers, ours, theirs
from tests.layers.apply import applied, layer_of
from tests.layers.oracles import assert_same

SHAPES = st.lists(st.integers(1, 4), max_size=5)
SEEDS = st.integers(0, 2**63 - 1)
ROOT = Path(__file__).parents[3]
ELSEWHERE = """
import sys
from app.layers import FAMILIES
layer = FAMILIES["dropout"].first.model_validate({"training": True, "seed": 77, "p": 0.3})
sys.stdout.buffer.write(layer.generate({"input": (5, 7)})["mask"].tobytes())
"""


def mask_of(shape: tuple[int, ...], p: float, seed: int) -> tuple[Array, Array]:
    done = applied(layer_of("dropout", p=p, seed=seed, training=True), input=np.ones(shape))
    return done.tensors["mask"], done.outputs["output"]


@given(SHAPES, st.floats(-0.5, 1.5))
def test_out_of_training_nothing_happens(shape: list[int], p: float) -> None:
    x = numbers(*shape)
    other = theirs(F.dropout, x, p=p, training=False)
    assert_agree(ours("dropout", {"p": p}, {"input": x}), other)


@given(SHAPES, st.floats(0, 1), SEEDS)
def test_what_stays_grows_as_pytorch_lets_it_grow(shape: list[int], p: float, seed: int) -> None:
    """PyTorch's own draw says by how much; where, only our mask can say."""
    x = numbers(*shape)
    layer = layer_of("dropout", p=p, seed=seed, training=True)
    done = applied(layer, input=x)
    mask = done.tensors["mask"]
    assert set(np.unique(mask)) <= {0.0, 1.0}
    grown = F.dropout(torch.ones(4096, dtype=torch.float64), p).max().item()
    expected = x * mask if grown == 0 else x * mask * np.float32(grown)
    assert_same(done.outputs["output"], np.asarray(expected, np.float32))


@given(st.floats(0, 1), SEEDS)
def test_share_that_stays(p: float, seed: int) -> None:
    size = 4000
    mask, _ = mask_of((size,), p, seed)
    # Five standard deviations of a fair draw.
    assert abs(mask.mean() - (1 - p)) <= 5 * np.sqrt(p * (1 - p) / size) + 1e-9


@given(SHAPES, SEEDS)
def test_never_and_always(shape: list[int], seed: int) -> None:
    mask, y = mask_of(tuple(shape), 0.0, seed)
    assert (mask == 1).all()
    assert (y == 1).all()
    mask, y = mask_of(tuple(shape), 1.0, seed)
    assert (mask == 0).all()
    assert (y == 0).all()
    other = theirs(F.dropout, np.ones(shape, np.float32), p=1.0, training=True)
    assert_agree([y], other)


@given(st.lists(st.integers(1, 4), max_size=3), st.lists(st.integers(1, 4), max_size=3))
def test_a_mask_of_ones_own(shape: list[int], other: list[int]) -> None:
    x, mask = numbers(*shape), np.asarray(numbers(*other) > 0, np.float32)
    asked = {"training": True, "p": 0.75}
    mine = ours("dropout", asked, {"input": x, "mask": mask})
    assert_agree(mine, [np.asarray(x * mask * 4)] if shape == other else None)
    if shape == other:  # it is taken, and has no say outside training
        assert_agree(ours("dropout", {}, {"input": x, "mask": mask}), [x])


def test_an_empty_batch() -> None:
    x = numbers(0, 3)
    assert_agree(ours("dropout", {"training": True}, {"input": x}), theirs(F.dropout, x))


def test_the_seed_is_the_mask_in_another_process_too() -> None:
    run = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], cwd=ROOT, capture_output=True, check=True
    )
    mask, _ = mask_of((5, 7), 0.3, 77)
    assert run.stdout == mask.tobytes()
    assert (mask != mask_of((5, 7), 0.3, 78)[0]).any()
