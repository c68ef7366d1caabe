"""Text in forms and queries: JSON, a list without brackets, or just text."""

from typing import Any

import pytest

from app.api.request.texts import text_value
from app.settings import Limits
from app.tensors.json_text import read_json

LIMITS = Limits()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("true", True), ('"1"', "1"), ("relu", "relu"), ("[1, 2]", [1, 2]),
        ("1,2", [1, 2]), ("1, 2.5", [1, 2.5]), ("sobel_x,box", ["sobel_x", "box"]),
        ("sobel_x, 2", ["sobel_x", 2]), ("1,", [1, ""]), ("ref:a,b", {"ref": "a,b"}),
        ("a,ref:b", ["a", {"ref": "b"}]), ("[1,2],[3,4]", [[1, 2], [3, 4]]), ("{,}", ["{", "}"]),
        ("a,\nb", ["a", "b"]), ("tench, Tinca tinca\ncat", "tench, Tinca tinca\ncat"),
        ("1\n2, x\n3", "1\n2, x\n3"), ("1,\n2", [1, 2]),
        ("a," * 2000, "a," * 2000), ("1," * 20_000 + "1", [1] * 20_001),
    ],
)  # fmt: skip
def test_is_read(text: str, value: Any) -> None:
    assert text_value(text.encode(), LIMITS) == value


def test_no_sentence_is_made_for_each_of_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty such values took ten seconds, on the loop that answers everybody."""
    read = list[bytes]()

    def counting(data: bytes, limits: Limits) -> Any:
        read.append(data)
        return read_json(data, limits)

    monkeypatch.setattr("app.api.request.texts.read_json", counting)
    for words in (1000, 32_700):
        text_value(b"a," * words, LIMITS)
    assert len(read) == 2
