"""The named chains: each runs, is planned, says what it is in the reader's language."""

from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

PIPELINE = "/api/v1/pipeline"
NAMES = (
    *("small", "lenet", "vgg-block", "depthwise-separable"),
    *("residual", "squeeze-excitation", "inception"),
)


def _chains(client: TestClient, language: str = "en") -> dict[str, dict[str, Any]]:
    answer = client.get("/api/v1/pipelines", headers={"Accept-Language": language})
    assert answer.headers["content-language"] == language
    return {chain["name"]: chain for chain in answer.json()["pipelines"]}


def test_these_are_there(client: TestClient) -> None:
    assert tuple(_chains(client)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_runs(client: TestClient, name: str) -> None:
    chain = _chains(client)[name]
    x = np.random.default_rng(0).normal(size=chain["input"]).tolist()
    answer = client.post(
        PIPELINE, json={"input": x, "layers": chain["layers"], "fields": "stages,stats"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["stats"]["nonfinite"] == 0
    asked = {"input": {"shape": chain["input"]}, "layers": chain["layers"]}
    plan = client.post(f"{PIPELINE}/plan", json=asked)
    assert plan.status_code == 200, plan.text
    shapes = [[stage["shape"] for stage in told.json()["stages"]] for told in (plan, answer)]
    assert shapes[0] == shapes[1]


def test_what_is_known_of_them(client: TestClient) -> None:
    """LeNet-5 has 61,470 weights without its biases; two 3 by 3 see 5 by 5."""
    found = {}
    for name, chain in _chains(client).items():
        asked = {"input": {"shape": chain["input"]}, "layers": chain["layers"], "ranges": []}
        found[name] = client.post(f"{PIPELINE}/plan", json=asked).json()
    lenet = 6 * 25 + 16 * 6 * 25 + 400 * 120 + 120 * 84 + 84 * 10
    assert found["lenet"]["cost"]["parameters"] == lenet == 61_470
    assert found["lenet"]["shape"] == [1, 10]
    assert found["vgg-block"]["stages"][3]["receptive_field"]["size"] == [5, 5]
    assert found["depthwise-separable"]["cost"]["macs"] == 32 * 32 * (3 * 9 + 3 * 16)
    assert 32 * 32 * (3 * 9 + 3 * 16) < 32 * 32 * 3 * 9 * 16


def test_their_words_are_in_the_readers_language(client: TestClient) -> None:
    english, chinese = _chains(client), _chains(client, "zh")
    for name in NAMES:
        assert english[name]["summary"] != chinese[name]["summary"]
        assert english[name]["layers"] == chinese[name]["layers"]
