from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Limits, Settings
from app.state import make_state

Array = npt.NDArray[Any]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of the whole application, with a store of its own."""
    how = Settings(store_dir=tmp_path_factory.mktemp("store"))
    with TestClient(create_app(make_state(how))) as made:
        yield made


@pytest.fixture
def limited(tmp_path: Path) -> Callable[..., TestClient]:
    """Return a maker of clients whose service has other limits."""

    def make(**limits: int) -> TestClient:
        state = make_state(Settings(store_dir=tmp_path), Limits(**limits))  # type: ignore[arg-type]
        return TestClient(create_app(state))

    return make


def npy(array: Array) -> bytes:
    """Return an array as NumPy writes it."""
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def from_npy(body: bytes) -> Array:
    """Read an .npy as NumPy reads it."""
    array: Array = np.load(BytesIO(body), allow_pickle=False)
    return array


def png(pixels: Array) -> bytes:
    """Return pixels (H, W) or (H, W, 3), uint8, as a PNG."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
