"""Each stage of each network as its layer's own route makes it, from tensors held under refs."""

from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.layers import LABS
from app.layers.base import INPUT, Array
from app.networks.network import names, network
from tests.api.conftest import from_npy, npy


def _hold(client: TestClient, array: Array) -> str:
    answer = client.post(
        "/api/v1/tensors", content=npy(array), headers={"Content-Type": "application/x-npy"}
    )
    assert answer.status_code == 201, answer.text
    return f"ref:{answer.json()['ref']}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@pytest.mark.parametrize("name", names())
def test_a_stage_is_what_its_layer_makes_of_the_same_tensors(client: TestClient, name: str) -> None:
    shown = network(name)
    picture = np.random.default_rng(0).uniform(-1, 1, shown.input_shape).astype(np.float32)
    values = {INPUT.name: picture} | shown.run(picture)
    opened = 0
    for stage, known in zip(shown.stages, shown.known["stages"], strict=True):
        if known["layer"] not in LABS:
            assert len(stage.sources) > 1, known["name"]
            continue
        source = values[stage.sources[INPUT.name]].reshape(known["input"]["shape"])
        form = {key: _said(value) for key, value in known["params"].items() if value is not None}
        form |= {INPUT.name: _hold(client, source)}
        form |= {key: _hold(client, value) for key, value in stage.weights.items()}
        answer = client.post(
            f"/api/v1/layers/{known['layer']}",
            files={key: (None, value) for key, value in form.items()},
            headers={"Accept": "application/x-npy"},
        )
        assert answer.status_code == 200, (known["name"], answer.text)
        made = from_npy(answer.content)
        np.testing.assert_allclose(made, values[stage.name], 1e-4, 1e-4, err_msg=known["name"])
        opened += 1
    assert opened > len(shown.stages) * 0.8
