"""Architectures that were published, sent over HTTP and walked: graph, shapes, cost, trace."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Limits, Settings
from app.state import make_state
from tests.api.conftest import npy
from tests.networks.light import NAMES, expected, light

URL = "/api/v1/models"
# On a machine with other work its times can need more of the processor than a model has.
LARGEST = "light_vgg19"


def hold_times(told: dict[str, Any], *, all_of_them: bool) -> None:
    """Hold that the stages have times up to the first that there was none left for."""
    taken = [stage["microseconds"] for stage in told["stages"]]
    measured = [time for time in taken if time is not None]
    assert measured
    assert taken[: len(measured)] == measured
    assert all(time >= 0 for time in measured)
    is_whole = len(measured) == len(taken)
    assert is_whole or not all_of_them
    assert (told["microseconds"] is not None) == is_whole


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a service that takes models."""
    how = Settings(store_dir=tmp_path_factory.mktemp("light"), model_uploads=True)
    state = make_state(how, Limits())
    with TestClient(create_app(state)) as made:
        yield made
    state.uploads.close()


@pytest.mark.parametrize("name", NAMES)
def test_is_sent_and_walked(client: TestClient, name: str) -> None:
    model = light(name).SerializeToString()
    sent = client.post(URL, files={"model": ("m.onnx", model)})
    assert sent.status_code == 201, sent.text
    told = sent.json()
    kept = client.get(f"{URL}/{told['name']}").json()
    names = [stage["name"] for stage in kept["stages"]]
    assert len(names) == len(set(names)) > 20
    assert all(stage["shape"][0] == 1 for stage in kept["stages"])
    assert kept["totals"]["macs"] > 1e8
    ones = np.ones(kept["input"]["shape"], np.float32)
    last = len(names) - 1
    answer = client.post(
        f"{URL}/{told['name']}/trace",
        files={"input": ("x.npy", npy(ones))},
        data={"nodes": str(last)},
    )
    assert answer.status_code == 200, answer.text
    traced = answer.json()
    np.testing.assert_allclose(np.array(traced[str(last)]), expected(name), 1e-3, 1e-6)
    assert [stage["name"] for stage in traced["stages"]] == names
    assert all(stage["stats"]["nonfinite"] == 0 for stage in traced["stages"])
    timed = client.get(f"{URL}/{told['name']}/times")
    assert timed.status_code == 200, timed.text
    hold_times(timed.json(), all_of_them=name != LARGEST)


def test_the_largest_has_all_its_times_where_it_may_take_longer(tmp_path: Path) -> None:
    state = make_state(Settings(store_dir=tmp_path, model_uploads=True), Limits(model_cpu=30))
    with TestClient(create_app(state)) as patient:
        model = light(LARGEST).SerializeToString()
        name = patient.post(URL, files={"model": ("m.onnx", model)}).json()["name"]
        hold_times(patient.get(f"{URL}/{name}/times").json(), all_of_them=True)
    state.uploads.close()
