"""What work really takes, beside what it was let in with: the peak that the system tells.

If a layer took more than it says, the budget of the service would hold nothing.
"""

import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from starlette.datastructures import Headers

from app.api.request.parse import family_of, parse
from app.runs import make_plan
from app.settings import Limits, Settings
from app.state import make_state
from tests.conftest import every_other
from tests.hostile.cases import LAYERS, written
from tests.hostile.fired import Memory, Target
from tests.serving.server import post, serving

NPY = "application/x-npy"
# A session and the answer's head; heaps grow by steps.
BESIDE = 24_000_000
_WRITING = 24  # bytes an element, as text or as a picture
_IMAGE, _PLANES, _MATRIX = (1, 1, 3000, 3000), (1, 4, 1200, 1200), (3000, 3000)
_LINE: tuple[int, ...] = (1, 1, 10, 1)

_WORK: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    *(("activation", _IMAGE, {"function": name}) for name in (
        "relu", "gelu", "mish", "softplus", "hardswish", "log_sigmoid", "celu", "threshold",
        "silu", "softsign", "hardtanh", "elu", "relu6", "tanh")),
    ("activation", _IMAGE, {"function": "softplus", "beta": 2}),
    ("activation", _IMAGE, {"function": "gelu", "approximate": "tanh"}),
    ("softmax", _MATRIX, {}), ("softmax", _MATRIX, {"dim": 0, "temperature": 2}),
    ("softmax", _MATRIX, {"log": "true", "temperature": 2}),
    ("conv", _PLANES, {"out_channels": 8, "padding": 1}),
    ("conv", _PLANES, {"out_channels": 4, "padding": 1, "padding_mode": "circular"}),
    ("conv", _PLANES, {"out_channels": 4, "groups": 4, "dilation": 3}),
    ("conv", (1, 1, 64, 128, 128), {"out_channels": 8, "padding": 1}),
    ("conv_transpose", _PLANES, {"out_channels": 2, "stride": 2}),
    ("conv_transpose", _PLANES, {"out_channels": 2, "kernel_size": 5}),
    ("pooling", _IMAGE, {}), ("pooling", _IMAGE, {"kernel_size": 3, "stride": 1, "padding": 2}),
    ("pooling", _IMAGE, {"return_indices": "true", "padding": 1}),
    ("pooling", _IMAGE, {"mode": "avg", "padding": "same", "dilation": 3}),
    ("pooling", _IMAGE, {"mode": "lp"}), ("pooling", _IMAGE, {"mode": "global_avg"}),
    ("dense", (1, 8_000_000), {"out_features": 2}), ("dense", (1000, 4000), {"out_features": 4000}),
    ("batch_norm", (4, 4, 800, 800), {"training": "true"}),
    ("group_norm", (4, 4, 800, 800), {"num_groups": 2}), ("layer_norm", (3000, 3000), {}),
    ("instance_norm", _PLANES, {}), ("local_response_norm", (1, 16, 700, 700), {"size": 40}),
    ("local_response_norm", (1, 2, 2000, 2000), {"size": 2}),
    ("dropout", _IMAGE, {"training": "true"}), ("flatten", _IMAGE, {}),
    ("pad", (1, 5), {"mode": "replicate", "padding": "0,8000000"}),
    ("pad", (1, 2_000_000), {"mode": "reflect", "padding": "950000,950000"}),
    ("pad", (1, 1, 2000, 2000), {"mode": "circular", "padding": "500,500,500,500"}),
    ("pad", (1, 1, 2000, 2000), {"padding": "900,900,900,900"}),
    ("upsample", _LINE, {"mode": "bicubic", "size": "2000000,1"}),
    ("upsample", (1, 1, 1000, 1000), {"mode": "bicubic", "size": "3000,3000"}),
    ("upsample", (1, 1, 1000, 1000), {"size": "3000,3000"}),
    ("upsample", (1, 1, 1000, 1000), {"size": "1500,1500", "format": "json"}),
    ("activation", (1, 1, 1500, 1500), {"format": "json"}),
    ("activation", _IMAGE, {"format": "safetensors"}),
    ("activation", _IMAGE, {"format": "png"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def service() -> Iterator[Target]:
    with tempfile.TemporaryDirectory() as folder, serving(workers=1, store_dir=folder) as server:
        assert server.is_well()
        yield Target(server, Memory(server, Path(folder)))


def _let_in_with(layer: str, body: bytes, query: str, store: Path) -> int:
    """Return the bytes that the work says it needs, and to write its answer."""
    state = make_state(Settings(store_dir=store))
    headers = Headers({"content-type": NPY})
    asked = parse(family_of(layer), body, headers, query, Limits(), state.store)
    shapes = {name: found.array.shape for name, found in asked.tensors.items()}
    plan = make_plan(asked.layer, shapes, Limits())
    elements = sum(math.prod(shape) for shape in plan.outputs.values())
    written = "json" in query or "png" in query
    return max(plan.working_bytes, _WRITING * elements if written else 0)


@pytest.mark.parametrize(("layer", "shape", "words"), every_other(_WORK), ids=str)
def test_work_takes_no_more_than_it_was_let_in_with(
    service: Target, tmp_path: Path, layer: str, shape: tuple[int, ...], words: dict[str, Any]
) -> None:
    body, query = written(np.zeros(shape, np.float32)), urlencode({"format": "npy", **words})
    let_in = _let_in_with(layer, body, query, tmp_path)
    before = service.memory.now()
    with service.memory.of_one():
        answer = service.server.ask(post(f"{LAYERS}/{layer}?{query}", body, kind=NPY))
    assert answer.status == 200
    # The body is counted apart.
    assert service.memory.peak - before <= let_in + len(body) + BESIDE
