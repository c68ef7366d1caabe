"""What is on a canvas already is not painted again."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

COUNT = """() => {
    window.painted = [];
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...how) {
        window.painted.push(this.canvas.closest("[data-view]")?.dataset.view ?? "");
        return put.apply(this, how);
    };
}"""
PIXELS = """(canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return [...data];
}"""
IN, OUT = "in-map", "out-map"


def _painted(page: Page) -> set[str]:
    found: list[str] = page.evaluate("window.painted.splice(0)")
    return {view for view in found if view in (IN, OUT)}


def _pixels(page: Page, view: str) -> list[int]:
    found: list[int] = page.locator(f"[data-view={view}] canvas").evaluate(PIXELS)
    return found


def test_an_input_stays_while_the_settings_change(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?input.size=56x56"))
    page.evaluate(COUNT)
    before = _pixels(page, IN)
    page.locator("[data-field=padding] .slider input").fill("3")
    expect(page.locator("[data-text=out-shape]")).to_have_text("1 × 1 × 60 × 60")
    at_rest(page)
    assert _painted(page) == {OUT}
    assert _pixels(page, IN) == before


def test_another_input_is_painted(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?input.size=56x56"))
    page.evaluate(COUNT)
    before = _pixels(page, IN)
    page.locator("[data-open=source]").click()
    page.locator("#source [data-sample=coffee]").click()
    expect(page).to_have_url(re.compile("sample=coffee"))
    at_rest(page)
    assert _painted(page) == {IN, OUT}
    after = _pixels(page, IN)
    assert len(after) == len(before)
    assert after != before
