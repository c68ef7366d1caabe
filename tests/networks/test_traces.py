"""Runs are kept while they are used and there is room for them, and then forgotten."""

import time

import numpy as np

from app.networks.network import names, network
from app.networks.traces import Traces


def test_a_run_is_kept_while_it_is_used() -> None:
    found, traces = network(names()[0]), Traces(1 << 26)
    first, second = (np.full(found.input_shape, n, np.float32) for n in (0.0, 0.5))
    kept, other = traces.of(found, first), traces.of(found, second)
    before = time.monotonic()
    assert traces.of(found, first) is kept
    assert traces.forget(before)
    assert not traces.forget(before)
    assert traces.of(found, first) is kept
    assert traces.of(found, second) is not other
    assert traces.forget(time.monotonic())
    assert traces.of(found, first) is not kept


def test_the_one_unused_for_longest_makes_room() -> None:
    found = network(names()[0])
    arrays = [np.full(found.input_shape, n, np.float32) for n in (0.0, 0.5)]
    size = sum(value.nbytes for value in Traces(0).of(found, arrays[0]).values.values())
    traces = Traces(size)
    kept, other = (traces.of(found, array) for array in arrays)
    assert traces.of(found, arrays[1]) is other
    assert traces.of(found, arrays[0]) is not kept


def test_what_has_no_room_is_not_kept() -> None:
    found, traces = network(names()[0]), Traces(0)
    array = np.zeros(found.input_shape, np.float32)
    assert traces.of(found, array) is not traces.of(found, array)
    assert not traces.forget(time.monotonic())
