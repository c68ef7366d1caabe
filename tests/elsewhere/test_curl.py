"""The curl commands that are shown, run by a shell against a real server."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.browser.server import serving
from tests.elsewhere.conftest import ATOL, PREFIX, RTOL, request_of, write_files
from tests.layers.cases import CASES, every_case, run_of


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("server") / "log.txt") as url:
        yield url.removeprefix("http://")


@every_case
def test_it_gives_the_numbers(client: TestClient, server: str, number: int, tmp_path: Path) -> None:
    case = CASES[number]
    asked = request_of(case) | {"code": True}
    command = client.post(f"{PREFIX}/{case.kind.family}", json=asked).json()["code"]["curl"]
    write_files(number, tmp_path)
    subprocess.run(
        command.replace("localhost:8000", server).replace("curl ", "curl --fail -sS ", 1),
        shell=True, cwd=tmp_path, check=True, timeout=60,
    )  # fmt: skip
    found = np.load(tmp_path / "output.npy", allow_pickle=False)
    np.testing.assert_allclose(found, run_of(number).outputs["output"], RTOL, ATOL)
