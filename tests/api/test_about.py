"""Lists, limits, health, OpenAPI, refs, curves and networks."""

from collections import defaultdict
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from fastapi import FastAPI
from PIL import Image
from starlette.routing import Route
from starlette.testclient import TestClient

from app.layers import FAMILIES
from app.settings import Limits
from tests.api.conftest import from_npy, npy

SAMPLE = Path("static/samples/chelsea.jpg")
_ANY = defaultdict(lambda: "none", name="softmax", function="relu", version="1")
SEED = "functions=relu,tanh,sigmoid,softplus&layout=panels&ylim=-1,5,-1.2,1.2,-0.2,1.2,-0.2,6"


def test_every_layer_is_listed_in_both_languages(client: TestClient) -> None:
    english = client.get("/api/v1/layers").json()["layers"]
    chinese = client.get("/api/v1/layers", headers={"Accept-Language": "zh"}).json()["layers"]
    assert [one["layer"] for one in english] == list(FAMILIES)
    for one, other in zip(english, chinese, strict=True):
        assert one["summary"] != other["summary"]
        for variant in one["variants"].values():
            assert variant["schema"]["additionalProperties"] is False
            assert variant["tensors"][0]["name"] == "input"


def test_devices(client: TestClient) -> None:
    found = client.get("/api/v1/devices").json()
    assert "cpu" in found["devices"]
    assert "CPUExecutionProvider" in found["providers"]


def test_limits_are_finite_and_named(client: TestClient) -> None:
    found = client.get("/api/v1/limits").json()["limits"]
    assert set(found) == set(Limits.model_fields)
    assert all(0 < one["limit"] < 10**12 and one["counts"] for one in found.values())


def test_health(client: TestClient) -> None:
    assert client.get("/health/live").json()["status"] == "live"
    assert client.get("/health/ready").json()["provider"] == "CPUExecutionProvider"


def test_what_answers_get_answers_for_the_head_alone(client: TestClient) -> None:
    """With the same status and headers, as RFC 9110 (9.3.2) has it."""
    paths = client.get("/openapi.json").json()["paths"]
    urls = {url for url, operations in paths.items() if "get" in operations}
    assert {"/health/ready", "/metrics", "/api/v1/layers", "/v2/models/{name}"} <= urls
    for url in urls:
        filled = url.format_map(_ANY)
        answer, whole = client.head(filled), client.get(filled)
        assert (answer.status_code, answer.content) == (whole.status_code, b""), filled
        assert answer.headers["content-type"] == whole.headers["content-type"], filled
        assert "head" not in paths[url], "the document says it once"
        if len(paths[url]) == 1:
            refused = client.request("PATCH", filled)
            allowed = {one.strip() for one in refused.headers["allow"].split(",")}
            assert (refused.status_code, allowed) == (405, {"GET", "HEAD"}), filled


def _examples(client: TestClient) -> list[tuple[str, str, dict[str, object]]]:
    found = []
    for path, item in client.get("/openapi.json").json()["paths"].items():
        operation = item.get("post", {})
        content = operation.get("requestBody", {}).get("content", {})
        query = ""
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", parameter["example"])
            elif parameter["in"] == "query":
                query = f"?{parameter['name']}={parameter['example']}"
        for name, one in content.get("application/json", {}).get("examples", {}).items():
            found.append((path + query, name, one["value"]))
    return found


def test_every_example_of_the_openapi_works(client: TestClient) -> None:
    examples = _examples(client)
    variants = sum(len(family.variants) for family in FAMILIES.values())
    of_tensors, of_networks, of_chains, of_v2 = 1, 6, 3, 2
    assert len(examples) == 5 * variants + of_tensors + of_networks + of_chains + of_v2
    for path, name, body in examples:
        answer = client.post(path, json=body)
        assert answer.status_code in (200, 201), (path, name, answer.text)


