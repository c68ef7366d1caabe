"""Each line of SECURITY.md names tests that hold it, and those are there."""

import ast
import re

import pytest

from app.settings import ROOT

_TEXT = (ROOT / "SECURITY.md").read_text()
_LINES = re.split(r"^(?=\d+\. )", _TEXT.split("\n## ")[0], flags=re.M)[1:]
_NAMED = re.compile(r"^   - `([\w/.]+)::(\w+)`$", re.M)


def _tests(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {found.name for found in tree.body if isinstance(found, ast.FunctionDef)}


def test_the_promises_are_there_in_order() -> None:
    assert [int(line.split(".")[0]) for line in _LINES] == list(range(1, len(_LINES) + 1))
    assert len(_LINES) >= 6


@pytest.mark.parametrize("line", _LINES, ids=lambda line: line.split("**")[1])
def test_a_line_is_held_by_tests_that_are_there(line: str) -> None:
    named = _NAMED.findall(line)
    assert named
    assert len(named) == len(set(named)) == line.count("\n   - ")
    for path, name in named:
        assert path.startswith("tests/")
        assert name.startswith("test_")
        assert name in _tests(path), f"{path}::{name}"
