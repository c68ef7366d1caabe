"""Models that make what one does not expect: every answer is right, or a sentence says why not."""

import codecs
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import numpy as np
import onnx
import pytest
from starlette.testclient import TestClient

from app.admission.room import NeedsMore, Room, working_in
from app.api.models.facts import highest
from app.api.v2.datatypes import DATATYPES
from app.layers.base import INPUT
from app.main import create_app
from app.networks.network import network
from app.problems import TooLarge
from app.settings import MIB, Limits, Settings
from app.state import make_state
from tests.api.conftest import from_npy, npy
from tests.tensors.test_safetensors import read
from tests.uploads import odd
from tests.uploads.made import good, scoring
from tests.uploads.test_host import ALLOWED, Start, start

URL = "/api/v1/models"
_MANY = 50_000

__all__ = ["start"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a service that takes models, and lets them make few numbers."""
    how = Settings(store_dir=tmp_path_factory.mktemp("odd"), model_uploads=True)
    state = make_state(how, Limits(model_elements=_MANY))
    with TestClient(create_app(state)) as made:
        yield made
    state.uploads.close()


def _send(client: TestClient, model: onnx.ModelProto, **fields: str) -> Any:
    return client.post(URL, files={"model": ("m.onnx", model.SerializeToString())}, data=fields)


def _name(client: TestClient, model: onnx.ModelProto) -> str:
    answer = _send(client, model)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["name"])


def _ask(client: TestClient, name: str, what: str, x: Any, **data: str) -> Any:
    files = {"input": ("x.npy", npy(np.asarray(x, np.float32)))}
    return client.post(f"{URL}/{name}/{what}", files=files, data=data)


def _infer(client: TestClient, name: str, x: Any, **parameters: int) -> Any:
    array = np.asarray(x, np.float32)
    sent = {"name": "input", "datatype": "FP32", "shape": array.shape, "data": array.tolist()}
    outputs = [{"name": "output", "parameters": parameters}]
    return client.post(f"/v2/models/{name}/infer", json={"inputs": [sent], "outputs": outputs})


def _sizes(most: float) -> Any:
    return np.full((1, 1, 2, 2), most, np.float32)


def test_no_more_comes_out_than_a_run_may_make(client: TestClient) -> None:
    name = _name(client, odd.as_many_as_it_is_told())
    assert len(_ask(client, name, "trace", _sizes(9), nodes="-1").json()["top"]) == 5
    assert _infer(client, name, _sizes(9)).json()["outputs"][0]["shape"] == [9]
    for what in ("predict", "trace", "explain", "occlude", "contributions"):
        data = {"node": "0", "at": "[]"} if what == "explain" else {}
        refused = _ask(client, name, what, _sizes(2 * _MANY), **data)
        assert refused.status_code == 413, what
        assert f"numbers; at most {_MANY} can be" in refused.json()["detail"]
    assert _infer(client, name, _sizes(2 * _MANY)).status_code == 413


def test_what_comes_out_is_counted_before_it_is_taken(start: Start) -> None:
    host, x = start(odd.as_many_as_it_is_told()), _sizes(MIB)
    room, pid = Room(MIB), host.pid
    with working_in(room), pytest.raises(NeedsMore) as more:
        host.ask("run", arrays={INPUT.name: x})
    assert more.value.amount == 4 * MIB
    with working_in(Room(4 * MIB)):
        made = host.ask("run", arrays={INPUT.name: x}).arrays["output"]
    assert made.size == MIB
    assert (host.pid, host.is_alive) == (pid, True)
    with pytest.raises(TooLarge, match="numbers"):
        host.ask("run", arrays={INPUT.name: _sizes(ALLOWED.elements)})


@pytest.mark.parametrize("size", [0, 3, 1000, 200_001])
def test_the_highest_of_a_long_row_are_those_of_the_whole(size: int) -> None:
    line = np.random.default_rng(size).permutation(size).astype(np.float32)
    assert [line[place] for place in highest(line, 5)] == sorted(line, reverse=True)[:5]


@pytest.mark.parametrize("kind", ["float32", "float16", "int8", "uint8", "bool"])
@pytest.mark.parametrize("size", [1, 7, 200_001])
def test_of_equal_ones_the_first_is_first(kind: str, size: int) -> None:
    line = np.random.default_rng(size).integers(0, 3, size).astype(kind)
    told = line.tolist()
    assert highest(line, 5) == sorted(range(size), key=lambda place: -told[place])[:5]
    assert highest(line, 5)[0] == int(line.argmax())


def test_what_is_no_number_is_where_argmax_has_it() -> None:
    line = np.array([1, np.nan, np.inf, np.nan, -1], np.float32)
    assert highest(line, 5) == [1, 3, 2, 0, 4]


def test_the_class_by_default_is_the_first_of_the_top(client: TestClient) -> None:
    name, x = _name(client, odd.cast("bool")), np.zeros((1, 3))
    chosen = _ask(client, name, "contributions", x).json()["class"]
    assert chosen == _ask(client, name, "predict", x).json()["top"][0]["index"] == 0


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("form", ["list", "text"])
def test_no_more_nodes_are_asked_for_than_there_are(
    client: TestClient, own: bool, form: str
) -> None:
    name = _name(client, good()) if own else "lenet-digits"
    there = 3 if own else len(network(name).stages) + 1
    shape = (1, 3, 8, 8) if own else (1, 1, 28, 28)
    details = []
    for count in (there, there + 1, 100_000):
        nodes: Any = ",".join(["0"] * count) if form == "text" else [0] * count
        asked = {"input": np.zeros(shape).tolist(), "nodes": nodes}
        answer = client.post(f"{URL}/{name}/trace", json=asked)
        assert answer.status_code == (200 if count == there else 422), answer.text[:300]
        details.append(answer.json().get("detail"))
    assert f"at most {there}" in details[1]


@pytest.mark.parametrize("make", [odd.cast_there_and_back, odd.held_as])
@pytest.mark.parametrize(
    "kind", ["FLOAT8E4M3FN", "FLOAT8E5M2", "BFLOAT16", "STRING", "UINT4", "INT4"]
)
def test_what_is_no_number_here_is_never_shown_as_another(
    client: TestClient, kind: str, make: Callable[[str], onnx.ModelProto]
) -> None:
    """1 as a float8 has the bits of 56, and was shown as 56."""
    answer = _send(client, make(kind))
    assert answer.status_code == 422, answer.text
    assert f"what is no number here: {kind.lower()}" in answer.json()["detail"]


def test_a_zero_with_a_sign_is_another_input(client: TestClient) -> None:
    name = _name(client, odd.one_by())
    for zero in (0.0, -0.0, 0.0):
        answer = _ask(client, name, "trace", [[zero, 1]], format="npy")
        np.testing.assert_array_equal(from_npy(answer.content), [[np.copysign(np.inf, zero), 1]])


@pytest.mark.parametrize("kind", odd.TYPES)
def test_numbers_of_every_type_come_out(client: TestClient, kind: str) -> None:
    name, x = _name(client, odd.cast(kind)), [[2.0, 0.0, 1.0]]
    expected = np.array(x).astype(kind)
    answer = _ask(client, name, "trace", x, format="safetensors")
    assert answer.status_code == 200, answer.text
    found = read(answer.content)[0]["output"]
    assert found.dtype == np.dtype(kind)
    np.testing.assert_array_equal(found, expected)
    for form in ("json", "npy", "png"):
        answer = _ask(client, name, "trace", x, format=form)
        assert answer.status_code == 200, (form, answer.text)
    predicted = _ask(client, name, "predict", x).json()
    assert predicted["top"][0]["score"] == pytest.approx(float(expected.max()))
    [output] = client.get(f"/v2/models/{name}").json()["outputs"]
    assert np.dtype(DATATYPES[output["datatype"]]) == np.dtype(kind)
    for classes in (0, 2):
        answer = _infer(client, name, x, classification=classes)
        assert answer.status_code == 200, answer.text
        told = answer.json()["outputs"][0]
    assert [int(one.split(":")[1]) for one in told["data"]] == [0, 2]
    values = [one.split(":")[0] for one in told["data"]]
    is_float = np.dtype(kind).kind == "f"
    assert values == [f"{v:f}" if is_float else f"{int(v)}" for v in expected[0, [0, 2]].tolist()]


def test_integers_are_compared_and_written_exactly(client: TestClient) -> None:
    name, start = _name(client, odd.counted_from(2**53)), 2**53
    told = _infer(client, name, [[2, 1, 3]], classification=3).json()["outputs"][0]["data"]
    assert told == [f"{start + 3}:2", f"{start + 2}:0", f"{start + 1}:1"]


def test_a_number_without_axes_comes_out(client: TestClient) -> None:
    name = _name(client, odd.summed())
    assert client.get(f"/v2/models/{name}").json()["outputs"][0]["shape"] == []
    [told] = _infer(client, name, [[1, 2, 3]]).json()["outputs"]
    assert (told["shape"], told["data"]) == ([], [6])
    assert _infer(client, name, [[1, 2, 3]], classification=1).status_code == 200
    for what in ("trace", "predict", "contributions"):
        assert _ask(client, name, what, [[1, 2, 3]]).status_code == 200, what
    for form in ("npy", "safetensors"):
        assert _ask(client, name, "trace", [[1, 2, 3]], format=form).status_code == 200, form


@pytest.mark.parametrize("case", odd.NOTHING_MADE)
def test_a_graph_that_makes_nothing_is_refused(client: TestClient, case: str) -> None:
    answer = _send(client, odd.NOTHING_MADE[case]())
    assert answer.status_code == 422
    assert answer.json()["detail"] == "what comes out of this graph is what goes in"


def test_scores_of_another_number_are_told(client: TestClient) -> None:
    name, x = _name(client, odd.sized_by_sign()), np.ones((1, 1, 4, 4))
    answer = _ask(client, name, "occlude", x, **{"class": "15", "value": "0"})
    assert answer.status_code == 422
    assert "another number of scores" in answer.json()["detail"]
    answer = _ask(client, name, "occlude", 0 * x)
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "this network gives no scores for this input",
    )


def test_a_size_that_the_numbers_decide_is_free(client: TestClient) -> None:
    name = _name(client, odd.sized_by_sign())
    assert client.get(f"/v2/models/{name}").json()["outputs"][0]["shape"] == [-1]
    assert client.get(f"/v2/models/{name}/config").json()["output"][0]["dims"] == [-1]
    x = np.arange(16).reshape(1, 1, 4, 4)
    assert _infer(client, name, x).json()["outputs"][0]["shape"] == [15]


def test_the_number_of_a_class_is_no_score(client: TestClient) -> None:
    name, x = _name(client, odd.chosen()), [[0, 1, 2, 9, 3, 4]]
    told = _ask(client, name, "predict", x).json()
    assert (told["gives"], told["top"]) == ("maps", [])
    assert from_npy(_ask(client, name, "trace", x, format="npy").content).tolist() == [[3]]
    for what in ("class_map", "contributions"):
        refused = _ask(client, name, what, x)
        expected = (422, "what comes out of this network are no scores of classes")
        assert (refused.status_code, refused.json()["detail"]) == expected


def test_a_stage_may_be_called_in_any_script(client: TestClient) -> None:
    told, x = _send(client, odd.in_chinese()).json(), [[1, 1]]
    [stage] = told["stages"]
    assert stage["name"] == "层_1_全连接"
    for form in ("json", "npy", "png", "safetensors"):
        answer = _ask(client, told["name"], "trace", x, nodes=stage["name"], format=form)
        assert answer.status_code == 200, (form, answer.text)
        address = f"{URL}/{told['name']}/tensors/{quote(stage['tensors']['weight'])}"
        assert client.get(address, params={"format": form}).status_code == 200, form
    answer = _ask(client, told["name"], "explain", x, node=stage["name"], at="[0, 1]")
    assert answer.json()["path"][0]["value"] == 6
    assert client.get(f"{URL}/{told['name']}/times").status_code == 200
    assert client.get(f"/en/networks/{told['name']}").status_code == 200


def test_a_row_is_taken_as_it_is(client: TestClient) -> None:
    name = _name(client, odd.row())
    [source] = client.get(f"/v2/models/{name}").json()["inputs"]
    assert source == {"name": "input", "datatype": "FP32", "shape": [5]}, "no picture has a range"
    made = _ask(client, name, "trace", [-1, 0, 1, 2, 3], format="npy")
    np.testing.assert_array_equal(from_npy(made.content), [0, 0, 1, 2, 3])
    refused = _ask(client, name, "trace", [[1, 2, 3, 4, 5]])
    assert refused.json()["detail"] == "this network takes [5], not [1, 5]"


def test_a_node_that_is_called_as_the_input_has_another_name(client: TestClient) -> None:
    told = _send(client, odd.called_input()).json()
    assert [stage["name"] for stage in told["stages"]] == ["input_2", "last"]
    answer = _ask(client, told["name"], "explain", [[1, 2, 3]], node="1", at="[0, 1]")
    assert answer.status_code == 200, answer.text
    assert [step["name"] for step in answer.json()["path"]] == ["input_2", "last"]


def test_weights_that_are_no_numbers_are_told_as_none(client: TestClient) -> None:
    name, x = _name(client, odd.weighed_by_nothing()), np.ones((1, 2, 2, 2))
    answer = _ask(client, name, "class_map", x, **{"class": "1"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["cells"] == [[None, None], [None, None]]
    assert _ask(client, name, "contributions", x, **{"class": "1"}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        ({"std": "1e-310"}, "std"),
        ({"std": "1e-39"}, "std"),
        ({"mean": "1000000", "std": "1e-33"}, "std"),
        ({"mean": "[1, 2, 3]", "std": "[1, 2]"}, "std"),
        ({"mean": "[1, 2, 3, 4]"}, "mean"),
        ({"labels": '["a", null]'}, "labels"),
        ({"labels": '[{"a": 1}]'}, "labels"),
        ({"labels": "[true]"}, "labels"),
        ({"labels": "a" * 201}, "labels"),
        ({"mean": "1000001"}, "mean"),
    ],
)
def test_what_comes_with_it_can_be_used(
    client: TestClient, fields: dict[str, str], blamed: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = _send(client, scoring(), **fields)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["loc"] == [blamed]


@pytest.mark.parametrize("as_file", [False, True])
@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("tench, Tinca tinca\ngoldfish", ["tench, Tinca tinca", "goldfish"]),
        ('["a, b", "c"]', ["a, b", "c"]),
        ("1\r\n2, zwei\r\n", ["1", "2, zwei"]),
        ("a,b", ["a", "b"]),
    ],
)
def test_each_line_of_labels_is_one_with_its_commas(
    client: TestClient, text: str, labels: list[str], *, as_file: bool
) -> None:
    files = {"model": ("m.onnx", scoring().SerializeToString())}
    sent = {"files": files | {"labels": ("names.txt", codecs.BOM_UTF8 + text.encode())}}
    answer = client.post(URL, **(sent if as_file else {"files": files, "data": {"labels": text}}))
    assert answer.status_code == 201, answer.text
    assert answer.json()["classes"] == labels


@pytest.mark.parametrize("name", ["mean", "title", "size"])
def test_a_value_that_comes_as_a_file_is_not_passed_over(client: TestClient, name: str) -> None:
    files = {"model": ("m.onnx", scoring().SerializeToString()), name: ("value.txt", b"1")}
    answer = client.post(URL, files=files)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["loc"] == [name]


def test_a_mean_of_zero_leaves_no_negative_zero(client: TestClient) -> None:
    assert "-0.0" not in _send(client, scoring()).text
