"""What holds for every page, in both languages."""

import pytest
from playwright.sync_api import Page

from app.i18n import LANGUAGES
from app.layers import FAMILIES
from tests.browser import axe
from tests.browser.conftest import OpenPage

PAGES = [f"/{language}/{page}" for language in LANGUAGES for page in ("", *FAMILIES)]
DESK, PHONE = (1280, 800), (390, 844)

# A canvas of one colour only has not been drawn on.
DRAWN = """() => [...document.querySelectorAll("main canvas")].some((canvas) => {
    if (!canvas.width || !canvas.height) return false;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    return pixels.some((pixel) => pixel !== pixels[0]);
})"""
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def at_rest(page: Page) -> Page:
    """The page once it has asked for all it wants and has drawn something."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(DRAWN)
    return page


@pytest.mark.parametrize("path", PAGES)
def test_draws_at_once_and_again_after_a_reload(open_page: OpenPage, path: str) -> None:
    page = at_rest(open_page(path, size=DESK))
    assert page.locator("main canvas:visible").count()
    assert page.evaluate("document.documentElement.lang")[:2] == path.split("/")[1]
    assert page.evaluate(OVERHANG) <= 0
    page.reload()
    at_rest(page)


@pytest.mark.parametrize("path", PAGES)
def test_needs_no_sideways_scrolling_on_a_phone(open_page: OpenPage, path: str) -> None:
    page = at_rest(open_page(path, size=PHONE, has_touch=True, is_mobile=True))
    assert page.evaluate(OVERHANG) <= 0


@pytest.mark.parametrize("path", PAGES)
def test_can_be_used_by_everyone(open_page: OpenPage, path: str) -> None:
    page = at_rest(open_page(path))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert axe.violations(page) == [], scheme


def test_documentation_needs_no_network(open_page: OpenPage) -> None:
    page = open_page("/docs")
    page.locator(".opblock").first.wait_for()
