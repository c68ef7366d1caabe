"""What of the answer is wanted: `fields`, `output=ref`."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.api.answer.names import chain_parts, layer_parts
from app.layers import LAYERS
from tests.api.conftest import from_npy

POOL = "/api/v1/layers/pooling"
X: dict[str, Any] = {"input": [[1, 2], [3, 4]]}


@pytest.mark.parametrize("sent", ["output,shape", "output, shape", ["output", "shape"]])
def test_fields_pick_in_a_body(client: TestClient, sent: object) -> None:
    answer = client.post(POOL, json=X | {"fields": sent})
    assert answer.json() == {"output": [[[[4]]]], "shape": [1, 1, 1, 1]}


def test_fields_pick_in_a_query_and_a_form(client: TestClient) -> None:
    for answer in (
        client.post(f"{POOL}?fields=output,shape", json=X),
        client.post(POOL, data={"input": "[[1, 2], [3, 4]]", "fields": "output,shape"}),
        client.post(
            POOL, files={"fields": (None, "output,shape"), "input": (None, "[[1,2],[3,4]]")}
        ),
    ):
        assert answer.json() == {"output": [[[[4]]]], "shape": [1, 1, 1, 1]}


def test_one_field(client: TestClient) -> None:
    assert client.post(f"{POOL}?fields=shape", json=X).json() == {"shape": [1, 1, 1, 1]}
    assert client.post(POOL, json=X | {"fields": "cost"}).json()["cost"]["macs"] == 0


def test_fields_leave_numbers_out_as_well(client: TestClient) -> None:
    asked = X | {"return_indices": True, "kernel_size": 1}
    assert set(client.post(f"{POOL}?fields=indices,rule", json=asked).json()) == {"indices", "rule"}
    drawn = {**X, "out_channels": 1, "kernel_size": 1}
    found = client.post("/api/v1/layers/conv?fields=weight", json=drawn).json()
    assert set(found) == {"weight"}
    mask = {**X, "training": True, "seed": 4}
    found = client.post("/api/v1/layers/dropout?fields=mask,output", json=mask).json()
    np.testing.assert_array_equal(found["output"], np.multiply(found["mask"], X["input"]) * 2)


def test_fields_pick_of_what_stands_beside_a_file(client: TestClient) -> None:
    answer = client.post(f"{POOL}?fields=shape&format=npy", json=X)
    assert from_npy(answer.content).tolist() == [[[[4]]]]
    assert '"shape"' in answer.headers["Layerlab-Facts"]
    assert '"cost"' not in answer.headers["Layerlab-Facts"]


@pytest.mark.parametrize("fields", [5, True, [1], [["shape"]], {"a": 1}, "", [], [""]])
def test_fields_are_names(client: TestClient, fields: object) -> None:
    answer = client.post(POOL, json=X | {"fields": fields})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["fields"]


SENT: dict[str, Any] = {"input": [[[[1.0, 2.0], [3.0, 4.0]]]]}
CHAIN: dict[str, Any] = {**SENT, "layers": [{"layer": "softmax"}]}


@pytest.mark.parametrize(("path", "sent"), [(POOL, X), ("/api/v1/pipeline", CHAIN)])
@pytest.mark.parametrize("fields", ["ouptut", ["ouptut"], "shape,ouptut", "shape, ouptut"])
def test_a_name_that_no_answer_has_is_told_with_the_nearest(
    client: TestClient, path: str, sent: dict[str, Any], fields: object
) -> None:
    answer = client.post(path, json=sent | {"fields": fields})
    assert answer.status_code == 422
    said = "there is no field 'ouptut' here; did you mean 'output'?"
    assert answer.json()["errors"] == [{"loc": ["fields", "ouptut"], "msg": said}]


@pytest.mark.parametrize(("path", "name"), [(POOL, "stages"), ("/api/v1/pipeline", "rule")])
def test_a_part_of_another_route_s_answer_is_unknown(
    client: TestClient, path: str, name: str
) -> None:
    sent = X if path == POOL else CHAIN
    answer = client.post(path, json=sent | {"fields": name})
    assert answer.json()["errors"][0]["loc"] == ["fields", name]


@pytest.mark.parametrize("query", ["fields=", "fields=output,", "fields=,", "fields=%20"])
def test_a_field_has_a_name(client: TestClient, query: str) -> None:
    answer = client.post(f"{POOL}?{query}", json=X)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["fields"]


def _answers(client: TestClient) -> Iterator[dict[str, Any]]:
    """Yield what is answered to an example of each layer that makes something of its own."""
    for layer in LAYERS:
        for params, shapes in layer.examples:
            chosen = {layer.selector: layer.tag} if layer.selector else {}
            tensors = {name: np.ones(shape).tolist() for name, shape in shapes.items()}
            asked = {**tensors, **params, **chosen, "refs": 1, "code": 1, "check": 1}
            yield client.post(f"/api/v1/layers/{layer.family}", json=asked).json()


def test_every_part_of_an_answer_can_be_picked_and_nothing_else(client: TestClient) -> None:
    found = {name for answer in _answers(client) for name in answer}
    # Why an answer has no check is said of one that is too large only.
    assert found | {"check_note"} == layer_parts()


def test_every_part_of_a_chain_s_answer_can_be_picked(client: TestClient) -> None:
    found = client.post("/api/v1/pipeline", json=CHAIN | {"refs": 1}).json()
    assert set(found) <= chain_parts()
    for name in found:
        assert set(client.post(f"/api/v1/pipeline?fields={name}", json=CHAIN).json()) <= {name}


def test_output_ref_leaves_the_numbers_out(client: TestClient) -> None:
    found = client.post(f"{POOL}?output=ref", json=X | {"return_indices": True}).json()
    assert not {"output", "indices"} & set(found)
    assert found["shape"] == [1, 1, 1, 1]
    refs: dict[str, Any] = found["refs"]
    assert set(refs) == {"input", "output", "indices"}
    held = client.get(f"/api/v1/tensors/{refs['output']}", headers={"Accept": "application/x-npy"})
    assert from_npy(held.content).tolist() == [[[[4]]]]
    again = client.post(POOL, json={"input": {"ref": refs["input"]}}).json()
    assert again["output"] == [[[[4]]]]


def test_nothing_is_kept_unless_asked(client: TestClient) -> None:
    assert "refs" not in client.post(POOL, json=X).json()
    assert "refs" not in client.post(f"{POOL}?refs=0", json=X).json()
    assert "refs" in client.post(f"{POOL}?refs=1", json=X).json()


@pytest.mark.parametrize("output", ["numbers", 1, True, ["ref"]])
def test_output_can_only_be_ref(client: TestClient, output: object) -> None:
    answer = client.post(POOL, json=X | {"output": output})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["output"]


@pytest.mark.parametrize("name", ["refs", "code", "check"])
@pytest.mark.parametrize("value", [{}, [], "yes", "", 2, 0.5])
def test_what_is_on_or_off_is_true_or_false(client: TestClient, name: str, value: object) -> None:
    answer = client.post(POOL, json=X | {name: value})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"loc": [name], "msg": "must be true or false"}]


@pytest.mark.parametrize("wrong", [{"colormap": "jet"}, {"scale": {}}, {"device": "tpu"}])
def test_options_are_judged_in_every_form(client: TestClient, wrong: dict[str, Any]) -> None:
    """A picture's too, though the answer is none."""
    answer = client.post(POOL, json=X | wrong)
    assert answer.status_code == 422
    assert [fault["loc"] for fault in answer.json()["errors"]] == [list(wrong)]


