"""What an output is made of, as it is marked in the input: whole, in its place, cell by cell."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

MAP, LENS = "[data-view=in-map]", "[data-view=in-lens]"
# More cells than terms are listed; the largest stands far behind those.
SIDE, BEST = 40, (37, 38)
LARGE = [[9 if (y, x) == BEST else (3 * y + x) % 8 for x in range(SIDE)] for y in range(SIDE)]


def link(rows: list[list[int]]) -> str:
    return "numbers=" + "%0A".join("+".join(map(str, row)) for row in rows)


def box(found: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom on the screen."""
    place = found.bounding_box()
    assert place
    return place["x"], place["y"], place["x"] + place["width"], place["y"] + place["height"]


def lab(open_page: OpenPage, path: str) -> Page:
    page = at_rest(open_page(path))
    expect(page.locator(".lab")).not_to_have_attribute("data-waits", "")
    return page


@pytest.mark.parametrize("mode", ["global_max", "global_avg"])
def test_a_whole_channel_is_framed(open_page: OpenPage, mode: str) -> None:
    page = lab(open_page, f"/en/pooling?mode={mode}&{link(LARGE)}")
    assert box(page.locator(f"{MAP} > .marker")) == pytest.approx(
        box(page.locator(f"{MAP} canvas")), abs=2
    )
    assert box(page.locator(f"{LENS} .frame").first) == pytest.approx(
        box(page.locator(f"{LENS} svg")), abs=4
    )


def test_the_largest_is_marked_though_its_term_is_not_listed(open_page: OpenPage) -> None:
    page = lab(open_page, f"/en/pooling?mode=global_max&{link(LARGE)}")
    for marked, whole in (
        (f"{MAP} > .best-marker", f"{MAP} canvas"),
        (f"{LENS} .frame >> nth=1", f"{LENS} svg"),
    ):
        left, top, right, bottom = box(page.locator(marked))
        start, first, end, last = box(page.locator(whole))
        cell = (end - start) / SIDE, (last - first) / SIDE
        assert ((left + right) / 2 - start) / cell[0] == pytest.approx(BEST[1] + 0.5, abs=0.4)
        assert ((top + bottom) / 2 - first) / cell[1] == pytest.approx(BEST[0] + 0.5, abs=0.4)
    expect(page.locator(".account")).to_contain_text(f"found at [0, 0, {BEST[0]}, {BEST[1]}]")
    hidden = lab(open_page, f"/en/pooling?mode=global_max&predict=1&{link(LARGE)}")
    expect(hidden.locator(f"{LENS} .frame")).to_have_count(1)
    expect(hidden.locator(f"{MAP} > .best-marker")).to_be_hidden()
