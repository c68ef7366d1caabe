"""The ONNX standard's cases of the operators that a layer stands for, through HTTP."""

from collections import defaultdict
from itertools import product

import numpy as np
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import from_npy, npy
from tests.corpus.left_out import LEFT_OUT
from tests.corpus.nodes import Array, Node, nodes_of, numbers_of, spelled_out
from tests.corpus.request import LeftOut, Request
from tests.corpus.resizes import scales_of
from tests.corpus.translate import TRANSLATIONS

NODES = {node.name: node for node in nodes_of(set(TRANSLATIONS))}


def _translated() -> tuple[dict[str, Request], dict[str, set[str]]]:
    """Return the requests, and the names of the cases that have none, by reason."""
    asked, without = {}, defaultdict(set)
    for name, node in NODES.items():
        try:
            asked[name] = TRANSLATIONS[node.operator](node)
        except LeftOut as reason:
            without[str(reason)].add(name)
    return asked, dict(without)


REQUESTS, WITHOUT = _translated()

RESIZES_LEFT_OUT = [n for n in NODES if NODES[n].operator == "Resize" and n not in REQUESTS]

every_request = pytest.mark.parametrize("name", REQUESTS)


def _assert_same(ours: Array, node: Node, expected: Array) -> None:
    """Compare within the standard's own tolerance, whole numbers (as floats, mostly) exactly."""
    assert ours.shape == expected.shape
    if expected.dtype.kind == "f":
        np.testing.assert_allclose(ours, expected.astype(ours.dtype), node.rtol, node.atol)
    else:
        np.testing.assert_array_equal(ours, expected)


@every_request
def test_in_json(client: TestClient, name: str) -> None:
    asked = REQUESTS[name]
    tensors = {part: _as_numbers(value) for part, value in asked.tensors.items()}
    answer = client.post(f"/api/v1/layers/{asked.layer}", json=asked.parameters | tensors)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["shape"] == list(asked.expected["output"].shape)
    for output, expected in asked.expected.items():
        kind = np.int64 if output == "indices" else np.float32
        _assert_same(np.array(found[output], kind), NODES[name], expected)


@every_request
def test_in_npy(client: TestClient, name: str) -> None:
    asked = REQUESTS[name]
    answer = client.post(
        f"/api/v1/layers/{asked.layer}",
        data={field: _as_text(value) for field, value in asked.parameters.items()},
        files={part: (f"{part}.npy", npy(value)) for part, value in asked.tensors.items()},
        headers={"Accept": "application/x-npy"},
    )
    assert answer.status_code == 200, answer.text
    _assert_same(from_npy(answer.content), NODES[name], asked.expected["output"])


def _as_numbers(value: Array) -> object:
    """Return nested lists; a truth value is no number there, so a mask goes as 0 and 1."""
    return (value.astype(np.uint8) if value.dtype == np.bool_ else value).tolist()


def _as_text(value: object) -> str:
    """Return a form's field: a list with commas, or as JSON text where it has one number."""
    if isinstance(value, list):
        return ",".join(map(str, value)) if len(value) > 1 else str(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_every_operator_has_cases_and_most_can_be_asked_for() -> None:
    assert {node.operator for node in NODES.values()} == set(TRANSLATIONS)
    assert {NODES[name].operator for name in REQUESTS} == set(TRANSLATIONS) - {"HardSigmoid"}


def test_the_table_of_cases_left_out_is_complete() -> None:
    assert WITHOUT == LEFT_OUT


@pytest.mark.parametrize("name", RESIZES_LEFT_OUT)
def test_no_parameters_of_upsample_give_a_resize_that_is_left_out(
    client: TestClient, name: str
) -> None:
    """So that the reason is not an excuse."""
    node = NODES[name]
    y = node.outputs[0]
    targets = [{"size": list(y.shape[2:])}, {"scale_factor": scales_of(node)[2:]}]
    for target, mode, corners in product(targets, ("nearest", "bilinear", "bicubic"), (0, 1)):
        asked = target | {"mode": mode} | ({"align_corners": True} if corners else {})
        tensors = {"input": node.input(0).tolist()}
        answer = client.post("/api/v1/layers/upsample", json=asked | tensors)
        found = answer.json()
        if answer.status_code == 200 and found["shape"] == list(y.shape):
            assert not np.allclose(found["output"], y, node.rtol, node.atol), asked


def test_a_case_spelled_out_in_smaller_operators_has_the_numbers_of_its_origin() -> None:
    """So it is not asked again: what a layer is made of inside is not the contract's."""
    copies = spelled_out(set(NODES))
    assert copies
    for copy, origin in copies.items():
        for ours, theirs in zip(numbers_of(copy), numbers_of(origin), strict=True):
            np.testing.assert_array_equal(ours, theirs, err_msg=copy)