@pytest.mark.parametrize("look", ["colormap=jet", "scale=log"])
def test_the_look_of_a_held_tensor_is_judged_too(client: TestClient, look: str) -> None:
    ref = client.post("/api/v1/tensors", json={"input": [1, 2]}).json()["ref"]
    assert client.get(f"/api/v1/tensors/{ref}?{look}").status_code == 422


@pytest.mark.parametrize("name", ["format", "colormap", "scale", "refs", "code", "check",
                                  "fields", "output", "device", "kernel_size", "mode"])  # fmt: skip
def test_null_is_nothing_said(client: TestClient, name: str) -> None:
    one, other = (client.post(POOL, json=X | more).json() for more in ({}, {name: None}))
    assert one | {"timing_ms": 0} == other | {"timing_ms": 0}


@pytest.mark.parametrize("route", ["plan", "explain", "export?format=onnx"])
@pytest.mark.parametrize("device", [5, {}, "tpu"])
def test_every_route_judges_the_device(client: TestClient, route: str, device: object) -> None:
    tensor = {"input": {"shape": [2, 2]}} if route == "plan" else X
    at = {"at": [0, 0, 0, 0]} if route == "explain" else {}
    assert client.post(f"{POOL}/{route}", json=tensor | at).status_code == 200
    answer = client.post(f"{POOL}/{route}", json=tensor | at | {"device": device})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["device"]


