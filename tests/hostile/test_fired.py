"""The hostile corpus over sockets, at the real service with two workers and its own limits.

`LAYERLAB_TEST_WORKERS` names another number of workers: what is promised holds with any, the memory
by what each keeps.

After each case a good request gets its right numbers, over the same connection too where that stays
open. `make test` fires a sample, `make test-full` all of it.
"""

from collections.abc import Callable, Iterator

import pytest

from app.admission.memory import UNUSED_S
from tests.conftest import FULL
from tests.hostile import crowds, wire
from tests.hostile.cases import Case
from tests.hostile.corpus import requests
from tests.hostile.fired import (
    LEFT_BYTES,
    MOST_BYTES,
    WORKERS,
    Target,
    fire,
    target,
    wrong_with,
)
from tests.hostile.wire import Exchange
from tests.serving.server import PATIENCE_S, until

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def service() -> Iterator[Target]:
    with target() as made:
        assert made.server.is_well()
        yield made
        assert made.server.process.poll() is None


def _exchanges(found: list[Exchange]) -> list[Exchange]:
    return [one for one in found if FULL or not one.is_slow]


def _hold(service: Target, record: Record, wrong: list[str]) -> None:
    record("fired", service.memory.peak)
    assert [text for text in wrong if text] == []
    assert service.memory.peak < MOST_BYTES
    assert service.server.is_well()


@pytest.mark.parametrize("case", requests(), ids=lambda case: case.name)
def test_a_request(service: Target, record_property: Record, case: Case) -> None:
    record_property("fired", 0)
    with service.memory.of_one():
        shot = fire(service.server, case)
    wrong = wrong_with(shot, case.statuses, case.url, head=case.method == "HEAD")
    _hold(service, record_property, [wrong])


@pytest.mark.parametrize("exchange", _exchanges(wire.exchanges()), ids=lambda one: one.name)
def test_a_client(service: Target, record_property: Record, exchange: Exchange) -> None:
    record_property("fired", 0)
    with service.memory.of_one():
        shots = exchange.act(service.server)
    _hold(service, record_property, [wrong_with(shot, exchange.statuses) for shot in shots])


@pytest.mark.parametrize("exchange", _exchanges(crowds.exchanges()), ids=lambda one: one.name)
def test_a_crowd(service: Target, record_property: Record, exchange: Exchange) -> None:
    record_property("fired", 0)
    with service.memory.of_many():
        shots = exchange.act(service.server)
    _hold(service, record_property, [wrong_with(shot, exchange.statuses) for shot in shots])


def test_memory_is_given_back(service: Target) -> None:
    """After all that, when what is unused has been dropped, little more is left than at first."""
    with target() as fresh:
        assert fresh.server.is_well()
        least = fresh.memory.now()
    held = service.memory.held()
    most = least + LEFT_BYTES * WORKERS
    is_back = until(lambda: service.memory.now() - held < most, PATIENCE_S + UNUSED_S)
    assert is_back, f"{service.memory.now() - held} bytes are kept, {least} to begin with"
