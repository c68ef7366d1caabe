"""What a chain really takes, beside what it was let in with: the peak that the system tells."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from starlette.datastructures import Headers

from app.api.pipeline.chains import parse_chain
from app.api.pipeline.open import ROOM
from app.graphs import chain_metadata
from app.networks.chain import make_stages
from app.networks.compile import chain_model
from app.settings import Settings
from app.state import make_state
from tests.hostile.cases import written
from tests.hostile.cases_stages import PIPELINE
from tests.hostile.fired import Memory, Target
from tests.hostile.test_planned_memory import BESIDE, NPY
from tests.serving.server import post, serving

Spec = dict[str, Any]
_CONV: Spec = {"layer": "conv", "out_channels": 4, "padding": 1}
_SAME_CONV: Spec = {"layer": "conv", "out_channels": 64, "padding": 1, "seed": 1}
_RELU: Spec = {"layer": "activation"}
_ASIDE: Spec = {"layer": "conv", "input": {"stage": "input"}, "out_channels": 8, "kernel_size": 1}


def _joined(stage: int) -> Spec:
    return {"layer": "merge", "other": {"stage": stage}}


_WORK: dict[str, tuple[tuple[int, ...], list[Spec], dict[str, Any]]] = {
    "maps": ((1, 4, 1000, 1000), [_CONV, _RELU, {"layer": "pooling"}], {}),
    "all maps": ((1, 2, 1000, 1000), [_CONV, _RELU, {"layer": "pooling"}], {"return": "all"}),
    "a long one": ((1, 1, 800, 800), [{"layer": "activation", "function": "gelu"}] * 40, {}),
    "a long one, all told": (
        (1, 1, 800, 800), [{"layer": "activation", "function": "gelu"}] * 40,
        {"format": "safetensors"},
    ),
    "a large weight": ((1, 4_000_000), [_RELU, {"layer": "dense", "out_features": 4}, _RELU], {}),
    "enlarged": (
        (1, 1, 500, 500),
        [
            {"layer": "upsample", "mode": "bicubic", "size": [1500, 1500]},
            {"layer": "pad", "padding": [300, 300, 300, 300], "mode": "circular"},
            {"layer": "conv_transpose", "out_channels": 1, "stride": 2},
        ],
        {},
    ),
    "tables": (
        (1, 1, 10, 1),
        [
            {"layer": "upsample", "mode": "bicubic", "size": [600_000, 1]},
            {"layer": "upsample", "mode": "bicubic", "size": [500_000, 1]},
            {"layer": "upsample", "mode": "bicubic", "size": [400_000, 1]},
        ],
        {},
    ),
    "smaller convolutions": ((1, 64, 180, 256), [_SAME_CONV] * 8, {}),
    "convolutions": ((1, 64, 256, 256), [_SAME_CONV] * 8, {}),
    "as files": (
        (1, 1, 1500, 1500),
        [_RELU, {"layer": "pooling"}],
        {"return": "all", "format": "safetensors"},
    ),
    "left aside": ((1, 1, 1000, 1000), [*[_ASIDE] * 12, {"layer": "pooling"}], {}),
    "side by side": (
        (1, 1, 1000, 1000),
        [_ASIDE, *(spec for n in range(4) for spec in (_ASIDE, _joined(2 * n)))],
        {},
    ),
    "skipped": (
        (1, 4, 700, 700),
        [_RELU, *[_RELU] * 8, {"layer": "merge", "mode": "concat", "other": {"stage": 0}}],
        {},
    ),
    "normalised": ((1, 3, 1000, 1000), [{"layer": "layer_norm"}] * 9, {}),
    "in training": (
        (4, 4, 600, 600),
        [{"layer": "dropout", "training": True}, {"layer": "batch_norm", "training": True}, _RELU],
        {},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def service() -> Iterator[Target]:
    with tempfile.TemporaryDirectory() as folder, serving(workers=1, store_dir=folder) as server:
        assert server.is_well()
        yield Target(server, Memory(server, Path(folder)))


@pytest.mark.parametrize("name", _WORK)
def test_a_chain_takes_no_more_than_it_was_let_in_with(
    service: Target, tmp_path: Path, name: str
) -> None:
    shape, layers, words = _WORK[name]
    asked = {"format": "npy", **words, "layers": json.dumps(layers)}
    body, query = written(np.zeros(shape, np.float32)), urlencode(asked)
    state = make_state(Settings(store_dir=tmp_path))
    sees_all = asked["format"] != "npy"
    headers = Headers({"content-type": NPY})
    found = parse_chain(state, body, headers, query, lambda _: sees_all)
    before = service.memory.now()
    with service.memory.of_one():
        answer = service.server.ask(post(f"{PIPELINE}?{query}", body, kind=NPY))
    assert answer.status == 200
    # The body is counted apart.
    assert service.memory.peak - before <= found.plan.working_bytes + len(body) + BESIDE


@pytest.mark.parametrize("query", ["format=safetensors", "refs=1"])
def test_a_file_that_is_opened_takes_no_more_than_it_was_let_in_with(
    service: Target, query: str
) -> None:
    specs: list[Spec] = [_RELU, {"layer": "dense"}]
    weights = {"dense.weight": np.ones((4, 3_000_000), np.float32)}
    stages, notes = (
        make_stages(specs, weights, (1, 3_000_000)),
        chain_metadata(specs, (1, 3 * 10**6)),
    )
    file = chain_model(stages, notes, last=True).SerializeToString()
    del stages, weights
    before = service.memory.now()
    with service.memory.of_one():
        asked = post(f"{PIPELINE}/open?{query}", file, kind="application/octet-stream")
        answer = service.server.ask(asked)
    assert answer.status == 200
    assert service.memory.peak - before <= (ROOM + 1) * len(file) + BESIDE
