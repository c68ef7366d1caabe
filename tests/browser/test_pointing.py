"""Pointing at outputs, inputs and weights, pinning, and the walk over a map, against PyTorch."""

import re
from typing import Literal

import torch
from playwright.sync_api import Page, Route, expect
from torch.nn import functional as F

from app.layers.base import Array
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

# Whole numbers, so that what is on the screen can be added up.
ROWS = [[(3 * y + 5 * x * x) % 11 for x in range(7)] for y in range(7)]
POINTED = ".pointed-at"
SUM = ".sums svg"


def typed(open_page: OpenPage, path: str) -> Page:
    """Opens a lab on the small input above."""
    page = at_rest(open_page(path))
    page.locator("[data-open=source]").click()
    page.locator("#numbers").fill("\n".join(" ".join(map(str, row)) for row in ROWS))
    page.locator("[data-typed] button").click()
    expect(page.locator("[data-text=in-shape]")).to_have_text("1 × 1 × 7 × 7")
    return at_rest(page)


def torch_conv(stride: int = 1, padding: int = 0) -> Array:
    x = torch.tensor(ROWS, dtype=torch.float32)[None, None]
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
    return F.conv2d(x, sobel, stride=stride, padding=padding).numpy()


def cell_of(page: Page, lens: str, y: int, x: int) -> tuple[float, float]:
    """Where a cell of a lens of the whole plane stands on the screen."""
    box = page.locator(f"[data-view={lens}] svg").bounding_box()
    assert box
    view = page.locator(f"[data-view={lens}] svg").get_attribute("viewBox")
    assert view
    across, down = (float(n) / 32 for n in view.split()[2:])
    return box["x"] + (x + 0.5) * box["width"] / across, box["y"] + (y + 0.5) * box["height"] / down


def test_an_output_cell_shows_its_sum(open_page: OpenPage) -> None:
    page = typed(open_page, "/en/conv?padding=1")
    expected = torch_conv(padding=1)
    for y, x in ((0, 0), (3, 4), (6, 6)):
        page.mouse.move(*cell_of(page, "out-lens", y, x))
        label = re.compile(rf"= output {expected[0, 0, y, x]:.0f}".replace("-", "−") + "$")
        expect(page.locator(SUM)).to_have_attribute("aria-label", label)


def test_an_input_cell_lights_what_it_feeds(open_page: OpenPage) -> None:
    page = typed(open_page, "/en/conv?padding=1&stride=2")
    x = torch.zeros(1, 1, 7, 7)
    x[0, 0, 3, 5] = 1
    fed = int((F.conv2d(x, torch.ones(1, 1, 3, 3), stride=2, padding=1) != 0).sum())
    page.mouse.move(*cell_of(page, "in-lens", 3, 5))
    expect(page.locator(POINTED)).to_contain_text(f"feeds {fed} output values")
    expect(page.locator("[data-view=out-lens] .lit .lit-mark")).to_have_count(fed)
    expect(page.locator("[data-view=in-lens] .lit .lit-mark")).to_have_count(1)


def test_a_weight_lights_what_it_meets(open_page: OpenPage) -> None:
    page = typed(open_page, "/en/conv?padding=0&stride=2&dilation=2")
    page.locator('[data-part=kernel] [data-weight-index="0,0,1,0"]').hover()
    # Output rows 0 and 1 at stride 2, shifted by 1 · dilation 2.
    expect(page.locator(POINTED)).to_contain_text("meets 4 input values")
    expect(page.locator("[data-view=in-lens] .lit .lit-mark")).to_have_count(4)
    expect(page.locator(".ar .pointed-frame")).to_have_count(1)
    page.mouse.move(5, 5)
    expect(page.locator(POINTED)).to_be_hidden()


def test_a_pin_stays_in_the_link(open_page: OpenPage) -> None:
    page = typed(open_page, "/en/conv?padding=1")
    page.mouse.click(*cell_of(page, "in-lens", 2, 2))
    expect(page.locator(POINTED)).to_contain_text("pinned")
    assert "pin=input:0,0,2,2" in page.url
    other = at_rest(open_page(page.url))
    expect(other.locator(POINTED)).to_have_text(re.compile("feeds 9 output values · pinned"))
    expect(other.locator("[data-view=out-lens] .lit .lit-mark")).to_have_count(9)
    other.locator(f"{POINTED} button").click()
    expect(other.locator(POINTED)).to_be_hidden()
    assert "pin=" not in other.url


def test_stepping_to_the_end_comes_to_the_last_cell(open_page: OpenPage) -> None:
    page = typed(open_page, "/en/conv?padding=0&stride=2")
    expected = torch_conv(stride=2)
    player = page.locator("[data-part=player]")
    player.locator("input").focus()
    page.keyboard.press("Home")
    for step in range(2, 10):
        player.get_by_label("one cell on").click()
        expect(player).to_contain_text(f"{step} of 9")
    text = f"= output {expected[0, 0, -1, -1]:.0f}".replace("-", "−")
    expect(page.locator(SUM)).to_have_attribute("aria-label", re.compile(text + "$"))
    assert "at=0,0,2,2" in page.url


def test_a_late_answer_does_not_set_the_walk_back(open_page: OpenPage) -> None:
    page = typed(open_page, "/en/conv?padding=0&stride=2")
    expected = torch_conv(stride=2)
    player = page.locator("[data-part=player]")
    player.locator("input").focus()
    page.keyboard.press("Home")
    at_rest(page)
    held: list[Route] = []
    page.route("**/conv/explain", lambda route: held.append(route))
    for step in (2, 3):
        player.get_by_label("one cell on").click()
        expect(player).to_contain_text(f"{step} of 9")
    while not held:
        page.wait_for_timeout(50)
    held.pop().continue_()
    text = f"= output {expected[0, 0, 0, 1]:.0f}".replace("-", "−")
    expect(page.locator(SUM)).to_have_attribute("aria-label", re.compile(text + "$"))
    expect(player).to_contain_text("3 of 9")
    player.get_by_label("one cell on").click()
    expect(player).to_contain_text("4 of 9")
    assert "at=0,0,1,0" in page.url


