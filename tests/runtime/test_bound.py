"""What is bound on a device gives what a plain run gives, and what is held there is sent once.

A run that is bound on the processor goes the same way as one on a card.
"""

import threading

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from app.graphs import IR_VERSION, OPSET, layer_model
from app.layers.base import Array
from app.runs import complete, make_plan
from app.runtime.bound import Held, run_bound
from app.runtime.sessions import load
from tests.layers.cases import CASES, LIMITS, every_case


@every_case
def test_a_bound_run_gives_what_a_plain_one_gives(number: int) -> None:
    case = CASES[number]
    sent = case.tensors()
    plan = make_plan(case.layer(), {n: v.shape for n, v in sent.items()}, LIMITS)
    session = load(layer_model(plan.layer, plan.shapes), "cpu")
    tensors, held = complete(plan, sent), Held(1 << 20)
    refs = {name: name for name in tensors if name != "input"}
    plain = session.run(tensors)
    for _ in range(2):  # the second with what the first has left
        bound = run_bound(session.runtime, "cpu", tensors, session.outputs, refs, None, held=held)
        for name, value in zip(session.outputs, bound, strict=True):
            assert value.dtype == plain[name].dtype
            np.testing.assert_array_equal(value, plain[name])


@pytest.mark.parametrize("shape", [(0, 2, 4, 4), (2, 3), ()])
def test_what_is_empty_or_not_in_one_piece_can_be_bound(shape: tuple[int, ...]) -> None:
    model = _doubling(len(shape))
    value = np.arange(np.prod(shape, dtype=int) * 2, dtype=np.float32)
    array = value.reshape(*shape, 2)[..., 1] if shape else np.asarray(3, np.float32)
    session = load(model, "cpu")
    (bound,) = run_bound(session.runtime, "cpu", {"x": array}, ("y",), {}, None)
    assert bound.shape == shape
    np.testing.assert_array_equal(bound, array + array)


def _doubling(rank: int) -> onnx.ModelProto:
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [None] * rank) for n in "xy")
    graph = helper.make_graph([helper.make_node("Add", ["x", "x"], ["y"])], "twice", [x], [y])
    opset = helper.make_opsetid("", OPSET)
    return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)


def _value(array: Array) -> ort.OrtValue:
    return ort.OrtValue.ortvalue_from_numpy(array)


def _sending(held: Held, key: str, size: int, sent: list[str]) -> ort.OrtValue:
    def send() -> ort.OrtValue:
        sent.append(key)
        return _value(np.zeros(1, np.float32))

    return held.of(key, size, send)


def test_what_is_held_is_sent_once() -> None:
    held, sent = Held(100), list[str]()
    first = _sending(held, "a", 10, sent)
    assert _sending(held, "a", 10, sent) is first
    assert sent == ["a"]
    assert held.size == 10


def test_the_one_unused_for_longest_goes() -> None:
    held, sent = Held(30), list[str]()
    for key in ("a", "b", "a", "c", "d"):  # `b` goes for `d`
        _sending(held, key, 10, sent)
    assert held.size == 30
    _sending(held, "a", 10, sent)
    _sending(held, "b", 10, sent)
    assert sent == ["a", "b", "c", "d", "b"]


def test_what_would_fill_half_of_it_does_not_stay() -> None:
    held, sent = Held(30), list[str]()
    for _ in range(2):
        _sending(held, "large", 16, sent)
    assert sent == ["large", "large"]
    assert held.size == 0


def test_threads_that_send_the_same_count_it_once() -> None:
    held, sent = Held(1000), list[str]()
    meeting = threading.Barrier(4)

    def ask() -> None:
        meeting.wait()
        for key in "abcdefgh":
            _sending(held, key, 10, sent)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held.size == 80


def test_all_can_be_dropped() -> None:
    held, sent = Held(100), list[str]()
    _sending(held, "a", 10, sent)
    held.clear()
    assert held.size == 0
    _sending(held, "a", 10, sent)
    assert sent == ["a", "a"]
