"""`pipeline/plan`: what it tells is what a run gives, its ranges end where chains do."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

PIPELINE, PLAN = "/api/v1/pipeline", "/api/v1/pipeline/plan"
SHAPE = [1, 2, 20, 20]
LAYERS: list[dict[str, Any]] = [
    {"layer": "conv", "out_channels": 3, "kernel_size": 5, "padding": 1, "stride": 2},
    {"layer": "activation"},
    {"layer": "pooling", "kernel_size": 2},
    {"layer": "conv", "out_channels": 2},
    {"layer": "dense", "out_features": 4},
    {"layer": "softmax"},
]


def _plan(client: TestClient, layers: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    asked = {"input": {"shape": SHAPE}, "layers": layers}
    answer = client.post(PLAN, json=asked | more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_is_what_a_run_gives(client: TestClient) -> None:
    plan = _plan(client, LAYERS)
    asked = {"input": np.zeros(SHAPE).tolist(), "layers": LAYERS, "return": "all"}
    done = client.post(PIPELINE, json=asked).json()
    for told, made in zip(plan["stages"], done["stages"], strict=True):
        for name in ("name", "layer", "params", "input", "tensors", "shape", "cost", "rule",
                     "dropped", "receptive_field"):  # fmt: skip
            assert told[name] == made[name], name
        assert told["outputs"] == {"output": {"shape": list(np.shape(made["output"]))}}
    for name in ("shape", "cost", "receptive_field"):
        assert plan[name] == done[name]
    assert plan["working_bytes"] == sum(stage["working_bytes"] for stage in plan["stages"])


def test_the_ranges_of_a_stage_are_those_of_its_layer_alone(client: TestClient) -> None:
    plan = _plan(client, LAYERS)
    for spec, stage in zip(LAYERS, plan["stages"], strict=True):
        asked = {k: v for k, v in spec.items() if k != "layer"}
        asked["input"] = {"shape": stage["input"]["shape"]}
        alone = client.post(f"/api/v1/layers/{spec['layer']}/plan", json=asked).json()
        assert stage["ranges"] == alone["ranges"]


def _changed(number: int, name: str, value: Any) -> list[dict[str, Any]]:
    return [spec | {name: value} if n == number else spec for n, spec in enumerate(LAYERS)]


def test_later_says_where_a_stage_behind_stops_fitting(client: TestClient) -> None:
    """Each end fits; next to it, the stage that is named is the first that does not."""
    seen = 0
    for number, stage in enumerate(_plan(client, LAYERS)["stages"]):
        for name, told in stage["later"].items():
            alone = stage["ranges"][name]
            assert told != alone
            every = range(told["min"], told["max"] + 1) if "min" in told else told["values"]
            for value in {every[0], every[-1]}:
                _plan(client, _changed(number, name, value), ranges=[])
            if "min" not in told:
                continue
            ends = [(told["max"], alone["max"], 1), (told["min"], alone["min"], -1)]
            beyond = next(end + way for end, last, way in ends if end != last)
            asked = {"input": {"shape": SHAPE}, "layers": _changed(number, name, beyond)}
            answer = client.post(PLAN, json=asked | {"ranges": []})
            assert answer.status_code in (413, 422), (name, beyond)
            if told["stops"] is not None:
                assert answer.json()["errors"][0]["loc"][:2] == ["layers", told["stops"]]
                assert told["stops"] > number
                seen += 1
    assert seen > 3


def test_later_is_by_hand(client: TestClient) -> None:
    """Of 8 cells a window of 2 leaves the 7 that the kernel behind it needs, one of 3 leaves 6."""
    layers = [
        {"layer": "pooling", "kernel_size": 2, "stride": 1},
        {"layer": "conv", "weight": {"shape": [1, 1, 7, 7]}},
    ]
    asked = {"input": {"shape": [1, 1, 8, 8]}, "layers": layers}
    first, last = client.post(PLAN, json=asked).json()["stages"]
    assert first["ranges"]["kernel_size"] == {"min": 1, "max": 8}
    assert first["later"]["kernel_size"] == {"min": 1, "max": 2, "stops": 1}
    assert first["later"]["stride"] == {"min": 1, "max": 1, "stops": 1}
    assert "padding" not in first["later"]
    assert last["later"] == {}


def test_choices_that_a_stage_behind_does_not_take(client: TestClient) -> None:
    """Without `flatten` a dense layer gives one row a row, more than the weight behind takes."""
    layers = [
        {"layer": "dense", "out_features": 4}, {"layer": "dense", "weight": {"shape": [3, 4]}},
    ]  # fmt: skip
    asked = {"input": {"shape": [2, 3, 5]}, "layers": layers}
    first = client.post(PLAN, json=asked).json()["stages"][0]
    assert first["ranges"]["flatten"] == {"values": [False, True]}
    assert first["later"]["flatten"] == {"values": [True], "stops": 1}


def test_the_ranges_of_some(client: TestClient) -> None:
    for asked, expected in (([1, 3], [1, 3]), (2, [2]), ([], [])):
        stages = _plan(client, LAYERS, ranges=asked)["stages"]
        assert [n for n, stage in enumerate(stages) if "ranges" in stage] == expected
    for wrong in ([9], -1, "x", [True], [[1]], 1.5):
        answer = client.post(
            PLAN, json={"input": {"shape": SHAPE}, "layers": LAYERS, "ranges": wrong}
        )
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["ranges"]


def test_a_row_of_numbers_is_told_to_be_no_map(client: TestClient) -> None:
    dense, window = {"layer": "dense", "out_features": 10}, {"layer": "pooling", "kernel_size": 4}
    answer = client.post(PLAN, json={"input": {"shape": SHAPE}, "layers": [dense, window]})
    assert answer.json()["errors"] == [
        {
            "loc": ["layers", 1, "kernel_size"],
            "msg": "kernel_size 4 is larger than the padded input 1 + 2·0 = 1; "
            "what comes in here, [1, 10], is a row of numbers and no map any more",
        }
    ]
    plane = client.post(PLAN, json={"input": {"shape": [3, 3]}, "layers": [window]})
    assert "row of numbers" not in plane.json()["detail"]


def test_an_error_tells_of_the_stages_before_it(client: TestClient) -> None:
    layers = [*LAYERS[:3], {"layer": "pooling", "kernel_size": 9}, *LAYERS[4:]]
    answer = client.post(PLAN, json={"input": {"shape": SHAPE}, "layers": layers})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["errors"][0]["loc"] == ["layers", 3, "kernel_size"]
    assert "9 is larger than the padded input 4" in problem["detail"]
    alone = _plan(client, LAYERS[:3])
    assert problem["stages"] == alone["stages"]
    wrong: Any
    for wrong in ({"layer": "poling"}, {"layer": "pooling", "strid": 1}, 7):
        both: list[Any] = [LAYERS[0], wrong]
        asked: dict[str, Any] = {"input": {"shape": SHAPE}, "layers": both}
        answer = client.post(PLAN, json=asked)
        if wrong == 7:
            assert answer.json()["errors"][0]["loc"] == ["layers", 1]
        else:
            assert [s["name"] for s in answer.json()["stages"]] == ["conv"]


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        ({"input": [1, 2]}, ["input"]),
        ({"input": None}, ["input"]),
        ({"layers": [{"layer": "dense", "weight": [[1]]}]}, ["layers", 0, "weight"]),
        ({"layers": [{"layer": "dense", "weight": {"ref": "x"}}]}, ["layers", 0, "weight"]),
        ({"stages": 1}, ["stages"]),
    ],
)
def test_takes_shapes_not_tensors(client: TestClient, change: Any, loc: list[Any]) -> None:
    answer = client.post(PLAN, json={"input": {"shape": SHAPE}, "layers": LAYERS} | change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == loc


def test_limits_count_together_and_in_later(limited: Callable[..., TestClient]) -> None:
    """An activation of 16 numbers takes 128 bytes, in and out."""
    client = limited(working_bytes=46 * 128)
    asked = {"input": {"shape": [1, 1, 4, 4]}, "ranges": []}
    layers: list[dict[str, Any]] = [{"layer": "activation"}] * 46
    assert client.post(PLAN, json=asked | {"layers": layers}).status_code == 200
    answer = client.post(PLAN, json=asked | {"layers": [*layers, layers[0]]})
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["loc"] == ["layers", 46]
    assert len(answer.json()["stages"]) == 46
    layers = [{"layer": "upsample", "size": 4}, {"layer": "activation"}]
    answer = limited(working_bytes=12000).post(
        PLAN, json={"input": {"shape": [1, 1, 4, 4]}, "layers": layers}
    )
    told = answer.json()["stages"][0]
    assert told["ranges"]["size"]["max"] > told["later"]["size"]["max"] > 4
    assert told["later"]["size"]["stops"] is None


def test_terabytes_are_refused_and_nothing_is_made(client: TestClient) -> None:
    layers = [{"layer": "upsample", "scale_factor": 65536}] * 20
    tracemalloc.start()
    answer = client.post(PLAN, json={"input": {"shape": [1, 1, 9, 9]}, "layers": layers})
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert most < 4 << 20


def test_a_long_chain_has_an_end_of_questions(client: TestClient) -> None:
    """Of 64 layers each would ask all behind it; what was not looked for is null."""
    layers = [{"layer": "conv", "out_channels": 2, "padding": 1}] * 64
    stages = _plan(client, layers)["stages"]
    assert stages[0]["later"] is not None
    assert stages[20]["later"] is None
    assert all(stage["ranges"] for stage in stages)


def test_it_tells_what_a_page_draws_between_the_stages(client: TestClient) -> None:
    """As of a network: what each stage takes, which maps each of its own is made of."""
    layers = [
        {"layer": "conv", "out_channels": 4},
        {"layer": "activation"},
        {"layer": "conv", "out_channels": 8, "groups": 2},
        {"layer": "dense", "out_features": 3},
        {"layer": "softmax"},
    ]
    asked = {"input": {"shape": [1, 3, 9, 9]}, "layers": layers, "ranges": []}
    told = client.post("/api/v1/pipeline/plan", json=asked).json()
    names = [stage["name"] for stage in told["stages"]]
    assert names == ["conv", "activation", "conv_2", "dense", "softmax"]
    sources = [stage["sources"] for stage in told["stages"]]
    assert sources == [{"input": name} for name in ("input", *names[:-1])]
    links = [stage["links"]["input"] for stage in told["stages"]]
    assert links == [
        {"groups": 1, "first": 0, "maps": 4},
        {"groups": 4, "first": 0, "maps": 4},
        {"groups": 2, "first": 0, "maps": 8},
        None,
        None,
    ]
    assert told["gives"] == "probabilities"
    for more, gives in ((layers[:4], "scores"), (layers[:3], "maps")):
        answer = client.post("/api/v1/pipeline/plan", json={**asked, "layers": more})
        assert answer.json()["gives"] == gives