def test_playing_walks_and_stops_at_the_end(open_page: OpenPage) -> None:
    page = typed(open_page, "/en/pooling?kernel_size=3&stride=2")
    player = page.locator("[data-part=player]")
    player.locator("select").select_option("16")
    player.locator("input").focus()
    page.keyboard.press("Home")
    player.get_by_label("play").click()
    expect(player).to_contain_text("9 of 9")
    expect(player.get_by_label("play")).to_be_visible()
    x = torch.tensor(ROWS, dtype=torch.float32)[None, None]
    last = float(F.max_pool2d(x, 3, 2)[0, 0, -1, -1])
    expect(page.locator(SUM)).to_have_attribute("aria-label", re.compile(f" {last:.0f}$"))


def test_a_layer_that_scatters_walks_over_its_input(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv_transpose"))
    player = page.get_by_role("group", name="Walk over the input")
    # Of the four cells that meet in row 8, column 6, the nearest is row 3, column 3.
    expect(player).to_contain_text("input cell 25 of 49")
    share = "e => getComputedStyle(e).getPropertyValue('--share')"
    assert player.locator("input").evaluate(share) == "50%"
    player.locator("input").focus()
    page.keyboard.press("Home")
    expect(player).to_contain_text("input cell 1 of 49")
    expect(page.locator(POINTED)).to_contain_text("feeds 9 output values")
    page.keyboard.press("ArrowRight")
    expect(page.locator(POINTED)).to_contain_text("input [0, 0, 0, 1]")
    expect(page.locator("[data-view=out-lens] .lit .lit-mark").first).to_be_visible()
    page.reload()
    expect(at_rest(page).locator("[data-part=player]")).to_contain_text("input cell 2 of 49")


def test_what_is_pinned_stays_explained_whichever_answer_comes_first(open_page: OpenPage) -> None:
    """The output above the pinned input cell, though the page's own is asked for after it."""
    page = at_rest(open_page("/en/conv_transpose"))
    where = page.locator("[data-text=where]")
    expect(where).to_have_text("row 8, column 6, map 0")
    held: list[Route] = []
    is_held = True

    def handle(route: Route) -> None:
        is_touched = 'name="of"' in (route.request.post_data or "")
        if is_touched or not is_held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/conv_transpose/explain", handle)
    player = page.get_by_role("group", name="Walk over the input")
    player.locator("input").focus()
    page.keyboard.press("Home")
    expect(page.locator(POINTED)).to_contain_text("input [0, 0, 0, 0]")
    page.keyboard.press("ArrowRight")
    expect(page.locator(POINTED)).to_contain_text("input [0, 0, 0, 1]")
    page.wait_for_timeout(300)  # until all has been asked for that is not held
    is_held = False
    for route in held:
        route.continue_()
    expect(where).to_have_text("row 1, column 3, map 0")
    at_rest(page)
    expect(where).to_have_text("row 1, column 3, map 0")
    expect(page.locator("[data-view=out-lens] .lit .lit-mark").first).to_be_visible()
    # Let go of, the page's own is back.
    page.keyboard.press("Escape")
    expect(where).to_have_text("row 8, column 6, map 0")


def test_one_product_is_written_out_too(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv_transpose?at=0,0,0,0"))
    expect(page.locator(".terms svg [data-term]").first).to_be_visible()
    expect(page.locator("[data-text=terms]")).to_have_text("1 product")


def test_the_thread_begins_at_the_edge_of_the_lens(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    lens = page.locator("[data-view=in-lens] svg").bounding_box()
    line = page.locator(".thread .line").first.bounding_box()
    assert lens
    assert line
    assert line["x"] >= lens["x"] + lens["width"] - 4  # of the line's own width
    said = "plays one row in 5 and one column in 5"
    expect(page.locator("[data-part=player] button").nth(1)).to_have_attribute("title", said)


def test_a_press_outlasts_what_it_draws(open_page: OpenPage) -> None:
    """The answer about the cell under the pointer can come between pressing and letting go."""
    page = typed(open_page, "/en/conv")
    buttons: tuple[Literal["right", "middle", "left"], ...] = ("right", "middle", "left")
    for at, button in zip((3, 2, 1), buttons, strict=True):
        page.mouse.move(*cell_of(page, "in-lens", at, at))
        page.mouse.down(button=button)
        expect(page.locator(POINTED)).to_be_visible()
        at_rest(page)
        page.mouse.up(button=button)
        if button != "left":
            at_rest(page)
            expect(page).not_to_have_url(re.compile("pin="))
    expect(page).to_have_url(re.compile("pin=input(:|%3A)0,0,1,1"))


def test_what_stays_is_not_drawn_anew_at_each_cell(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    strips = page.locator("[data-part=arithmetic] .legends canvas")
    kept = strips.evaluate_all("all => (window.kept = all).length")
    ends = page.locator("[data-part=arithmetic] .legends p").all_inner_texts()
    output = page.locator("[data-view=out-map] canvas")
    output.hover(position={"x": 60, "y": 150})
    page.wait_for_function(
        "ends => ends !== document.querySelector('.legends > :last-child p').innerText",
        arg=ends[-1],
    )
    assert kept == 2
    assert strips.evaluate_all("all => all.every((canvas, i) => canvas === window.kept[i])")
