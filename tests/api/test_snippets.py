"""The same call elsewhere: what the pages show must run as it stands."""

import ast

import pytest
from starlette.testclient import TestClient

from app.exports.programs import folded

LONG = (
    "y = F.max_pool2d(x, 2, stride=2, ceil_mode=False, padding=0, dilation=1, return_indices=True)",
    "y = (F.avg_pool2d(F.pad(x.abs() ** 3, (1, 1, 1, 1), value=0.0), 2, stride=2) * 4) ** (1 / 3)",
    "y = F.conv2d(F.pad(x, (1, 1, 1, 1), mode='circular'), weight, bias, stride=1, groups=1) / 2.0",
)


@pytest.mark.parametrize("code", LONG)
def test_folding_changes_nothing_but_the_lines(code: str) -> None:
    lines = folded(code)
    assert max(map(len, lines.splitlines())) <= 74
    assert ast.dump(ast.parse(lines)) == ast.dump(ast.parse(code))


def test_curl_posts_the_weight_that_was_sent_and_no_other(client: TestClient) -> None:
    asked = {"input": [[1, 2], [3, 4]], "code": True}
    sent = client.post("/api/v1/layers/conv", json=asked | {"weight": [[[[1.0]]]]}).json()
    made = client.post("/api/v1/layers/conv", json=asked | {"kernel": "box", "padding": 1}).json()
    assert "-F 'weight=[[[[1.0]]]]'" in sent["code"]["curl"]
    assert "weight" not in made["code"]["curl"]


@pytest.mark.parametrize(("size", "is_file"), [(30, False), (31, True)])
def test_a_large_tensor_comes_from_its_file(client: TestClient, size: int, is_file: bool) -> None:
    asked = {"input": list(range(size)), "code": True}
    code = client.post("/api/v1/layers/softmax", json=asked).json()["code"]
    assert ("-F input=@input.npy" in code["curl"]) == is_file
    for language in ("pytorch", "numpy"):
        assert ('np.load("input.npy")' in code[language]) == is_file
