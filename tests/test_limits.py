"""Limits are finite, shown, set by environment, and no request raises them."""

import math
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Limits, Settings
from app.state import make_state

X = {"input": [[0.0, 1.0]]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    how = Settings(store_dir=tmp_path_factory.mktemp("store"))
    return TestClient(create_app(make_state(how)))


def _shown(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/limits").json()["limits"]
    return found


@pytest.mark.parametrize("name", Limits.model_fields)
def test_is_finite_shown_and_set_by_environment(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shown = _shown(client)[name]
    assert math.isfinite(shown["limit"])
    assert shown["limit"] == Limits.model_fields[name].default
    assert shown["counts"] == Limits.model_fields[name].description
    monkeypatch.setenv(shown["variable"], str(shown["limit"] + 1))
    assert getattr(Limits(), name) == shown["limit"] + 1
    for odd in ("inf", "nan", "-1", "", "a lot"):
        monkeypatch.setenv(shown["variable"], odd)
        with pytest.raises(ValueError, match=name):
            Limits()


@pytest.mark.parametrize("name", Limits.model_fields)
def test_no_request_raises_it(client: TestClient, name: str) -> None:
    before, most = _shown(client), str(10**12)
    variable = f"LAYERLAB_MAX_{name.upper()}"
    for field in (name, f"max_{name}", variable, "limits"):
        answer = client.post("/api/v1/layers/softmax", json={**X, field: 10**12})
        assert answer.status_code == 422, field
        answer = client.post("/api/v1/layers/softmax", params={field: most}, json=X)
        assert answer.status_code == 422, field
    for header in (name, variable, f"X-{variable}".replace("_", "-")):
        client.post("/api/v1/layers/softmax", headers={header: most}, json=X)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.request(method, "/api/v1/limits", json={name: 10**12})
        assert answer.status_code == 405
    assert _shown(client) == before
