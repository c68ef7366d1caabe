"""A scrollbar takes some pixels of a page's width, and stands only where something scrolls."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

# What is left of a window of 1280 pixels beside the scrollbar of some systems.
BESIDE = [(1265, 800), (1263, 800)]
TERMS = ".ar .terms svg"


@pytest.mark.parametrize("size", BESIDE)
def test_the_products_stay_beside_a_scrollbar(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = at_rest(open_page("/en/conv", size=size))
    expect(page.locator(f"{TERMS} text.soft")).to_have_text(["value", "weight", "product", "sum"])
    expect(page.locator(".ar .legends > :visible")).to_have_count(2)
    # No number of the products runs into the sum beside it.
    gap = page.locator(TERMS).evaluate(
        """(terms) => {
            const texts = [...terms.querySelectorAll("text")];
            const sums = texts.filter((one) => one.textContent.startsWith("Σ"));
            const cells = [...terms.querySelectorAll("rect")];
            const right = Math.max(...cells.map((one) => one.getBoundingClientRect().right));
            return Math.min(...sums.map((one) => one.getBoundingClientRect().left)) - right;
        }"""
    )
    assert gap >= 0


@pytest.mark.parametrize("size", BESIDE)
def test_the_front_page_is_one_row_beside_a_scrollbar(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = at_rest(open_page("/en/", size=size))
    tops = page.locator(".flow > .stage").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().top)"
    )
    assert len(tops) == 6
    assert len(set(tops)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.mark.parametrize("layer", ["conv", "activation", "pooling", "dense", "softmax"])
def test_a_formula_scrolls_sideways_only(open_page: OpenPage, layer: str) -> None:
    page = at_rest(open_page(f"/en/{layer}"))
    for formula in page.locator(".math:visible").all():
        assert formula.evaluate("one => getComputedStyle(one).overflowY") == "hidden"
        cut = formula.evaluate(
            """(one) => {
                const bottom = (of) => of.getBoundingClientRect().bottom;
                return Math.max(...[...one.querySelectorAll("math")].map(bottom)) - bottom(one);
            }"""
        )
        assert cut <= 0