SHAPE: dict[str, Any] = {"input": {"shape": [2, 2]}}
JSON_ALONE: list[tuple[str, dict[str, Any]]] = [
    (f"{POOL}/plan", SHAPE),
    (f"{POOL}/explain", X | {"at": [0, 0, 0, 0]}),
    (f"{POOL}/explain", X | {"at": [0, 0, 0, 0], "of": "input"}),
    ("/api/v1/pipeline/plan", SHAPE | {"layers": [{"layer": "softmax"}]}),
]


@pytest.mark.parametrize(("path", "sent"), JSON_ALONE)
def test_what_comes_as_json_alone_is_refused_in_other_forms(
    client: TestClient, path: str, sent: dict[str, Any]
) -> None:
    for form in ("npy", "png", "safetensors", "nope", 5):
        answer = client.post(path, json=sent | {"format": form})
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"loc": ["format"], "msg": "format must be one of json"}]
    for accept in ("image/png", "application/json;q=0, */*", "application/x-npy"):
        answer = client.post(path, json=sent, headers={"Accept": accept})
        assert answer.status_code == 406
        assert answer.json()["detail"] == "answers can be application/json"
    for accept in ("application/json", "image/png, */*;q=0.1", "application/*"):
        answer = client.post(path, json=sent | {"format": None}, headers={"Accept": accept})
        assert answer.status_code == 200
    named = client.post(path, json=sent | {"format": "json"}, headers={"Accept": "image/png"})
    assert named.status_code == 200


@pytest.mark.parametrize("wrong", [{"order": {}}, {"limit": 0}, {"limit": "1"}])
def test_what_touches_what_judges_the_order_too(client: TestClient, wrong: dict[str, Any]) -> None:
    asked = X | {"at": [0, 0, 0, 0], "of": "input"}
    assert client.post(f"{POOL}/explain", json=asked).status_code == 200
    answer = client.post(f"{POOL}/explain", json=asked | wrong)
    assert answer.json()["errors"][0]["loc"] == list(wrong)


CURVE = "/api/v1/activations/elu/curve"


def test_a_curve_comes_in_its_own_forms(client: TestClient) -> None:
    """It has no body of several tensors, and has a drawing."""
    answer = client.get(f"{CURVE}?format=safetensors")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "format must be one of json, npy, png, svg"
    accepted = "application/vnd.safetensors"
    assert client.get(CURVE, headers={"Accept": accepted}).status_code == 406
    liked = "application/json;q=0.5, image/svg+xml"
    drawn = client.get(CURVE, headers={"Accept": liked})
    assert drawn.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/json;q=0, */*", "application/x-npy"),
        ("*/*, application/json;q=0", "application/x-npy"),
        ("application/*;q=0, */*", "image/png"),
        ("application/*;q=0, application/json", "application/json"),
        ("application/json;q=0.5, */*;q=0.1", "application/json"),
        ("image/png;q=0.4, application/json;q=0.6, */*;q=0.5", "application/json"),
        ("image/*", "image/png"),
        ("application/x-npy, application/json", "application/x-npy"),
        ("text/html, */*;q=0.1", "application/json"),
    ],
)
def test_the_more_specific_range_of_accept_counts(
    client: TestClient, accept: str, given: str
) -> None:
    answer = client.post(POOL, json=X, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, given)


@pytest.mark.parametrize(
    "accept", ["*/*;q=0", "application/*;q=0, image/*;q=0, */*", "application/json;q=0", "text/*"]
)
def test_what_is_refused_is_not_chosen(client: TestClient, accept: str) -> None:
    assert client.post(POOL, json=X, headers={"Accept": accept}).status_code == 406
