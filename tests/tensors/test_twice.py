"""A name that JSON gives twice is refused; one that comes again elsewhere, or in text, is not."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.problems import Invalid
from app.settings import Limits
from app.tensors import twice
from app.tensors.json_text import read_json

LIMITS = Limits()
_NAMES = st.sampled_from(["a", "b", ":", '"', "\\", 'x":', "é"])
_PLAIN = st.none() | st.integers(-9, 9) | _NAMES


class Pairs(list[tuple[str, Any]]):
    """An object as it is written, whatever names it has."""


_WRITTEN = st.recursive(
    _PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(st.tuples(_NAMES, inner), max_size=3).map(Pairs)
    ),
    max_leaves=12,
)


def _text(value: Any) -> str:
    if isinstance(value, Pairs):
        return "{" + ", ".join(f"{json.dumps(n)} : {_text(v)}" for n, v in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return json.dumps(value)


def _has_twice(value: Any) -> bool:
    if isinstance(value, Pairs):
        names = Counter(name for name, _ in value)
        return max(names.values(), default=0) > 1 or any(_has_twice(v) for _, v in value)
    return isinstance(value, list) and any(map(_has_twice, value))


@given(_WRITTEN)
def test_is_refused_wherever_it_is(value: Any) -> None:
    text = _text(value)
    if _has_twice(value):
        with pytest.raises(Invalid, match="is given twice"):
            read_json(text.encode(), LIMITS)
    else:
        assert read_json(text.encode(), LIMITS) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"input": [1], "input": [2]}', "input"),
        (r'{"dim": 0, "\u0064im": 1}', "dim"),
        ('{"layers": [{"layer": "conv", "stride": 1, "stride": 2}]}', "stride"),
        ('{"x": [1, {"a": 1, "a": 2}]}', "a"),
    ],
)
def test_the_name_is_said(text: str, name: str) -> None:
    with pytest.raises(Invalid, match=f"'{name}' is given twice"):
        read_json(text.encode(), LIMITS)


def test_each_chain_of_lists_is_gone_down_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However deep they are: a thousand lists in each other are two thousand bytes."""
    gone_down: list[Any] = []
    first = twice._first

    def look(value: Any) -> Any:
        gone_down.append(value)
        return first(value)

    monkeypatch.setattr(twice, "_first", look)
    deep = "[" * 1000 + "{}" + "]" * 1000
    read_json(f'{{"input": [{", ".join([deep] * 20)}]}}'.encode(), LIMITS)
    assert len(gone_down) <= 20


def test_a_mark_of_utf_8_may_begin_it() -> None:
    assert read_json(b'\xef\xbb\xbf{"input": [1]}', LIMITS) == {"input": [1]}
