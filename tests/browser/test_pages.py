"""What holds for every page, in both languages."""

import pytest
from playwright.sync_api import expect

from app.i18n import LANGUAGES
from app.layers import FAMILIES
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.conftest import every_other

PAGES = [
    f"/{language}/{page}"
    for i, page in enumerate(("", *FAMILIES, "build"))
    for language in every_other(list(LANGUAGES), i % 2)
]
DESK, PHONE = (1280, 800), (390, 844)

SCRIPTS = """performance.getEntriesByType("resource").map(({ name }) => name)
    .filter((name) => new URL(name).pathname.endsWith(".js"))"""
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


@pytest.mark.parametrize("path", PAGES)
def test_needs_no_sideways_scrolling_on_a_phone(open_page: OpenPage, path: str) -> None:
    page = at_rest(open_page(path, size=PHONE, has_touch=True, is_mobile=True))
    assert page.evaluate(OVERHANG) <= 0


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
