"""A run is told which of its tensors are held under a ref, so that a card can keep them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.layers.base import Array
from app.runtime.sessions import NO_REFS, Session
from tests.api.conftest import npy

WEIGHT = np.ones((2, 1, 3, 3), np.float32)
PICTURE = np.ones((1, 1, 5, 5), np.float32)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Return the refs that runs are told, in order; they are run all the same."""
    seen: list[dict[str, str]] = []
    run = Session.run

    def watched(
        self: Session,
        tensors: Mapping[str, Array],
        wanted: Sequence[str] | None = None,
        refs: Mapping[str, str] = NO_REFS,
    ) -> dict[str, Array]:
        seen.append(dict(refs))
        return run(self, tensors, wanted, refs)

    monkeypatch.setattr(Session, "run", watched)
    return seen


def _held(client: TestClient, array: Array) -> str:
    sent = client.post(
        "/api/v1/tensors", content=npy(array), headers={"Content-Type": "application/x-npy"}
    )
    return str(sent.json()["ref"])


@pytest.mark.parametrize("by_ref", [{"weight"}, {"input"}, {"input", "weight"}, set()])
def test_of_a_layer(client: TestClient, told: list[dict[str, str]], by_ref: set[str]) -> None:
    sent: dict[str, Any] = {}
    refs = dict[str, str]()
    for name, array in (("input", PICTURE), ("weight", WEIGHT)):
        if name in by_ref:
            refs[name] = _held(client, array)
            sent[name] = {"ref": refs[name]}
        else:
            sent[name] = array.tolist()
    assert client.post("/api/v1/layers/conv", json=sent).status_code == 200
    assert told == [refs]


def test_of_a_chain(client: TestClient, told: list[dict[str, str]]) -> None:
    picture, weight = _held(client, PICTURE), _held(client, WEIGHT)
    second = _held(client, np.ones((1, 2, 1, 1), np.float32))
    layers = [
        {"layer": "conv", "weight": {"ref": weight}},
        {"layer": "conv", "weight": {"ref": second}},
    ]
    sent = {"input": {"ref": picture}, "layers": layers}
    answer = client.post("/api/v1/pipeline", json=sent)
    assert answer.status_code == 200
    first, then = (stage["name"] for stage in answer.json()["stages"])
    assert told == [{"input": picture, f"{first}.weight": weight, f"{then}.weight": second}]
