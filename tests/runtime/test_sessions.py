"""Sessions: made once and kept, bounded; a device is the one asked for, or a sentence."""

import time

import numpy as np
import onnx
import pytest

from app.graphs import layer_model
from app.problems import Busy, Invalid
from app.runtime.session_cache import SessionCache
from app.runtime.sessions import PROVIDERS, telling_of_memory
from tests.layers.apply import layer_of

SHAPES = {"input": (2, 3)}


def _model() -> onnx.ModelProto:
    return layer_model(layer_of("softmax").resolve(SHAPES), SHAPES)


def test_a_session_is_made_once() -> None:
    made: list[int] = []

    def build() -> onnx.ModelProto:
        made.append(1)
        return _model()

    cache = SessionCache(4)
    first, again = cache.get("key", "cpu", build), cache.get("key", "cpu", build)
    assert first is again
    assert made == [1]
    assert first.provider == PROVIDERS["cpu"]
    x = np.zeros((5, 2), np.float32)
    np.testing.assert_allclose(first.run({"input": x})["output"], np.full((5, 2), 0.5))


def test_the_one_unused_for_longest_goes() -> None:
    cache = SessionCache(2)
    kept = {name: cache.get(name, "cpu", _model) for name in "ab"}
    assert cache.get("a", "cpu", _model) is kept["a"]
    cache.get("c", "cpu", _model)
    assert len(cache) == 2
    assert cache.get("a", "cpu", _model) is kept["a"]
    assert cache.get("b", "cpu", _model) is not kept["b"]


def test_models_that_are_large_together_do_not_all_stay() -> None:
    size = len(_model().SerializeToString())
    cache = SessionCache(100, 3 * size)
    for name in "abcd":
        cache.get(name, "cpu", _model)
    assert len(cache) == 3


def test_what_is_unused_is_forgotten() -> None:
    cache = SessionCache(4)
    kept = {name: cache.get(name, "cpu", _model) for name in "ab"}
    before = time.monotonic()
    assert cache.get("a", "cpu", _model) is kept["a"]
    assert cache.forget(before)
    assert len(cache) == 1
    assert not cache.forget(before)
    assert cache.get("a", "cpu", _model) is kept["a"]
    assert cache.get("b", "cpu", _model) is not kept["b"]
    assert cache.forget(time.monotonic())
    assert len(cache) == 0


def test_where_a_device_cannot_the_processor_may() -> None:
    cache = SessionCache(4)
    with pytest.raises(Invalid, match="cannot run this"):
        cache.get("key", "cuda", _model)
    session = cache.get("key", "cuda", _model, or_cpu=True)
    assert session.device == "cpu"
    assert cache.get("key", "cuda", _model, or_cpu=True) is session
    with pytest.raises(Invalid, match="cannot run this"):
        cache.get("key", "cuda", _model)


def test_few_sessions_are_kept_on_another_device() -> None:
    cache = SessionCache(100)
    cache.get("first", "cpu", _model)
    kept = [cache.get(n, "cuda", _model, or_cpu=True) for n in range(33)]
    assert len(cache) == 33
    assert cache.get(32, "cuda", _model, or_cpu=True) is kept[32]
    assert cache.get(0, "cuda", _model, or_cpu=True) is not kept[0]


def test_full_memory_of_a_device_is_told() -> None:
    with pytest.raises(Busy, match="'cuda' has no memory left"), telling_of_memory("cuda"):
        raise RuntimeError("Failed to allocate memory for requested buffer of size 268435456")
    with pytest.raises(RuntimeError, match="no such kernel"), telling_of_memory("cuda"):
        raise RuntimeError("no such kernel")
    with pytest.raises(RuntimeError, match="Failed to allocate"), telling_of_memory("cpu"):
        raise RuntimeError("Failed to allocate memory")
