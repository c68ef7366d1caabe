"""What is printed of one output value: every number of a grid or none, and sums that add up."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_network import number

PLACES = ["/en/networks/lenet-digits?stage=0&at=0,1,10,10", "/en/build"]
COUNT_EACH = """(grids) => grids.map((grid) => [
    [...grid.querySelectorAll("rect")].filter((one) => one.getAttribute("fill")?.startsWith("rgb"))
        .length,
    grid.querySelectorAll("text").length,
])"""
GRIDS = ".ar [data-mode]:not([hidden]) .terms svg > g"


def grids(page: Page) -> list[tuple[int, int]]:
    """Return how many coloured cells and how many numbers each grid has."""
    return [(cells, numbers) for cells, numbers in page.locator(GRIDS).evaluate_all(COUNT_EACH)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_grid_prints_its_negative_numbers_too(
    open_page: OpenPage, place: str, width: int
) -> None:
    page = open_page(place, size=(width, 900))
    expect(page.locator(GRIDS).first).to_be_visible()
    assert len(grids(page)) >= 2
    for cells, numbers in grids(page):
        assert numbers >= cells > 1
    weights = page.locator(GRIDS).nth(1).locator("text").all_text_contents()
    assert any(text.startswith("\u2212") for text in weights)
    legends = page.locator(".legends:visible").locator("span:visible", has_text="product")
    heads = page.locator(f"{GRIDS[:-4]} > text", has_text=re.compile("^product$"))
    has_grid = heads.count()
    expect(legends).to_have_count(1 if has_grid else 0)


@pytest.mark.parametrize("place", PLACES)
def test_a_printed_sum_adds_up(open_page: OpenPage, place: str) -> None:
    page = open_page(place)
    line = page.locator(".sum-line:visible")
    expect(line).to_be_visible()
    spoken = line.get_attribute("aria-label") or ""
    *terms, total = (number(one) for one in re.findall(r"(?<![\w.])\u2212?\d+\.\d+", spoken))
    assert len(terms) > 1
    assert all(terms)
    if "\u2248" not in spoken:
        assert sum(terms) == pytest.approx(total, abs=1e-9)


def test_whole_numbers_have_no_decimals(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?numbers=[[1,2,3],[4,5,6],[7,8,9]]&at=0,0,1,1"))
    terms = page.locator(".ar .terms text").all_text_contents()
    assert terms.count("Σ 8") == 1
    assert not [text for text in terms if "." in text]
    expect(page.locator("[data-text=out-range]")).to_have_text("−21 to 21")
    expect(page.locator(".ar svg[aria-label='The running sum ends at 8']")).to_be_visible()
    # So have the ends of their colours.
    assert page.locator(".legend p:visible").all_inner_texts() == [
        "0\ninput value\n9",
        "−21\n0\n21",
        "−2\nweight\n2",
        "−12\nproduct\n12",
    ]
    # A fraction anywhere in the input, and all of it is written with decimals.
    page = at_rest(open_page("/en/conv?numbers=[[1,2,3],[4,5,6],[7,8,9.5]]&at=0,0,0,0"))
    assert "1.00" in page.locator(".ar .terms text").all_text_contents()
    expect(page.locator("[data-view=in-legend] p")).to_have_text("0.00input value9.50")
    # Of such an input, a sum that happens to be whole too.
    rows = "[[1.5,-1.5,0.5],[0.5,-1,0],[0,0,0]]"
    page = at_rest(open_page(f"/en/conv?numbers={rows}&padding=1&at=0,0,0,0"))
    running = page.locator(".ar svg[aria-label^='The running sum ends at']")
    expect(running).to_have_attribute("aria-label", re.compile(r"at \u2212?\d+\.\d\d$"))


def test_a_whole_output_of_one_row_has_no_decimals(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/pooling?numbers=[[1,2],[3,4]]"))
    expect(page.locator("[data-view=out-bars] .value")).to_have_text(["4"])
    page = at_rest(open_page("/en/pooling?numbers=[[1,2],[3,4.5]]"))
    expect(page.locator("[data-view=out-bars] .value")).to_have_text(["4.50"])
