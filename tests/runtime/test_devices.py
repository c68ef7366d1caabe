"""Devices: the one that is asked for, or a sentence; `auto` takes the one that is done first."""

import math

import onnxruntime
import pytest

from app.problems import Invalid
from app.runtime.devices import (
    Pace,
    Work,
    check_device,
    choose_device,
    devices,
    may_leave,
    measure,
    paces,
    provider_names,
    quickest,
)
from app.runtime.sessions import PROVIDERS

NOTHING = Work(0, 0)
# A card: every run costs it more, and each byte that travels; multiplying costs it next to nothing.
PACES = {"cuda": Pace(50e-6, 1e-10, 1e-13), "cpu": Pace(5e-6, 5e-11, 1e-10)}


def test_auto_takes_what_is_here() -> None:
    assert choose_device("auto", NOTHING) in devices()
    assert "cpu" in devices()
    assert choose_device("cpu", NOTHING) == "cpu"
    assert len(provider_names()) == len(devices())


@pytest.mark.parametrize("device", ["tpu", "", "CPU", "cpu ", "x" * 1000, "cuda:0"])
def test_a_device_that_is_not_here_is_refused_naming_those_that_are(device: str) -> None:
    with pytest.raises(Invalid, match=r"is not here; there is auto,.* cpu") as refused:
        choose_device(device, NOTHING)
    assert len(str(refused.value)) < 200
    assert refused.value.faults[0].loc == ("device",)
    with pytest.raises(Invalid):
        check_device(device)


@pytest.mark.parametrize(
    ("work", "first"),
    [
        (NOTHING, "cpu"),
        (Work(1_000_000, 100_000), "cuda"),
        (Work(400_000, 100_000), "cpu"),
        # Much is moved and little is done.
        (Work(1_000_000, 10**9), "cpu"),
        (Work(10**9, 10**9), "cuda"),
    ],
)
def test_auto_takes_the_device_that_is_done_first(work: Work, first: str) -> None:
    assert quickest(PACES, work) == first


def test_a_pace_is_measured() -> None:
    found = measure("cpu")
    assert all(math.isfinite(part) and part >= 0 for part in found)


def test_where_there_is_no_choice_nothing_is_measured() -> None:
    assert (paces() == {}) == (len(devices()) == 1)


def test_a_device_that_cannot_be_measured_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build for cards says that it has them, wherever it is installed."""
    if len(devices()) > 1:
        pytest.skip("a card works here")
    said = [*reversed(PROVIDERS.values())]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: said)
    assert paces.__wrapped__() == {}


def test_work_that_may_go_to_a_card_may_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.runtime.devices.paces", lambda: PACES)
    assert devices() == ["cuda", "cpu"]
    assert may_leave("auto")
    assert may_leave("cuda")
    assert not may_leave("cpu")
    assert choose_device("auto", NOTHING) == "cpu"
    assert choose_device("auto", Work(10**9, 10**6)) == "cuda"
