"""A sum that is too long for its line is cut where that leaves it a sum."""

import pytest

from app.animation.canvas import width_of
from app.animation.written import shortened

LONG = [
    "1 · 2 + 3 · 4 + 5 · 6 + 7 · 8 + 9 · 10 = 190",
    "max(0.76, 0.73, 0.75, 0.73, 0.12, 0.15) = 0.76",
    "(−2525.73 − 12000.5) / √(1.12e+08 + 0.00001) · 102.89 + 3.5 = 21.76",
    "(1 + 0.2 · 3.4) / (2 + 0.5 + 0.25) = 0.61",
]


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("room", range(60, 500, 20))
def test_brackets_stay_whole_and_the_value_stays(text: str, room: int) -> None:
    short = shortened(text, room, 18)
    assert short.count("(") == short.count(")")
    assert short == "…" or short.endswith(text.rpartition(" = ")[2])
    assert short == "…" or width_of(short, 18) <= room
    assert short == text or "…" in short
