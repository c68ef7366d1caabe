"""What stands side by side stands at one height; one link leads to the reason of a layer."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest, quiet
from tests.browser.test_pages import ALL_FIGURES, OVERHANG


def tops(found: Locator) -> list[float]:
    """How far down each of them begins."""
    return [box["y"] for one in found.all() if (box := one.bounding_box())]


@pytest.mark.parametrize(
    ("path", "figure", "row"),
    [
        ("conv_transpose", ".side", "figcaption"),
        ("pooling", "[data-why=nudge]", ".ways [data-view=map] canvas"),
        ("pooling", "[data-why=nudge]", ".ways dl"),
        ("dense", "[data-why=covers]", ".covers .bars"),
        ("conv", "[data-why=neighbours]", ".glyphs [data-net] .bars"),
    ],
)
def test_a_row_is_at_one_height(open_page: OpenPage, path: str, figure: str, row: str) -> None:
    page = at_rest(open_page(f"/en/{path}"))
    page.locator(figure).scroll_into_view_if_needed()
    expect(page.locator(f"{figure} canvas").first).to_be_visible()
    at_rest(page)
    heights = tops(page.locator(f"{figure} {row}"))
    assert len(heights) > 1
    assert heights == pytest.approx([heights[0]] * len(heights), abs=1)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_behind_the_sentence_leads_to_the_reason(open_page: OpenPage, lang: str) -> None:
    page = at_rest(open_page(f"/{lang}/pooling"))
    page.locator(".head p .link").click()
    expect(page.locator("#why-title")).to_be_in_viewport()
    page.locator("[data-field=kernel_size] .slider input").first.fill("3")
    expect(page).to_have_url(re.compile(r"kernel_size=3.*#why-title$"))
    expect(page.locator("[data-view=out-map] canvas").first).to_have_attribute("width", "18")


@pytest.mark.parametrize("path", ["pooling", "conv_transpose"])
def test_figures_that_were_drawn_grow_narrow_with_the_window(
    open_page: OpenPage, path: str
) -> None:
    page = quiet(open_page(f"/en/{path}", size=(1280, ALL_FIGURES)))
    expect(page.locator(".three canvas")).to_have_count(3)
    for width in (1024, 960, 768, 414, 360):
        page.set_viewport_size({"width": width, "height": ALL_FIGURES})
        page.wait_for_function(f"() => {OVERHANG} <= 0 && innerWidth === {width}")


def test_no_shape_under_a_map_is_broken(open_page: OpenPage) -> None:
    page = quiet(open_page("/en/pooling", size=(390, ALL_FIGURES)))
    sizes = page.locator("[data-why=reach] [data-size]")
    expect(sizes.first).to_contain_text("lit")
    assert not [text for text in sizes.all_text_contents() if " × " in text]
