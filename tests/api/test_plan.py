"""`plan` over HTTP: what it tells is what a run gives, and its ranges end where requests do."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app import forms
from app.layers import FAMILIES
from app.main import create_app
from app.settings import Limits, Settings
from app.state import make_state
from tests.layers.cases import CASES, Case, every_case

LAYERS = "/api/v1/layers"
# So small that even the far end of a range is run at once.
SMALL = {"output_elements": 2048, "working_bytes": 1 << 17, "macs": 1 << 16}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    how = Settings(store_dir=tmp_path_factory.mktemp("store"))
    with TestClient(create_app(make_state(how, Limits(**SMALL)))) as made:  # type: ignore[arg-type]
        yield made


def _request(case: Case, **change: Any) -> tuple[str, dict[str, Any]]:
    family = FAMILIES[case.kind.family]
    chosen = {family.selector: case.kind.tag} if family.selector else {}
    return f"{LAYERS}/{case.kind.family}", {**chosen, **case.parameters, **change}


def _plan(client: TestClient, case: Case, **change: Any) -> dict[str, Any]:
    url, asked = _request(case, **change)
    shapes = {name: {"shape": list(shape)} for name, shape in case.shapes.items()}
    answer = client.post(f"{url}/plan", json=asked | shapes)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _run(client: TestClient, case: Case, **change: Any) -> Any:
    url, asked = _request(case, **change)
    tensors = {name: value.tolist() for name, value in case.tensors().items()}
    return client.post(url, json=asked | tensors)


@every_case
def test_is_what_a_run_gives(client: TestClient, number: int) -> None:
    case = CASES[number]
    plan, answer = _plan(client, case), _run(client, case)
    assert answer.status_code == 200, answer.text
    done = answer.json()
    for name in ("layer", "params", "shape", "cost", "rule"):
        assert plan[name] == done[name], name
    assert plan["input"]["shape"] == done["input"]["shape"]
    for name, told in plan["outputs"].items():
        assert told["shape"] == list(np.shape(done[name]))
    for name in set(plan["tensors"]) - set(case.shapes):
        assert plan["tensors"][name]["shape"] == list(np.shape(done[name])), name


def _beyond(found: dict[str, Any], field: dict[str, Any]) -> list[Any]:
    """Return the values next to a range that the schema alone would allow."""
    if "values" in found:
        every = [c["value"] for c in field["choices"]] if field["choices"] else [False, True]
        if field["kind"] in ("choice", "boolean"):
            return [value for value in every if value not in found["values"]]
        if field["kind"] == "shape":
            return [[first + 1, *rest] for first, *rest in found["values"]]
        return [n for n in range(1, max(found["values"]) + 2) if n not in found["values"]][:3]
    low, high = found["min"], found["max"]
    if low is None:
        return []
    return ([] if low == field["min"] else [low - 1]) + (
        [] if high == field["max"] or high == 2**31 - 1 else [high + 1]
    )


@every_case
def test_ranges_end_where_requests_do(small: TestClient, number: int) -> None:
    case = CASES[number]
    fields = {field["name"]: field for field in forms.fields(case.kind, str)}
    for name, found in _plan(small, case)["ranges"].items():
        ends = [n for n in (found.get("min"), found.get("max")) if n is not None]
        for value in found.get("values", ends):
            answer = _run(small, case, **{name: value})
            assert answer.status_code == 200, (name, value, answer.text[:300])
        for value in _beyond(found, fields[name]):
            answer = _run(small, case, **{name: value})
            assert answer.status_code in (413, 422), (name, value)
            assert answer.json()["detail"]


@every_case
def test_each_number_of_a_list_has_its_own_range(small: TestClient, number: int) -> None:
    case = CASES[number]
    fields = {field["name"]: field for field in forms.fields(case.kind, str)}
    for name, found in _plan(small, case)["ranges"].items():
        asked = case.parameters.get(name, ())
        is_list = isinstance(asked, list | tuple) and asked != ()
        assert ("each" in found) is (is_list and fields[name]["kind"] not in ("number", "shape"))
        for i, one in enumerate(found.get("each", ())):
            for value, is_valid in [
                *((end, True) for end in (one["min"], one["max"])),
                *((beyond, False) for beyond in _beyond(one, fields[name])),
            ]:
                sent = [*asked[:i], value, *asked[i + 1 :]]
                answer = _run(small, case, **{name: sent})
                assert (answer.status_code == 200) is is_valid, (name, sent, answer.text[:300])


def test_every_number_that_counts_cells_has_a_range(client: TestClient) -> None:
    case = next(c for c in CASES if c.kind.family == "conv" and "kernel_size" not in c.parameters)
    found = _plan(client, case)["ranges"]
    assert {"stride", "padding", "dilation", "groups", "padding_mode"} <= set(found)
    assert found["groups"]["values"] == [1]
    assert found["padding"]["min"] == 0


@pytest.mark.parametrize(
    "sent",
    [
        [[1, 2], [3, 4]],
        5,
        "1,1,4,4",
        {"shape": [1, 1, 4, -4]},
        {"shape": [1.5]},
        {"shape": 4},
        {"shape": [True]},
        {"shape": [2], "data": [1, 2]},
        {"ref": "x"},
    ],
)
def test_takes_shapes_not_tensors(client: TestClient, sent: object) -> None:
    answer = client.post(f"{LAYERS}/pooling/plan", json={"input": sent})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["input"]


@pytest.mark.parametrize(
    ("family", "asked"),
    [
        ("conv", {"input": {"shape": [1, 3, 10**6, 10**6]}, "kernel": "sobel_x"}),
        ("conv", {"input": {"shape": [10**18, 3, 8, 8]}, "kernel": "sobel_x"}),
        (
            "conv",
            {
                "input": {"shape": [1, 3, 8, 8]},
                "out_channels": 65536,
                "kernel_size": 2**31 - 1,
                "padding": 2**31 - 1,
            },
        ),
        ("conv", {"input": {"shape": [1, 3, 8, 8]}, "kernel": "box", "padding": 2**31 - 1}),
        (
            "conv_transpose",
            {"input": {"shape": [1, 1, 9, 9]}, "out_channels": 1, "stride": 2**31 - 1},
        ),
        ("dense", {"input": {"shape": [1, 2**24]}, "out_features": 65536}),
        ("pad", {"input": {"shape": [3, 3]}, "padding": [2**31 - 1] * 4}),
        ("pad", {"input": {"shape": [1, 3, 3]}, "padding": [2**31 - 1] * 2, "mode": "replicate"}),
        ("upsample", {"input": {"shape": [1, 1, 99, 99]}, "scale_factor": 65536}),
        ("upsample", {"input": {"shape": [1, 1, 9, 9]}, "size": 2**31 - 1, "mode": "bicubic"}),
    ],
)
def test_terabytes_are_refused_at_once(
    client: TestClient, family: str, asked: dict[str, Any]
) -> None:
    status, seconds, most = _weighed(client, f"{LAYERS}/{family}/plan", asked)
    assert status == 413
    assert seconds < 1
    assert most < 4 << 20


@pytest.mark.parametrize(
    ("family", "asked"),
    [
        ("conv", {"input": {"shape": [1, 2**24, 1, 1]}, "out_channels": 1, "kernel_size": 1}),
        ("upsample", {"input": {"shape": [1, 1, 2**20]}, "mode": "linear"}),
        ("upsample", {"input": {"shape": [1, 1, 1, 1]}, "size": [1, 2**21], "mode": "bicubic"}),
        ("pad", {"input": {"shape": [1, 3]}, "padding": [2**22, 2**22], "mode": "replicate"}),
        ("flatten", {"input": {"shape": [4096, 4096]}}),
        ("dropout", {"input": {"shape": [4096, 4096]}, "training": True}),
        ("softmax", {"input": {"shape": [4096, 4096]}}),
        ("batch_norm", {"input": {"shape": [2, 2**22]}, "training": True}),
        ("pooling", {"input": {"shape": [1, 1, 4096, 4096]}, "kernel_size": 4000}),
    ],
)
def test_what_is_just_allowed_is_not_allocated(
    client: TestClient, family: str, asked: dict[str, Any]
) -> None:
    status, seconds, most = _weighed(client, f"{LAYERS}/{family}/plan", asked)
    assert status == 200
    assert seconds < 1
    assert most < 4 << 20


def _weighed(client: TestClient, url: str, asked: dict[str, Any]) -> tuple[int, float, int]:
    """Return status, seconds and the most bytes that Python and NumPy held meanwhile."""
    tracemalloc.start()
    started = time.process_time()
    try:
        status = client.post(url, json=asked).status_code
        return status, time.process_time() - started, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_limits_count_in_ranges(limited: Callable[..., TestClient], tmp_path: Path) -> None:
    """The padding may grow as far as the output may: (4 + 2p − 1)² elements, at most 400."""
    asked = {"input": {"shape": [4, 4]}, "weight": {"shape": [1, 1, 2, 2]}}
    found = limited(output_elements=400).post(f"{LAYERS}/conv/plan", json=asked).json()["ranges"]
    assert found["padding"] == {"min": 0, "max": 8}


def test_groups_are_those_that_the_endpoint_takes(client: TestClient) -> None:
    many = 2**17
    asked = {"input": {"shape": [1, many, 1, 1]}, "weight": {"shape": [many, 1, 1, 1]}}
    found = client.post(f"{LAYERS}/conv/plan", json=asked | {"groups": many // 2})
    assert found.status_code == 422
    asked["weight"] = {"shape": [many, 2, 1, 1]}
    found = client.post(f"{LAYERS}/conv/plan", json=asked | {"groups": many // 2})
    assert found.json()["ranges"]["groups"]["values"] == [many // 2]


def test_unknown_fields_are_named(client: TestClient) -> None:
    asked = {"input": {"shape": [4, 4]}, "strid": 2}
    answer = client.post(f"{LAYERS}/pooling/plan", json=asked)
    assert answer.status_code == 422
    assert "stride" in answer.json()["detail"]
