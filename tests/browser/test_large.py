"""As wide as the window, for a projector: all of it larger, and all of it where it belongs."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_pages import OVERHANG
from tests.browser.test_windows import box

WALL = (1920, 1080)
SCALE = 1920 / 1280
TOGGLE = "[data-large-toggle]"
# Whether the ends of the violet line are at what they join, on the screen.
ENDS = """(line) => {
    const paths = [...line.querySelectorAll(".line")];
    if (paths.length < 2) return false;
    const [from, to] = paths.map((path) => {
        const ends = [0, path.getTotalLength()].map((at) => path.getPointAtLength(at));
        return ends.map((point) => point.matrixTransform(path.getScreenCTM()));
    });
    const box = (name) => document.querySelector(name).getBoundingClientRect();
    const apart = [
        from[0].x - box("[data-view=in-lens] svg").right,
        to[1].x - box("[data-view=out-lens] svg").left,
    ];
    return apart.every((distance) => Math.abs(distance) < 4);
}"""

# The middle of what differs from the corner, in shares of the sheet.
DRAWN_AT = """(canvas) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const pixels = new Uint32Array(data.buffer);
    const found = [...pixels.keys()].filter((i) => pixels[i] !== pixels[0]);
    const mean = (of) => found.reduce((sum, i) => sum + of(i) + 0.5, 0) / found.length;
    return [mean((i) => i % width) / width, mean((i) => Math.floor(i / width)) / height];
}"""


def large(open_page: OpenPage, path: str) -> Page:
    page = at_rest(open_page(path, size=WALL))
    page.locator(TOGGLE).click()
    expect(page.locator(TOGGLE)).to_have_attribute("aria-pressed", "true")
    return page


@pytest.mark.parametrize("path", ["/en/", "/en/conv", "/en/networks/one-conv"])
def test_a_page_fills_the_window_and_its_neighbours_do_so_too(
    open_page: OpenPage, path: str
) -> None:
    page = large(open_page, path)
    for _ in range(2):
        assert box(page.locator(".top"))[::2] == pytest.approx((0, WALL[0]), abs=1)
        assert page.evaluate(OVERHANG) <= 0
        page.goto(page.url.split("/en/")[0] + "/en/pooling")
        at_rest(page)
    page.locator(TOGGLE).click()
    left, _, right, _ = box(page.locator(".top"))
    assert right - left == 1280


def test_what_is_pointed_at_is_what_is_taken_apart(open_page: OpenPage) -> None:
    page = large(open_page, "/en/conv")
    picture = page.locator("[data-view=out-map] canvas").first
    left, top, right, _ = box(picture)
    assert right - left == pytest.approx(224 * SCALE, abs=1)
    page.mouse.click(left + 40.5 * SCALE, top + 120.5 * SCALE)
    expect(page.locator("[data-text=where]").first).to_have_text("row 120, column 40, map 0")
    # Drawn in the frame after.
    page.wait_for_function(f"() => ({ENDS})(document.querySelector('.lab > .thread'))")


def test_the_full_size_lies_within_the_window_and_its_cells_under_the_pointer(
    open_page: OpenPage,
) -> None:
    page = large(open_page, "/en/conv")
    page.locator(".in [data-zoom]").click()
    dialog, sheet = page.locator("dialog.zoom"), page.locator("dialog.zoom .sheet canvas").first
    (left, top, right, bottom), (x, y, end, _) = box(dialog), box(sheet)
    assert min(left, top) >= 0
    assert right <= WALL[0]
    assert bottom <= WALL[1]
    cell = (end - x) / 224
    page.mouse.move(x + 30.5 * cell, y + 200.5 * cell)
    expect(dialog).to_contain_text("row 200, column 30")


def test_a_window_no_wider_than_the_page_is_offered_nothing(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    expect(page.locator(TOGGLE)).to_be_hidden()


def test_a_stroke_is_where_the_pointer_is(open_page: OpenPage) -> None:
    page = large(open_page, "/en/networks/one-conv")
    page.get_by_role("button", name="Draw").click()
    sheet = page.get_by_role("application", name="Sheet to draw on")
    left, top, right, bottom = box(sheet)
    page.mouse.move(left + (right - left) / 4, top + (bottom - top) * 3 / 4)
    page.mouse.down()
    page.mouse.up()
    middle = sheet.evaluate(DRAWN_AT)
    assert middle == pytest.approx([0.25, 0.75], abs=0.03)


def test_where_it_is_not_offered_nothing_is_enlarged(open_page: OpenPage) -> None:
    page = large(open_page, "/en/conv")
    page.set_viewport_size({"width": 1340, "height": 800})
    expect(page.locator(TOGGLE)).to_be_hidden()
    expect(page.locator("html")).to_have_css("zoom", "1")
