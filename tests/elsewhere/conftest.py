"""Every example of every layer, asked for over HTTP: what is shown, and each of its files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.layers.base import Array
from app.main import create_app
from app.settings import Settings
from app.state import make_state
from tests.layers.cases import CASES, Case, run_of

PREFIX = "/api/v1/layers"
RTOL, ATOL = 1e-4, 1e-5
"""How near every program comes to ONNX Runtime; the README says it too."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    how = Settings(store_dir=tmp_path_factory.mktemp("store"))
    with TestClient(create_app(make_state(how))) as made:
        yield made


def request_of(case: Case) -> dict[str, Any]:
    """Return the request for a case, its tensors as JSON."""
    chosen = {case.kind.selector: case.kind.tag} if case.kind.selector else {}
    tensors = {name: value.tolist() for name, value in case.tensors().items()}
    return {**chosen, **case.parameters, **tensors}


def write_files(number: int, folder: Path) -> None:
    """Write the tensors of a case as the page offers them: those sent, and those made for it."""
    tensors = run_of(number).tensors | CASES[number].tensors()
    for name, value in tensors.items():
        np.save(folder / f"{name}.npy", value, allow_pickle=False)


def assert_near(number: int, found: list[Array]) -> None:
    """Hold the outputs of a program against those of ONNX Runtime."""
    for name, expected in run_of(number).outputs.items():
        made = found.pop(0)
        # PyTorch's pooling of one sample may leave the batch axis out.
        np.testing.assert_allclose(made.reshape(expected.shape), expected, RTOL, ATOL, err_msg=name)
    assert found == []
