"""What is said is kept from request to request, and yet each is judged by what it says itself."""

import tracemalloc
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.api.request.fields import Fields
from app.api.request.parse import OPTIONS
from app.api.request.said import Settled, settle
from app.layers import FAMILIES
from app.problems import Invalid

TENSOR = [[1.0]]


def settled(family: str, said: dict[str, Any], *tensors: str) -> Settled:
    """Judge what is said beside these tensors; the order is the client's."""
    fields = Fields({**said, **dict.fromkeys(tensors, TENSOR)})
    found = settle(FAMILIES[family], fields, OPTIONS)
    assert list(fields.values) == list(tensors), "the tensors are left, and nothing else"
    return found


@pytest.mark.parametrize(
    ("family", "good", "bad"),
    [
        ("conv", {"padding": 1}, {"padding": True}),
        ("conv", {"padding": 1}, {"padding": "1x"}),
        ("conv", {"stride": [1, 1]}, {"stride": [1, True]}),
        ("conv", {"groups": 1}, {"groups": 1.5}),
        ("activation", {"function": "elu", "alpha": 1.0}, {"function": "elu", "alpha": True}),
        ("softmax", {"dim": 1}, {"dim": True}),
    ],
)
def test_what_equals_a_kept_value_in_python_only_is_refused_as_ever(
    family: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    first = settled(family, good, "input")
    for _ in range(2):
        with pytest.raises(Invalid):
            settled(family, bad, "input")
        assert settled(family, good, "input") == first


def test_zero_and_minus_zero_are_two_values() -> None:
    plus, minus = (
        settled("activation", {"function": "elu", "alpha": v}, "input") for v in (0.0, -0.0)
    )
    assert [str(one.layer.known()["alpha"]) for one in (plus, minus)] == ["0.0", "-0.0"]


def test_a_tensor_that_the_layer_does_not_take_is_refused_beside_the_same_words() -> None:
    assert settled("activation", {"function": "prelu"}, "input", "weight")
    assert settled("activation", {"function": "relu"}, "input")
    with pytest.raises(Invalid, match="weight"):
        settled("activation", {"function": "relu"}, "input", "weight")


def test_nothing_said_and_null_are_the_same() -> None:
    assert settled("conv", {"padding": None}, "input").layer == settled("conv", {}, "input").layer


def test_who_changes_the_options_of_one_request_fails() -> None:
    told = settled("softmax", {"device": "cpu"}, "input")
    with pytest.raises(TypeError):
        told.options["device"] = "cuda"  # type: ignore[index]
    assert settled("softmax", {"device": "cpu"}, "input").options == {"device": "cpu"}


def test_an_option_of_one_route_is_none_of_another() -> None:
    fields = [Fields({"at": [0], "input": TENSOR}) for _ in range(2)]
    assert settle(FAMILIES["softmax"], fields[0], OPTIONS | {"at"}).options == {"at": [0]}
    with pytest.raises(Invalid, match="at"):
        settle(FAMILIES["softmax"], fields[1], OPTIONS)


def test_unknown_names_are_told_in_the_client_s_order() -> None:
    fields = Fields({"weight": TENSOR, "nope": 1, "input": TENSOR, "neither": 2})
    with pytest.raises(Invalid) as refused:
        settle(FAMILIES["softmax"], fields, OPTIONS)
    assert [fault.loc for fault in refused.value.faults] == [("weight",), ("nope",), ("neither",)]


@pytest.mark.parametrize("value", ["\x01" * 2_000_000, [0.5] * 2_000_000, [["\x01" * 1000] * 1000]])
def test_long_words_are_not_written_out_to_be_kept(value: object) -> None:
    said = {f"name{n}": value for n in range(60)}
    fields = Fields({**said, "input": TENSOR})
    tracemalloc.start()
    with pytest.raises(Invalid):
        settle(FAMILIES["softmax"], fields, OPTIONS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_wrong_parameter_is_told_before_a_wrong_tensor(client: TestClient) -> None:
    wrong = {"input": [[1]], "out_features": [1, 2], "weight": {"ref": "A" * 32}}
    answer = client.post("/api/v1/layers/dense", json=wrong)
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [["out_features"]]


def test_long_words_are_judged_too() -> None:
    said = {"fields": ",".join(f"name{n}" for n in range(200))}
    assert settled("softmax", said, "input").options == said
    with pytest.raises(Invalid):
        settled("softmax", {"dim": said["fields"]}, "input")


@pytest.mark.parametrize(
    ("route", "at"), [("/api/v1/layers/pooling", ""), ("/api/v1/pipeline", "layers.0.")]
)
@pytest.mark.parametrize("name", ["stride", "mode", "fields"])
def test_a_file_is_no_value(client: TestClient, route: str, at: str, name: str) -> None:
    said = {"input": "[[[[1, 2], [3, 4]]]]"}
    if at:
        said["layers"] = '[{"layer": "pooling"}]'
    answer = client.post(route, data=said, files={f"{at}{name}": ("x", b"2")})
    assert answer.status_code == 422, answer.text
    assert at == "" or name != "fields" or "no field" in answer.text
    assert "send its value, not a file" in answer.text or "no field" in answer.text
