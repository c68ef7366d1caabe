"""The service as clients of model servers see it, and what they say of a tensor."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.state import make_state
from tests.serving.server import Server, serving

Array = npt.NDArray[Any]
LENGTH = "Inference-Header-Content-Length"


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a real server: these clients speak over sockets."""
    with serving(store_dir=tmp_path_factory.mktemp("store"), log="off") as started:
        yield started


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of the whole application within this process."""
    how = Settings(store_dir=tmp_path_factory.mktemp("store"))
    with TestClient(create_app(make_state(how))) as made:
        yield made


def infer(name: str) -> str:
    """Return the address at which a model is run."""
    return f"/v2/models/{name}/infer"


def tensor(name: str, value: Any, datatype: str = "FP32", **more: Any) -> dict[str, Any]:
    """Return an input as JSON."""
    told = {"name": name, "datatype": datatype, "shape": list(np.shape(value))}
    return told | {"data": np.asarray(value).ravel().tolist()} | more


def asked(*inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a request as JSON."""
    return {"inputs": list(inputs), **more}


def packed(said: dict[str, Any], data: bytes = b"") -> tuple[bytes, dict[str, str]]:
    """Return the body of JSON with bytes behind it, and its headers."""
    head = orjson.dumps(said)
    return head + data, {LENGTH: str(len(head))}


def in_bytes(
    name: str, datatype: str, shape: list[int], data: bytes, **more: Any
) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers of a request with one input that is bytes."""
    told = {"name": name, "datatype": datatype, "shape": shape}
    return packed(asked(told | {"parameters": {"binary_data_size": len(data)}}, **more), data)
