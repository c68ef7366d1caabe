"""A run is weighed before it is made: exact sizes against the limits, nothing allocated."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from app.problems import Invalid, TooLarge
from app.runs import _kept, kept_plan, make_plan, run_plan
from app.runtime.session_cache import SessionCache
from app.settings import Limits
from tests.layers.apply import layer_of

LIMITS = Limits()
HUGE: list[tuple[str, dict[str, Any], dict[str, tuple[int, ...]]]] = [
    ("conv", {"out_channels": 65536, "kernel_size": 1}, {"input": (1, 1, 4096, 4096)}),
    ("conv", {"out_channels": 1, "kernel_size": 1, "padding": 2**31 - 1}, {"input": (8, 8)}),
    ("conv", {"out_channels": 65536, "kernel_size": 1000, "padding": 1000}, {"input": (8, 8)}),
    ("conv", {"out_channels": 64, "kernel_size": 255, "padding": 127}, {"input": (3, 1000, 1000)}),
    ("dense", {"out_features": 1_048_576}, {"input": (1, 16_000_000)}),
]


@pytest.mark.parametrize(("family", "parameters", "shapes"), HUGE)
def test_what_would_be_too_large_is_refused_before_anything_is_made(
    family: str, parameters: dict[str, Any], shapes: dict[str, tuple[int, ...]]
) -> None:
    layer = layer_of(family, **parameters)
    tracemalloc.start()
    with pytest.raises(TooLarge) as refused:
        make_plan(layer, shapes, LIMITS)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    assert refused.value.status == 413


def test_a_layer_with_long_lists_is_not_kept() -> None:
    """A hundred of them took 1.9 GB, for good."""
    _kept.cache_clear()
    for names, kept in ((["box"] * 2, 1), (["box"] * 20_000, 1), (["box"] * 3, 2)):
        kept_plan(layer_of("conv", kernel=names, padding=1), {"input": (1, 1, 1, 1)}, LIMITS)
        assert _kept.cache_info().currsize == kept


def test_zero_and_minus_zero_are_two_parameters() -> None:
    x, sessions = {"input": np.ones((1, 1, 1, 1), np.float32)}, SessionCache(8)
    for value in (0.0, -0.0, 0.0, -0.0):
        layer = layer_of("pad", padding=[1, 0, 0, 0], value=value)
        plan = kept_plan(layer, {"input": (1, 1, 1, 1)}, LIMITS)
        found = run_plan(plan, x, "cpu", sessions).outputs["output"]
        assert str(plan.told["params"]["value"]) == str(value)
        assert np.signbit(found.reshape(-1)[0]) == np.signbit(value)


def test_each_limit_has_its_sentence() -> None:
    layer, shapes = layer_of("conv", out_channels=2, kernel_size=1), {"input": (1, 1, 4, 4)}
    with pytest.raises(TooLarge, match="the output would have 32 elements; at most 31 can be"):
        make_plan(layer, shapes, Limits(output_elements=31))
    with pytest.raises(TooLarge, match="32 multiply-accumulates; at most 31 can be"):
        make_plan(layer, shapes, Limits(macs=31))
    with pytest.raises(TooLarge, match="bytes of working memory; at most 100 can be"):
        make_plan(layer, shapes, Limits(working_bytes=100))
    assert make_plan(layer, shapes, Limits(output_elements=32, macs=32)).cost.macs == 32


@pytest.mark.parametrize("family", ["conv", "activation", "pooling", "dense", "softmax"])
def test_the_input_must_be_there(family: str) -> None:
    layer = layer_of(family, {"activation": "relu", "pooling": "max"}.get(family, ""))
    with pytest.raises(Invalid, match="the tensor 'input' is missing"):
        make_plan(layer, {}, LIMITS)
