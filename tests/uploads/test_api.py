"""A model is sent over HTTP, looked into, and gone again; others never see it."""

import json
import os
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Limits, Settings
from app.state import make_state
from app.uploads.kept import KeptModels
from tests.api.conftest import from_npy, npy
from tests.tensors.test_safetensors import read
from tests.uploads.made import HOSTILE, good, scoring

URL = "/api/v1/models"
X = np.random.default_rng(0).normal(0, 1, (1, 3, 8, 8)).astype(np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    """Return a client of a service that takes models."""
    state = make_state(Settings(store_dir=folder, model_uploads=True), Limits())
    with TestClient(create_app(state)) as made:
        yield made
    state.uploads.close()


def _send(client: TestClient, model: onnx.ModelProto, **fields: str) -> Any:
    return client.post(URL, files={"model": ("m.onnx", model.SerializeToString())}, data=fields)


@pytest.fixture(scope="module")
def name(client: TestClient) -> str:
    answer = _send(client, good(), title="Mine", labels='["a", "b"]', mean="0.5", std="0.25")
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{URL}/{answer.json()['name']}"
    return str(answer.json()["name"])


def test_is_a_model_for_clients_of_model_servers_by_its_name_alone(
    client: TestClient, name: str
) -> None:
    assert name not in client.post("/v2/repository/index").text
    assert name not in client.get("/v2/models/nobody").text
    told = client.get(f"/v2/models/{name}").json()
    [source] = told["inputs"]
    assert source.pop("parameters") == {"minimum": -2, "maximum": 2}  # of (x − 0.5) / 0.25
    assert source == {"name": "input", "datatype": "FP32", "shape": [1, 3, 8, 8]}
    assert told["outputs"] == [{"name": "output", "datatype": "FP32", "shape": [1, 2, 6, 6]}]
    sent = {"name": "input", "datatype": "FP32", "shape": [1, 3, 8, 8], "data": X.tolist()}
    answer = client.post(f"/v2/models/{name}/infer", json={"inputs": [sent]})
    [output] = answer.json()["outputs"]
    weight = torch.tensor(numpy_helper.to_array(good().graph.initializer[0]))
    expected = F.relu(F.conv2d(torch.tensor(X), weight)).numpy()
    found = np.reshape(output["data"], output["shape"])
    np.testing.assert_allclose(found, expected, 1e-3, 1e-5)
    two = {**sent, "shape": [2, 3, 8, 8], "data": [X.tolist()[0]] * 2}
    assert client.post(f"/v2/models/{name}/infer", json={"inputs": [two]}).status_code == 422


@pytest.mark.parametrize("lies", [False, True])
def test_what_a_file_says_of_its_chain_is_held_against_its_graph(
    client: TestClient, lies: bool
) -> None:
    layers = [{"layer": "conv", "kernel": "sobel_x", "groups": 3}, {"layer": "activation"}]
    asked = {"input": X.tolist(), "layers": layers}
    model = onnx.load_from_string(
        client.post("/api/v1/pipeline/export?format=onnx", json=asked).content
    )
    if lies:
        next(node for node in model.graph.node if node.op_type == "Relu").op_type = "Abs"
    sent = _send(client, model).json()
    operators = [stage["operator"] for stage in sent["stages"]]
    assert operators == (["Conv", "Abs"] if lies else [None, None])
    expected = client.post("/api/v1/pipeline", json={**asked, "layers": layers[:1]}).json()
    made = np.asarray(expected["output"], np.float32)
    answer = client.post(
        f"{URL}/{sent['name']}/trace?format=safetensors", json={"input": X.tolist()}
    )
    found = read(answer.content)[0]["output"]
    np.testing.assert_allclose(found, np.abs(made) if lies else np.maximum(made, 0), 1e-4, 1e-5)


def test_is_told_of_by_its_name_and_in_no_list(client: TestClient, name: str) -> None:
    found = client.get(f"{URL}/{name}").json()
    assert found["title"] == "Mine"
    assert found["classes"] == ["a", "b"]
    assert found["input"]["range"] == [-2, 2]
    assert [stage["operator"] for stage in found["stages"]] == ["Conv", "Relu"]
    assert name not in client.get(URL).text


def test_is_run_explained_and_given_back(client: TestClient, name: str) -> None:
    files = {"input": ("x.npy", npy(X))}
    traced = client.post(f"{URL}/{name}/trace", files=files).json()
    made, last = np.array(traced["0"]), np.array(traced["1"])
    np.testing.assert_array_equal(last, np.maximum(made, 0))
    form = {"node": "0", "at": "[0, 1, 2, 3]"}
    path = client.post(f"{URL}/{name}/explain", files=files, data=form).json()["path"]
    assert path[0]["value"] == pytest.approx(made[0, 1, 2, 3], 1e-4)
    assert path[0]["terms_total"] == 27
    [step] = client.post(f"{URL}/{name}/explain", files=files, data=form | {"path": "0"}).json()[
        "path"
    ]
    assert step["value"] == path[0]["value"]
    predicted = client.post(f"{URL}/{name}/predict", files=files).json()
    assert (predicted["gives"], predicted["top"]) == ("maps", [])
    assert onnx.load_model_from_string(client.get(f"{URL}/{name}/file").content) == good()
    stage = client.get(f"{URL}/{name}").json()["stages"][0]
    weight = client.get(f"{URL}/{name}/tensors/{stage['tensors']['weight']}?format=npy")
    assert from_npy(weight.content).shape == (2, 3, 3, 3)


def test_scores_are_not_called_probabilities(client: TestClient) -> None:
    """A network that ends in a dense layer: PyTorch's numbers, by the name of what they are."""
    sent = scoring()
    name = _send(client, sent).json()["name"]
    w = {one.name: torch.tensor(numpy_helper.to_array(one)) for one in sent.graph.initializer}

    def by_torch(x: Any) -> Any:
        maps = F.relu(F.conv2d(torch.tensor(x), w["k"]))
        return F.linear(maps.mean((2, 3)), w["w"], w["b"])[0].numpy()

    def post(path: str, **data: str) -> Any:
        files = {"input": ("x.npy", npy(X))}
        answer = client.post(f"{URL}/{name}/{path}", files=files, data=data)
        assert answer.status_code == 200, answer.text
        assert "probability" not in answer.text
        return answer.json()

    scores, covered = by_torch(X), X.copy()
    covered[:, :, 1:4, 2:5] = 0.5
    predicted = post("predict", cover="1,2,4,5", value="0.5", classes="1")
    assert predicted["gives"] == post("occlude")["gives"] == "scores"
    assert predicted["classes"][0]["score"] == pytest.approx(float(by_torch(covered)[1]), 1e-4)
    assert post("predict")["top"][0]["score"] == pytest.approx(float(scores.max()), 1e-4)
    assert post("trace", nodes="-1")["top"][0]["score"] == pytest.approx(float(scores.max()), 1e-4)
    asked = {"class": "2", "size": "3", "tops": "1", "lefts": "2", "value": "0.5"}
    occluded = post("occlude", **asked)
    assert occluded["score"] == pytest.approx(float(scores[2]), 1e-4)
    assert occluded["covered"] == [[pytest.approx(float(by_torch(covered)[2]), 1e-4)]]
    made = post("contributions", **{"class": "2"})
    assert made["score"] == pytest.approx(float(scores[2]), 1e-4)
    cells = np.array(post("class_map", **{"class": "2"})["cells"])
    assert cells.sum() + made["bias"] == pytest.approx(float(scores[2]), 1e-4)


@pytest.mark.parametrize("path", ["occlude", "class_map", "contributions"])
def test_maps_are_no_scores_of_classes(client: TestClient, name: str, path: str) -> None:
    answer = client.post(f"{URL}/{name}/{path}", files={"input": ("x.npy", npy(X))})
    assert answer.status_code == 422
    assert "no scores of classes" in answer.json()["detail"]


def test_its_stages_are_timed(client: TestClient, name: str) -> None:
    told = client.get(f"{URL}/{name}/times").json()
    stages = [stage["name"] for stage in client.get(f"{URL}/{name}").json()["stages"]]
    assert [stage["name"] for stage in told["stages"]] == stages
    assert all(stage["microseconds"] >= 0 for stage in told["stages"])
    assert told["microseconds"] == sum(stage["microseconds"] for stage in told["stages"]) > 0
    assert (told["runs"], told["threads"], told["optimised"]) == (5, 1, False)


def test_has_a_page_that_only_its_name_leads_to(client: TestClient, name: str) -> None:
    page = client.get(f"/en/networks/{name}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "<h1>Mine</h1>" in page.text
    assert "data-measure" in page.text
    assert '"file": "Mine"' in page.text
    saved = client.get(f"{URL}/{name}/file").headers["content-disposition"]
    assert saved == 'attachment; filename="Mine.onnx"'
    assert "outputs; what is told here" not in page.text
    assert client.get(f"{URL}/{name}").json()["outputs"] == {
        "count": 1,
        "taken": "y",
        "dtype": "float32",
    }
    assert name not in client.get("/en/networks").text


@pytest.mark.parametrize(
    ("filename", "title"),
    [
        ("resnet_18.onnx", "resnet_18"),
        ("C:\\nets\\Mine.ONNX", "Mine"),
        ("../../etc/passwd", "passwd"),
        ("netz über 漢.onnx", "netz über 漢"),
        ("a\u202eb.onnx", "ab"),
        ("x" * 400 + ".onnx", "x" * 120),
        ("<script>alert(1)<b>.onnx", "<script>alert(1)<b>"),
        (".onnx", "Your network"),
        (" ", "Your network"),
    ],
)
def test_without_a_title_it_is_called_as_its_file_is(
    client: TestClient, filename: str, title: str
) -> None:
    files = {"model": (filename, good().SerializeToString())}
    sent = client.post(URL, files=files).json()
    assert sent["title"] == title
    page = client.get(f"/en/networks/{sent['name']}", headers={"Accept": "text/html"}).text
    shown = escape(title, quote=False)
    assert f"<h1>{shown}</h1>" in page
    assert f"<title>{shown} · Layerlab</title>" in page
    if title == "Your network":
        page = client.get(f"/zh/networks/{sent['name']}", headers={"Accept": "text/html"}).text
        assert "<h1>你的网络</h1>" in page


@pytest.mark.parametrize(
    ("language", "says"), [("en", "not held any more"), ("zh", "该网络已不再保存")]
)
def test_the_page_of_one_that_is_forgotten_says_so(
    client: TestClient, language: str, says: str
) -> None:
    name = _send(client, good()).json()["name"]
    client.app.state.lab.uploads.drop(name)  # type: ignore[attr-defined]
    page = client.get(f"/{language}/networks/{name}", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert says in page.text
    assert "mistyped" not in page.text
    problem = client.get(f"{URL}/{name}")
    assert (problem.status_code, name in problem.text) == (404, False)
    assert problem.json()["type"].endswith("/network-gone")
    assert "nobody uses one for 1 h, or earlier when room is needed" in problem.json()["detail"]
    other = client.get(f"/{language}/networks/none", headers={"Accept": "text/html"})
    assert (other.status_code, says in other.text) == (404, False)


def test_of_several_outputs_the_page_says_which_is_told_of(client: TestClient) -> None:
    sent = scoring()
    aside = onnx.ValueInfoProto()
    aside.CopyFrom(sent.graph.output[0])
    aside.name, sent.graph.output[0].name = "f", "<y>"
    sent.graph.node[-1].output[0] = "<y>"
    sent.graph.output.append(aside)
    told = _send(client, sent).json()
    assert told["outputs"] == {"count": 2, "taken": "<y>", "dtype": "float32"}
    assert told["output"] == told["stages"][-1]["name"]
    page = client.get(f"/en/networks/{told['name']}", headers={"Accept": "text/html"}).text
    says = "The file has 2 outputs; what is told here is of the first, &lt;y&gt;."
    assert says in page
    assert client.get(f"{URL}/{told['name']}").json()["outputs"] == told["outputs"]


def test_the_form_says_how_long_it_is_kept(client: TestClient) -> None:
    page = client.get("/en/networks", headers={"Accept": "text/html"}).text
    assert "when nobody uses it for 1 h, or earlier when room is needed for others" in page


@pytest.mark.parametrize("case", ["external", "terabyte", "endless"])
def test_a_hostile_one_is_refused_and_not_kept(client: TestClient, folder: Path, case: str) -> None:
    before = sorted(path.name for path in (folder / "models").glob("*"))
    made, why = HOSTILE[case]
    answer = _send(client, made())
    assert 400 <= answer.status_code < 500
    assert why.split(":")[0] in answer.json()["detail"]
    assert sorted(path.name for path in (folder / "models").glob("*")) == before


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        ({"mean": "a"}, "mean"),
        ({"std": "0"}, "std"),
        ({"std": "[1, null]"}, "std"),
        ({"size": "big"}, "size"),
        ({"size": "[1, 3, 0, 8]"}, "size"),
        ({"labels": "7"}, "labels"),
        ({"title": "x" * 200}, "title"),
        ({"titel": "x"}, "titel"),
        ({"model.mode": "L"}, "model.mode"),
        ({"labels.size": "3x3"}, "labels.size"),
    ],
)
def test_what_comes_with_it_is_judged(
    client: TestClient, fields: dict[str, str], blamed: str
) -> None:
    answer = _send(client, good(), **fields)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == [blamed]


def test_without_a_file_there_is_nothing_to_take(client: TestClient) -> None:
    answer = client.post(URL, data={"title": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["model"])


@pytest.mark.parametrize("guess", ["own-" + "A" * 32, "own-../../etc/passwd", "own-"])
def test_a_guessed_name_is_not_found(client: TestClient, name: str, guess: str) -> None:
    for wrong in (guess, name[:-1], name.lower()):
        assert client.get(f"{URL}/{wrong}").status_code == 404


def test_is_gone_after_its_time(tmp_path: Path) -> None:
    state = make_state(Settings(store_dir=tmp_path, model_uploads=True), Limits(model_seconds=1))
    with TestClient(create_app(state)) as client:
        name = _send(client, good()).json()["name"]
        [file] = (tmp_path / "models").iterdir()

        os.utime(file, (0, 0))
        assert client.get(f"{URL}/{name}").status_code == 404
    state.uploads.close()


def test_what_is_too_old_is_deleted(tmp_path: Path) -> None:
    kept = KeptModels(tmp_path, Limits(model_seconds=60))
    old, new = kept.put(b"old"), kept.put(b"new")
    os.utime(tmp_path / old, (0, 0))
    kept.sweep()
    assert [path.name for path in tmp_path.iterdir()] == [new]


def test_is_off_unless_it_is_switched_on(tmp_path: Path) -> None:
    with TestClient(create_app(make_state(Settings(store_dir=tmp_path)))) as client:
        answer = _send(client, good())
    assert answer.status_code == 405
    assert "LAYERLAB_MODEL_UPLOADS" in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.text)["title"]
