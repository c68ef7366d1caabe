"""An application whose log is read."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.observe.logs import Log
from app.settings import Settings
from app.state import make_state

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def client(folder: Path) -> Iterator[TestClient]:
    """Return a client of an application that is well."""
    app = create_app(make_state(Settings(store_dir=folder)))
    with TestClient(app, follow_redirects=False) as made:
        yield made


@pytest.fixture(scope="session")
def broken(folder: Path) -> Iterator[TestClient]:
    """Return a client of an application that fails at each tensor it is asked for."""

    class Failing:
        def get(self, ref: str) -> None:
            raise RuntimeError(f'no\n{{"level": "forged"}}\nnor this \x1b[2J {ref}')

    state = replace(make_state(Settings(store_dir=folder)), store=Failing())  # type: ignore[arg-type]
    with TestClient(create_app(state), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Lines:
    """Return what reads the lines of JSON that were written since the last call."""
    log = Log("json")
    monkeypatch.setattr("app.observe.logs._log", log)

    def read() -> list[dict[str, Any]]:
        log.flush()
        return [orjson.loads(line) for line in capfd.readouterr().err.splitlines()]

    return read
