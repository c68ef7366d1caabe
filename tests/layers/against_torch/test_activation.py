"""Every function, its fields drawn from their sliders and a little beyond."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from app import forms
from app.layers import FAMILIES
from app.layers.base import Layer
from tests.layers.against_torch.trial import assert_agree, numbers, ours, theirs

FUNCTIONS = FAMILIES["activation"].variants
SHAPES = st.lists(st.integers(1, 4), max_size=4)
# PyTorch's own spelling, where it is not the tag.
CALLS = {"log_sigmoid": F.logsigmoid, "sigmoid": torch.sigmoid, "tanh": torch.tanh}

every_function = pytest.mark.parametrize("tag", FUNCTIONS)


def parameters(kind: type[Layer]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw each field within its slider, below it, at 0, or from its choices."""
    drawn: dict[str, st.SearchStrategy[Any]] = {}
    for field in forms.fields(kind, str):
        if field["choices"]:
            drawn[field["name"]] = st.sampled_from([c["value"] for c in field["choices"]])
        else:
            low, high, _ = field["slider"]
            within = st.floats(low, high).map(lambda v: float(np.float32(v)))
            drawn[field["name"]] = within | st.sampled_from([0.0, -1.5])
    return st.fixed_dictionaries({}, optional=drawn)


def assert_like_pytorch(tag: str, asked: Mapping[str, Any], shape: list[int]) -> None:
    x = np.asarray(4 * numbers(*shape), np.float32)
    call = CALLS.get(tag) or getattr(F, tag)
    weight = {"weight": numbers(1)} if "weight" in _tensors(tag) else {}
    mine = ours("activation", asked, {"input": x, **weight}, tag)
    known = FUNCTIONS[tag]().model_dump() | dict(asked)
    assert_agree(mine, theirs(call, x, *weight.values(), **known))


def _tensors(tag: str) -> list[str]:
    return [spec.name for spec in FUNCTIONS[tag].inputs]


@every_function
@given(st.data(), SHAPES | st.lists(st.integers(1, 2), min_size=5, max_size=6))
def test_values(tag: str, data: st.DataObject, shape: list[int]) -> None:
    assert_like_pytorch(tag, data.draw(parameters(FUNCTIONS[tag])), shape)


@every_function
def test_an_empty_batch(tag: str) -> None:
    assert_like_pytorch(tag, {}, [0, 2, 3])


@every_function
@given(st.data())
def test_derivative(tag: str, data: st.DataObject) -> None:
    """The one that is plotted is autograd's, at kinks too."""
    layer = FUNCTIONS[tag].model_validate(_valid(tag, data))
    x = np.concatenate([np.linspace(-8, 8, 161), _kinks(layer)])
    at = torch.from_numpy(x).requires_grad_()
    call = CALLS.get(tag) or getattr(F, tag)
    weight = [torch.tensor([0.25], dtype=torch.float64)] if "weight" in _tensors(tag) else []
    call(at, *weight, **layer.model_dump()).sum().backward()
    assert at.grad is not None
    with np.errstate(all="ignore"):
        mine = layer.derivative(x)  # type: ignore[attr-defined]
    np.testing.assert_allclose(mine, at.grad.numpy(), 1e-6, 1e-9, err_msg=repr(layer))


def _valid(tag: str, data: st.DataObject) -> dict[str, Any]:
    """Draw parameters that the function takes and that have a slope."""
    drawn: dict[str, Any] = data.draw(parameters(FUNCTIONS[tag]))
    for name, other in (("alpha", 1.0), ("beta", 1.0)):
        if name in drawn and abs(drawn[name]) < 0.05:
            drawn[name] = other
    if drawn.get("min_val", -1.0) > drawn.get("max_val", 1.0):
        drawn = {}
    return drawn


def _kinks(layer: Layer) -> list[float]:
    """Return where a function may bend: 0, round numbers, and its own parameters."""
    own = [v for v in layer.model_dump().values() if isinstance(v, float)]
    return [0.0, -3.0, 3.0, 6.0, *own]


PRELU_SHAPES = [(5,), (2, 3), (2, 3, 4), (0, 3, 2), (1, 1), ()]


@given(st.sampled_from(PRELU_SHAPES), st.none() | st.integers(1, 4))
def test_slopes_for_each_channel(shape: tuple[int, ...], count: int | None) -> None:
    weight = np.array(0.5, np.float32) if count is None else numbers(count)
    tensors = {"input": numbers(*shape), "weight": weight}
    mine = ours("activation", {}, tensors, "prelu")
    assert_agree(mine, theirs(F.prelu, tensors["input"], weight))


def test_slopes_are_of_one_axis() -> None:
    tensors = {"input": numbers(2, 3), "weight": numbers(3, 1)}
    assert ours("activation", {}, tensors, "prelu") is None
