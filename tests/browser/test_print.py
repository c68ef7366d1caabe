"""What the browser's Print makes of a page: dark on white, nothing that only a screen can do."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

PAPER = (688, 1016)  # what the margins leave of A4, in CSS pixels
# What is seen of controls, and of what leads elsewhere.
ON_SCREENS = (
    ".top, .skip, .thread, [type=range], button.link, .button, .enlarge, .about, .player,"
    ".kernel-size"
)


def on_paper(page: Page) -> Page:
    """Return the page as it is printed."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    return page


@pytest.mark.parametrize(
    "path", ["/en/conv", "/zh/pooling", "/en/build", "/zh/networks/lenet-digits"]
)
def test_a_page_is_printed_without_what_only_a_screen_can_do(
    open_page: OpenPage, path: str
) -> None:
    page = on_paper(at_rest(open_page(path, color_scheme="dark")))
    expect(page.locator("h1").first).to_be_visible()
    style = "(one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    assert page.locator("html").evaluate(style) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    expect(page.locator(ON_SCREENS).filter(visible=True)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER[0]


def test_cells_and_chosen_buttons_keep_their_colours_without_the_browsers_backgrounds(
    open_page: OpenPage,
) -> None:
    page = on_paper(at_rest(open_page("/en/conv")))
    for name in (".kernel-cells input", ".seg label:has(:checked)"):
        cell = page.locator(name).first
        expect(cell).to_be_visible()
        assert cell.evaluate("cell => getComputedStyle(cell).printColorAdjust") == "exact"


def test_a_figure_that_was_never_seen_is_left_out_and_one_that_was_is_printed(
    open_page: OpenPage,
) -> None:
    page = at_rest(open_page("/en/pooling"))
    figure = page.locator("[data-why=reach]")
    page.emulate_media(media="print")
    expect(figure).to_be_hidden()
    page.emulate_media(media="screen")
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_attribute("data-drawn", "")
    on_paper(page)
    expect(figure.locator("canvas").first).to_be_visible()
    expect(page.locator("[data-why=linear]")).to_be_hidden()


def test_every_stage_of_a_network_is_inside_the_page(open_page: OpenPage) -> None:
    page = on_paper(at_rest(open_page("/en/networks/tiny-vgg-photos")))
    rights = page.locator(".graph .node").evaluate_all(
        "nodes => nodes.map((node) => node.getBoundingClientRect().right)"
    )
    assert len(rights) > 12
    assert max(rights) <= PAPER[0]
    # Not a window with the first rows of the table.
    table = page.locator(".costs-table")
    assert table.evaluate("one => one.scrollHeight - one.clientHeight") <= 0
