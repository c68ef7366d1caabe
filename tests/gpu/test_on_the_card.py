"""Layers and chains on a CUDA device give the processor's numbers."""

from collections.abc import Mapping

import numpy as np
import pytest

from app.graphs import layer_model
from app.layers import FAMILIES
from app.layers.base import Array
from app.networks.planned import ChainPlan
from app.networks.running import run_chain
from app.runs import Run, complete, make_plan, run_plan
from app.runtime.bound import Held, run_bound
from app.runtime.devices import Work, choose_device, devices, paces
from app.runtime.session_cache import SessionCache
from app.runtime.sessions import PROVIDERS, load
from tests.layers.apply import layer_of
from tests.layers.cases import CASES, LIMITS, drawn, every_case
from tests.serving.server import serving

CUDA = "cuda"
CLOSE = 1e-3
CONV = {"out_channels": 16, "kernel_size": 3, "padding": 1}


def _both(number: int) -> tuple[Run, Run]:
    case, sessions = CASES[number], SessionCache(2)
    sent = case.tensors()
    plan = make_plan(case.layer(), {n: v.shape for n, v in sent.items()}, LIMITS)
    return run_plan(plan, sent, "cpu", sessions), run_plan(plan, sent, CUDA, sessions)


def _alike(here: Mapping[str, Array], there: Mapping[str, Array]) -> None:
    assert here.keys() == there.keys()
    for name, value in here.items():
        assert value.shape == there[name].shape
        assert value.dtype == there[name].dtype
        np.testing.assert_allclose(there[name], value, rtol=CLOSE, atol=CLOSE)


def test_a_card_is_here() -> None:
    assert devices() == [CUDA, "cpu"]


@every_case
def test_every_layer_gives_the_processors_numbers(number: int) -> None:
    here, there = _both(number)
    _alike(here.outputs, there.outputs)
    assert there.device == CUDA
    assert there.provider == PROVIDERS[CUDA]


@pytest.mark.parametrize("batch", [1, 16, 64])
def test_the_convolution_that_is_measured(batch: int) -> None:
    sent = drawn({"input": (batch, 3, 224, 224), "weight": (16, 3, 3, 3)})
    # A batch of 64 is more than a request may ask for.
    limits = LIMITS.model_copy(update={"output_elements": 1 << 26, "working_bytes": 1 << 30})
    plan = make_plan(layer_of("conv", **CONV), {n: v.shape for n, v in sent.items()}, limits)
    sessions = SessionCache(2)
    here, there = (run_plan(plan, sent, device, sessions) for device in ("cpu", CUDA))
    _alike(here.outputs, there.outputs)


def test_16_megapixels() -> None:
    sent = drawn({"input": (1, 1, 4096, 4096), "weight": (1, 1, 3, 3)})
    layer = layer_of("conv", padding=1, out_channels=1, kernel_size=3)
    plan = make_plan(layer, {n: v.shape for n, v in sent.items()}, LIMITS)
    sessions = SessionCache(2)
    here, there = (run_plan(plan, sent, device, sessions) for device in ("cpu", CUDA))
    _alike(here.outputs, there.outputs)


@pytest.mark.parametrize("sees_all", [True, False])
def test_a_chain(sees_all: bool) -> None:
    sent = [drawn({"weight": (8, 3, 3, 3)}), {}, {}, drawn({"weight": (10, 8 * 16 * 16)})]
    plan = ChainPlan((2, 3, 32, 32), LIMITS, sees_all, sees_all)
    for layer, own in zip(
        (
            layer_of("conv", out_channels=8, kernel_size=3, padding=1),
            layer_of("activation", "relu"),
            layer_of("pooling", "max", kernel_size=2),
            layer_of("dense", out_features=10),
        ),
        sent,
        strict=True,
    ):
        plan.add(layer, {name: value.shape for name, value in own.items()})
    array, sessions = drawn({"input": (2, 3, 32, 32)}, 1)["input"], SessionCache(2)
    here, there = (run_chain(plan, array, sent, device, sessions) for device in ("cpu", CUDA))
    for ours, theirs in zip(here.outputs, there.outputs, strict=True):
        _alike(ours, theirs)


@every_case
def test_what_is_held_on_the_card_gives_the_same_again(number: int) -> None:
    case, held = CASES[number], Held(1 << 24)
    sent = case.tensors()
    plan = make_plan(case.layer(), {n: v.shape for n, v in sent.items()}, LIMITS)
    session = load(layer_model(plan.layer, plan.shapes), CUDA)
    tensors = complete(plan, sent)
    refs = {name: name for name in tensors}
    first, second = (
        run_bound(session.runtime, CUDA, tensors, session.outputs, refs, None, held=held)
        for _ in range(2)
    )
    for before, after in zip(first, second, strict=True):
        np.testing.assert_array_equal(before, after)
    assert held.size == sum(value.nbytes for value in tensors.values())


def test_auto_leaves_little_work_to_the_processor_and_gives_much_to_the_card() -> None:
    assert set(paces()) == {CUDA, "cpu"}
    assert choose_device("auto", Work(100, 100)) == "cpu"
    assert choose_device("auto", Work(10**12, 10**6)) == CUDA


def test_every_family_was_tried() -> None:
    assert {case.kind.family for case in CASES} == set(FAMILIES)


def test_workers_that_are_forked_have_the_card() -> None:
    asked = b"GET /api/v1/devices HTTP/1.1\r\nHost: x\r\n\r\n"
    with serving(workers=2) as server:
        for _ in range(8):  # each connection may come to either
            with server.link() as link:
                link.send(asked)
                assert link.answer().json["devices"] == [CUDA, "cpu"]
