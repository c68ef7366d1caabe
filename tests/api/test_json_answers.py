"""Answers in JSON are whole however large they are: large ones are written piece by piece."""

import json

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import npy

NPY = {"Content-Type": "application/x-npy"}
RELU = "/api/v1/layers/activation"
SHAPES = [(7,), (70_000,), (2, 40_000), (40_000, 2), (3, 1, 150, 150), (40_000, 1, 1), (1, 17_000)]


@pytest.mark.parametrize("shape", SHAPES)
def test_all_numbers_are_there(client: TestClient, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    x.flat[0] = np.inf
    answer = client.post(RELU, content=npy(x), headers=NPY)
    assert int(answer.headers["content-length"]) == len(answer.content)
    told = json.loads(answer.content)
    found = np.array(told["output"], np.float32)
    assert np.isnan(found.flat[0])
    np.testing.assert_array_equal(found.reshape(-1)[1:], np.maximum(x, 0).reshape(-1)[1:])
    assert list(found.shape) == told["shape"] == list(shape)
    assert told["stats"]["nonfinite"] == 1


def test_several_tensors_and_a_choice_of_facts(client: TestClient) -> None:
    x = np.arange(90_000, dtype=np.float32).reshape(1, 1, 300, 300)
    path = "/api/v1/layers/pooling?return_indices=true&stride=1"
    told = client.post(path, content=npy(x), headers=NPY).json()
    assert np.shape(told["indices"]) == np.shape(told["output"]) == (1, 1, 299, 299)
    assert told["indices"][0][0][0][0] == told["output"][0][0][0][0] == 301
    for fields in ("output", "output,indices", "indices,shape"):
        some = client.post(f"{path}&fields={fields}", content=npy(x), headers=NPY).json()
        assert some == {name: told[name] for name in fields.split(",")}
    alone = client.post(f"{path}&output=ref&fields=shape", content=npy(x), headers=NPY)
    assert alone.json() == {"shape": [1, 1, 299, 299]}


def test_many_elements_are_explained_each_as_it_is_alone(client: TestClient) -> None:
    x = np.random.default_rng(0).normal(size=(1, 2, 12, 12)).astype(np.float32).tolist()
    places = [[0, c, y, 3] for c in range(2) for y in range(9)]
    asked = {"input": x, "kernel_size": 4, "stride": 1, "mode": "avg"}
    path = "/api/v1/layers/pooling/explain"
    together = client.post(path, json={**asked, "at": places}).json()["elements"]
    alone = [client.post(path, json={**asked, "at": at}).json()["elements"][0] for at in places]
    assert together == alone
    assert [len(one["terms"]) for one in together] == [16] * 18
