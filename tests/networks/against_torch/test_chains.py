"""Chains: one graph, run once, gives what PyTorch's functions give one after the other."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.state import make_state
from tests.conftest import FULL
from tests.networks.chains import Chain, by_torch, chains
from tests.tensors.test_safetensors import read

PIPELINE = "/api/v1/pipeline"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    how = Settings(store_dir=tmp_path_factory.mktemp("store"))
    with TestClient(create_app(make_state(how))) as made:
        yield made


@given(chain=chains())
@settings(max_examples=300 if FULL else 60)
def test_every_stage_is_what_pytorch_gives(client: TestClient, chain: Chain) -> None:
    pairs = zip(chain.layers, chain.tensors, strict=True)
    layers = [spec | {n: v.tolist() for n, v in held.items()} for spec, held in pairs]
    asked = {"input": chain.input.tolist(), "layers": layers, "return": "all"}
    answer = client.post(f"{PIPELINE}?format=safetensors", json=asked)
    assert answer.status_code == 200, answer.text
    (made, _), expected = read(answer.content), by_torch(chain)
    assert {str(n) for n in range(len(expected))} | {"input", "output"} == set(made)
    for number, value in enumerate(expected):
        np.testing.assert_allclose(made[str(number)], value, 1e-3, 1e-4)
    np.testing.assert_array_equal(made["output"], made[str(len(expected) - 1)])


@given(chain=chains(), seed=st.integers(0, 2**31))
@settings(max_examples=300 if FULL else 30)
def test_what_a_pixel_changes_sees_it(client: TestClient, chain: Chain, seed: int) -> None:
    """Where a stage has a receptive field, each number that a pixel changes has it in its own.

    Where a layer enlarges, a field is only known to a cell of the coarser map.
    """
    assume(all(spec["layer"] != "upsample" for spec in chain.layers))
    place = np.random.default_rng(seed).integers(0, chain.shape[2:])
    changed = chain.input.copy()
    changed[:, :, place[0], place[1]] += 10
    pairs = zip(chain.layers, chain.tensors, strict=True)
    layers = [spec | {n: {"shape": v.shape} for n, v in held.items()} for spec, held in pairs]
    asked = {"input": {"shape": chain.shape}, "layers": layers, "ranges": []}
    stages = client.post(f"{PIPELINE}/plan", json=asked).json()["stages"]
    before, after = by_torch(chain), by_torch(chain, changed)
    for stage, one, other in zip(stages, before, after, strict=True):
        field = stage["receptive_field"]
        for at in np.argwhere(one != other) if field and one.ndim == 4 else ():
            begin = np.array(field["offset"]) + at[2:] * field["stride"]
            assert (begin <= place).all(), (stage["name"], at, place, field)
            assert (place < begin + field["size"]).all(), (stage["name"], at, place, field)
