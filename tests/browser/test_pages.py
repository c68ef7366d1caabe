"""What holds for every page, in both languages."""

import pytest
from playwright.sync_api import expect

from app.i18n import LANGUAGES
from app.layers import LABS
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest, quiet
from tests.conftest import every_other

PAGES = [
    f"/{language}/{page}"
    for i, page in enumerate(("", *LABS, "build"))
    for language in every_other(list(LANGUAGES), i % 2)
]
NETWORKS = [
    f"/{language}/networks{name}"
    for i, name in enumerate(("", "/lenet-digits", "/tiny-vgg-photos"))
    for language in every_other(list(LANGUAGES), i % 2)
]
DESK, PHONE = (1280, 800), (390, 844)
# Phones, tablets, windows beside others; and both sides of where one arrangement ends.
WIDTHS = (1920, 1280, 1232, 1231, 1101, 1100, 1024, 1001, 1000, 960, 901, 900, 700, 390, 360)
ALL_FIGURES = 9000  # so high a window draws every figure of a page

SCRIPTS = """performance.getEntriesByType("resource").map(({ name }) => name)
    .filter((name) => new URL(name).pathname.endsWith(".js"))"""
CUT = """spans => spans.filter((span) => span.scrollWidth > span.clientWidth)
    .map((span) => span.innerText).filter(Boolean)"""
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("path", PAGES)
def test_draws_at_once_and_again_after_a_reload_and_can_be_used_by_everyone(
    open_page: OpenPage, path: str
) -> None:
    page = at_rest(open_page(path, size=DESK))
    assert page.locator("main canvas:visible").count()
    if path.count("/") == 2 and path[4:]:
        # On one line.
        assert page.locator(".head h1").evaluate("h1 => h1.offsetHeight") == 24
    assert page.evaluate("document.documentElement.lang")[:2] == path.split("/")[1]
    assert page.evaluate(OVERHANG) <= 0
    # The theme, the header's, d3, and all of the page's own modules in one.
    assert len(page.evaluate(SCRIPTS)) == 4
    page.reload()
    at_rest(page)
    assert axe.in_both_schemes(page) == []


@pytest.mark.parametrize("path", every_other(PAGES))
def test_needs_no_sideways_scrolling_on_a_phone(open_page: OpenPage, path: str) -> None:
    page = at_rest(open_page(path, size=PHONE, has_touch=True, is_mobile=True))
    assert page.evaluate(OVERHANG) <= 0


@pytest.mark.parametrize("path", every_other(PAGES + NETWORKS, 1))
def test_needs_no_sideways_scrolling_in_a_window_of_any_width(
    open_page: OpenPage, path: str
) -> None:
    page = quiet(open_page(path, size=(1280, ALL_FIGURES)))
    for width in every_other(WIDTHS):
        page.set_viewport_size({"width": width, "height": ALL_FIGURES})
        # What is drawn to the width of its column is drawn anew first.
        page.wait_for_function(f"() => {OVERHANG} <= 0 && innerWidth === {width}")


@pytest.mark.parametrize("path", ["/en/conv", "/zh/softmax", "/en/conv_transpose"])
def test_on_a_tablet_no_caption_is_cut_and_nothing_of_the_walk_lies_over_the_output(
    open_page: OpenPage, path: str
) -> None:
    page = at_rest(open_page(path, size=(1024, 768)))
    for width in (1231, 1100, 1024, 960):
        page.set_viewport_size({"width": width, "height": 768})
        page.wait_for_function(f"() => innerWidth === {width}")
        right = page.locator(".ar").evaluate("column => column.getBoundingClientRect().right")
        for part in page.locator(".player > *").all():
            assert part.evaluate("part => part.getBoundingClientRect().right") <= right
        if width < 1101:
            cut = page.locator(":is(.in, .ar, .out) > .cap > span").evaluate_all(CUT)
            assert cut == []
            pictures = page.locator(":is(.in, .out) > .cap")
            assert len(set(pictures.evaluate_all("all => all.map((c) => c.offsetHeight)"))) == 1


def test_on_the_narrowest_phone_the_whole_output_is_seen(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv", size=(360, 780)))
    box = page.locator("[data-view=out-map] canvas").bounding_box()
    assert box
    assert box["x"] + box["width"] <= 360 - 16


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_where_nothing_is_a_person_finds_the_way(
    open_page: OpenPage, trouble: list[str], size: tuple[int, int]
) -> None:
    page = open_page("/zh/nonsense", size=size)
    expect(page.locator("h1")).to_have_text("这个地址没有内容")
    assert page.evaluate(OVERHANG) <= 0
    assert axe.in_both_schemes(page) == []
    page.locator("main dl a").first.click()
    expect(page.locator(".head h1")).to_have_text("卷积")
    trouble.clear()  # the browser tells of the 404


def test_documentation_needs_no_network(open_page: OpenPage) -> None:
    page = open_page("/docs")
    page.locator(".opblock").first.wait_for()


@pytest.mark.parametrize("size", every_other([DESK, PHONE]))
def test_documentation_stands_in_a_page_like_the_others(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page("/zh/conv", size=size, color_scheme="dark")
    page.get_by_role("link", name="API").click()
    page.locator(".opblock-summary").first.click()
    expect(page.locator(".top nav a[aria-current]")).to_have_text("API")
    assert page.evaluate(OVERHANG) <= 0
    # Dark, its programs too, and the way back is in the visitor's language.
    assert page.locator("#docs").evaluate("docs => getComputedStyle(docs).filter").startswith("inv")
    expect(page.locator("#docs .opblock-body pre").first).to_have_css(
        "filter", "invert(1) hue-rotate(180deg)"
    )
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("link", name="Networks", exact=True)).to_be_visible()
    page.get_by_role("link", name="Convolution", exact=True).first.click()
    expect(page.locator(".head h1")).to_have_text("Convolution")