def test_openapi_lists_every_route_with_a_summary(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    app = client.app
    assert isinstance(app, FastAPI)
    paths = [route.path for route in app.routes if isinstance(route, Route)]
    known = [path.replace("{layer}", FAMILIES["pad"].name) for path in paths]
    assert {path for path in known if path.startswith(("/api/", "/v2"))} <= set(document["paths"])
    for name in FAMILIES:
        assert document["paths"][f"/api/v1/layers/{name}"]["post"]["summary"]
    for item in document["paths"].values():
        for operation in item.values():
            assert operation["summary"]


def test_a_tensor_is_held_and_given_back(client: TestClient) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    put = client.post("/api/v1/tensors", files={"input": ("a", npy(array))})
    assert put.status_code == 201
    ref = put.json()["ref"]
    got = client.get(f"/api/v1/tensors/{ref}", headers={"Accept": "application/x-npy"})
    np.testing.assert_array_equal(from_npy(got.content), array)
    used = client.post("/api/v1/layers/softmax", data={"input": f"ref:{ref}", "dim": "0"})
    np.testing.assert_allclose(np.sum(used.json()["output"], 0), 1, rtol=1e-6)


def test_refs_of_an_answer(client: TestClient) -> None:
    first = client.post("/api/v1/layers/activation", json={"input": [-1, 2], "refs": True}).json()
    again = client.post(
        "/api/v1/layers/softmax", json={"input": {"ref": first["refs"]["output"]}}
    ).json()
    np.testing.assert_allclose(again["output"], [1 / (1 + np.e**2), 1 / (1 + np.e**-2)], rtol=1e-6)


def test_explanations(client: TestClient) -> None:
    body = {"input": [[1, 5], [3, 2]], "at": [0, 0, 0, 0]}
    (found,) = client.post("/api/v1/layers/pooling/explain", json=body).json()["elements"]
    assert (found["value"], found["combine"]) == (5, "max")
    assert [term["winner"] for term in found["terms"]] == [False, True, False, False]
    assert "winner_index" not in found
    (cut,) = client.post("/api/v1/layers/pooling/explain", json={**body, "limit": 1}).json()[
        "elements"
    ]
    assert (len(cut["terms"]), cut["winner_index"]) == (1, [0, 0, 0, 1])
    far = client.post("/api/v1/layers/pooling/explain", json={**body, "at": [0, 0, 0, 1]})
    assert far.status_code == 422
    assert far.json()["errors"][0]["loc"] == ["at"]


def test_the_seed_figure(client: TestClient) -> None:
    svg = client.get(f"/api/v1/activations/curve?{SEED}&format=svg")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.count("<polyline") == 4
    for title in ("ReLU", "Tanh", "Sigmoid", "Softplus"):
        assert f">{title}</text>" in svg.text
    drawn = client.get(f"/api/v1/activations/curve?{SEED}&format=png")
    picture = Image.open(BytesIO(drawn.content))
    assert picture.size[0] >= 640
    # Letters are drawn too, whatever fonts the machine has: the title's corner is not empty.
    corner = np.asarray(picture.convert("L"))[0:56, 80:240]
    assert corner.min() < 100


@pytest.mark.parametrize("name", list(FAMILIES["activation"].variants))
def test_curves_against_pytorch(client: TestClient, name: str) -> None:
    found = client.get(f"/api/v1/activations/{name}/curve?num=101").json()
    x = torch.tensor(found["x"], requires_grad=True)
    layer = FAMILIES["activation"].variants[name]()
    names = {"x": x, "F": torch.nn.functional, "weight": torch.tensor([0.25])}
    y = eval(layer.torch({"input": tuple(x.shape)}), names)
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(found["y"], y.detach(), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(found["dydx"], x.grad, rtol=1e-3, atol=1e-4)


def test_curves_as_npy_and_their_errors(client: TestClient) -> None:
    rows = from_npy(client.get("/api/v1/activations/elu/curve?alpha=2&format=npy").content)
    assert rows.shape == (3, 200)
    assert rows[1].min() == pytest.approx(2 * (np.exp(-5) - 1), rel=1e-4)
    for query, loc in (("num=1", "num"), ("start=5&stop=-5", "start"), ("alhpa=1", "alhpa")):
        answer = client.get(f"/api/v1/activations/elu/curve?{query}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == [loc], query


def test_the_network_says_what_it_is(client: TestClient) -> None:
    found = client.get("/api/v1/models/one-conv").json()
    assert found["parameters"] == 5738
    assert found["accuracy"] >= 0.6
    assert [stage["shape"][1] for stage in found["stages"]] == [8, 8, 8, 10, 10]
    answer = client.post(
        "/api/v1/models/one-conv/predict", files={"input": ("a.jpg", SAMPLE.read_bytes())}
    )
    assert answer.json()["top"][0]["label"] == "cat"


def test_the_network_is_the_chain_of_its_layers(client: TestClient) -> None:
    """Every stage, asked for alone with the network's own weights, gives the traced numbers."""
    model = client.get("/api/v1/models/one-conv").json()
    traced = client.post(
        "/api/v1/models/one-conv/trace", files={"input": ("a.jpg", SAMPLE.read_bytes())}
    )
    stages = traced.json()
    x = None
    for number, stage in enumerate(model["stages"]):
        if x is not None:
            files = {"input": ("x", npy(x))}
            for name, key in stage["tensors"].items():
                url = f"/api/v1/models/one-conv/tensors/{key}?format=npy"
                files[name] = (name, client.get(url).content)
            params = {k: v for k, v in stage["params"].items() if v is not None}
            form = {k: ",".join(map(str, v)) if isinstance(v, list) else str(v).lower()
                    for k, v in params.items()}  # fmt: skip
            alone = client.post(
                f"/api/v1/layers/{stage['layer']}?format=npy", files=files, data=form
            )
            assert alone.status_code == 200, alone.text
            found = from_npy(alone.content)
            np.testing.assert_allclose(found, stages[str(number)], rtol=1e-4, atol=1e-5)
        x = np.array(stages[str(number)], np.float32)


def test_one_number_is_followed(client: TestClient) -> None:
    traced = client.post(
        "/api/v1/models/one-conv/trace", files={"input": ("a.jpg", SAMPLE.read_bytes())}
    ).json()
    files = {"input": ("a.jpg", SAMPLE.read_bytes())}
    form = {"node": "0", "at": "0,2,20,17"}
    path = client.post("/api/v1/models/one-conv/explain", files=files, data=form).json()["path"]
    assert path[0]["at"] == [0, 2, 20, 17]
    for step in path:
        value = np.array(traced[str(step["stage"])])[tuple(step["at"])]
        assert step["value"] == pytest.approx(float(value), rel=1e-4, abs=1e-5)
