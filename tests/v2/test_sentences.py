"""What is wrong is told once, behind the place where the request says it, with what was sent."""

from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.v2.conftest import asked, in_bytes, infer, tensor

_GOOD = tensor("input", [[[[1, 5], [3, 2]]]])
_FAR = "NaN and infinities can be sent as bytes, by binary_data_size"


def _with(**more: Any) -> dict[str, Any]:
    return asked({**_GOOD, **more})


def _beside(**more: Any) -> dict[str, Any]:
    return asked(_GOOD, **more)


def _error(client: TestClient, model: str, said: Any) -> str:
    how = {"content": said} if isinstance(said, bytes) else {"json": said}
    answer = client.post(infer(model), **how)
    assert answer.status_code in (400, 422)
    return str(answer.json()["error"])


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, "inputs: must be there, as a list of tensors"),
        ({"inputs": {}}, "inputs must be a list of at most 64 tensors"),
        (asked(), "input: the tensor 'input' is missing"),
        (asked(_GOOD, _GOOD), "inputs.1: 'input' is given twice"),
        (asked(_GOOD, {**_GOOD, "name": "w"}),
         "inputs.1: there is no field 'w' here; there are input"),
        (_with(shape=[5]), "inputs.0: shape [5] has 5 elements, but data has 4"),
        (_with(shape=5), "inputs.0: shape must be a list of whole numbers from 0"),
        (_with(x=1), "inputs.0.x: there is no field 'x' here; "
         "there are data, datatype, name, parameters, shape"),
        (_with(parameters={"q": 1}), "inputs.0.parameters.q: there is no field 'q' here; "
         "there are binary_data_size"),
        (_with(parameters={"content_type": "str"}),
         "inputs.0.parameters: content_type can only be 'np' or 'pd', for numbers"),
        (_with(datatype="UINT8", data=[1, 256, 1, 1]), "inputs.0: 256 at [1] is no uint8"),
        (_with(datatype="INT64", data=[1, 2**63, 1, 1]),
         f"inputs.0: {2**63} at [1] is no int64"),
        (_with(datatype="BOOL", data=[True, False, 1, 2]), "inputs.0: 2 at [3] is no bool"),
        (_with(datatype="INT8", data=[1, 1, 1.5, 1]), "inputs.0: 1.5 at [2] is no int8"),
        (_with(data=[1, None, 1, 1]), f"inputs.0: null at [1] is not a number; {_FAR}"),
        (_with(data=[1, "1", 1, 1]), "inputs.0: text at [1] is not a number"),
        (_beside(id=1), "id must be text of at most 256 characters"),
        (_beside(parameters={"input": [1]}),
         "parameters.input: 'input' is a tensor; it stands in 'inputs'"),
        (asked(parameters={"input": [1]}),
         "parameters.input: 'input' is a tensor; it stands in 'inputs'"),
        (_beside(parameters={"q": 1}), "parameters.q: there is no field 'q' here; "),
        (_beside(outputs=[{"name": "output", "x": 1}]), "outputs.0.x: there is no field 'x' here; "
         "there are name, parameters"),
        (_beside(outputs=[{"name": "output", "parameters": {"q": 1}}]),
         "outputs.0.parameters.q: there is no field 'q' here; "
         "there are binary_data, classification"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("model", ["pooling", "one-conv"])
def test_a_fault_stands_at_its_place(
    client: TestClient, model: str, said: dict[str, Any], error: str
) -> None:
    found = _error(client, model, said)
    assert found.startswith(error) if error.endswith("; ") else found == error


@pytest.mark.parametrize(("model", "size"), [("pooling", 4), ("one-conv", 32)])
def test_an_output_that_is_not_there_stands_at_its_place(
    client: TestClient, model: str, size: int
) -> None:
    outputs = [{"name": "output"}, {"name": "outptu"}]
    said = asked(tensor("input", np.zeros((1, 3, size, size))), outputs=outputs)
    error = "outputs.1: there is no field 'outptu' here; did you mean 'output'?"
    assert _error(client, model, said) == error


def test_a_rule_begins_with_the_name_of_its_parameter_once(client: TestClient) -> None:
    said = _beside(parameters={"kernel_size": 9})
    error = "parameters: kernel_size 9 is larger than the padded input 2 + 2·0 = 2"
    assert _error(client, "pooling", said).startswith(error)
    said = _beside(parameters={"stride": 0})
    assert _error(client, "pooling", said).startswith("parameters.stride: must be")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("many", [1, 40_000])
def test_what_is_no_json_number_can_be_sent_as_bytes(
    client: TestClient, number: str, many: int
) -> None:
    data = ",".join(["1.5"] * (many - 1) + [number])
    told = f'{{"inputs":[{{"name":"input","datatype":"FP32","shape":[{many}],"data":[{data}]}}]}}'
    error = _error(client, "softmax", told.encode())
    assert "the body is not JSON: line 1, column " in error
    assert error.endswith(f"; {_FAR}")
    assert _FAR not in _error(client, "softmax", told.replace(number, "nothing").encode())
    body, headers = in_bytes("input", "FP32", [1], np.array([float(number)], "<f4").tobytes())
    assert client.post(infer("dropout"), content=body, headers=headers).status_code == 200


def test_null_in_a_long_list_is_told_the_same(client: TestClient) -> None:
    said = tensor("input", np.zeros(40_000))
    said["data"][-1] = None
    assert _error(client, "softmax", asked(said)).endswith(f"[39999] is not a number; {_FAR}")


def test_a_float64_past_float32_stands_at_its_place(client: TestClient) -> None:
    body, headers = in_bytes("input", "FP64", [1, 2], np.array([1, 1e300]).tobytes())
    answer = client.post(infer("softmax"), content=body, headers=headers)
    said = "the number at [0, 1] is too large for float32, which ends at 3.4e38"
    assert (answer.status_code, answer.json()) == (422, {"error": f"inputs.0: {said}"})


@pytest.mark.parametrize(
    ("model", "said", "words"),
    [
        ("cnov", asked(_GOOD), "conv、activation、"),
        ("softmax", _with(datatype="FP31"), "FP32、FP64、"),
        ("pooling", asked(_GOOD, parameters={"mode": "avg"}, outputs=[{"name": "indices"}]),
         "mode=max、return_indices=true"),
    ],
)  # fmt: skip
def test_a_list_is_joined_as_its_language_joins_it(
    client: TestClient, model: str, said: dict[str, Any], words: str
) -> None:
    answer = client.post(infer(model), json=said, headers={"Accept-Language": "zh"})
    assert words in answer.json()["error"]


def test_content_that_only_says_how_numbers_are_packed_is_passed_over(client: TestClient) -> None:
    for content in ("np", "pd", None):
        parameters = {"content_type": content}
        answer = client.post(infer("softmax"), json=_beside(parameters=parameters))
        assert answer.status_code == 200, answer.text


def test_ready_may_be_null(client: TestClient) -> None:
    assert client.post("/v2/repository/index", json={"ready": None}).status_code == 200
    answer = client.post("/v2/repository/index", json={"ready": 1})
    assert answer.json() == {"error": "ready must be true or false"}
