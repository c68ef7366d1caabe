"""The kernel editor: weights typed, dragged and resized, held against PyTorch."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import torch
from playwright.sync_api import Locator, Page, expect
from torch.nn import functional as F

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

ROWS = [[(3 * y + 5 * x * x) % 11 for x in range(5)] for y in range(5)]
OPENED = f"/en/conv?padding=1&at=0,0,2,2&numbers={json.dumps(ROWS, separators=(',', ':'))}"
CELLS = ".kernel-cells input"
SUM = ".sums svg"


def shown_sum(page: Page, value: float) -> None:
    """Whole sums of whole numbers have no decimals."""
    text = f"= output {value:.{0 if value.is_integer() else 2}f}".replace("-", "−")
    expect(page.locator(SUM)).to_have_attribute("aria-label", re.compile(re.escape(text) + "$"))


def sum_of(weight: list[list[float]], bias: float = 0.0) -> float:
    x = torch.tensor(ROWS, dtype=torch.float32)[None, None]
    y = F.conv2d(
        x,
        torch.tensor(weight, dtype=torch.float32)[None, None],
        torch.tensor([float(bias)]),
        padding=1,
    )
    return float(y[0, 0, 2, 2])


def test_a_typed_weight_is_the_visitors_own(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    shown_sum(page, sum_of([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    page.locator(CELLS).nth(4).fill("3,5")
    shown_sum(page, sum_of([[-1, 0, 1], [-2, 3.5, 2], [-1, 0, 1]]))
    expect(page.locator("[name=weights][value=custom]")).to_be_checked()
    page.locator(".kernel-bias input").fill("−2")
    page.keyboard.press("Enter")
    changed = sum_of([[-1, 0, 1], [-2, 3.5, 2], [-1, 0, 1]], -2)
    shown_sum(page, changed)
    sent = parse_qs(urlsplit(page.url).query)
    assert json.loads(sent["weight"][0])["data"] == [-1, 0, 1, -2, 3.5, 2, -1, 0, 1]
    other = at_rest(open_page(page.url))
    shown_sum(other, changed)
    expect(other.locator(CELLS).nth(4)).to_have_value("3.50")


def test_a_weight_is_dragged(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    box = page.locator(CELLS).nth(4).bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0], middle[1] - 30)
    page.mouse.up()
    shown_sum(page, sum_of([[-1, 0, 1], [-2, 0.5, 2], [-1, 0, 1]]))


def size_of(page: Page) -> list[Locator]:
    return [page.get_by_label("kernel height"), page.get_by_label("kernel width")]


def shown_size(page: Page, height: int, width: int) -> None:
    for side, size in zip(size_of(page), (height, width), strict=True):
        expect(side).to_have_value(str(size))
    expect(page.locator(CELLS)).to_have_count(height * width)


def test_a_larger_kernel_keeps_its_middle_and_reset_forgets_it(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    page.get_by_label("larger kernel").click()
    page.get_by_label("larger kernel").click()
    shown_size(page, 5, 5)
    expect(page.locator(CELLS).nth(11)).to_have_value("−2")
    page.locator("[data-reset]").click()
    shown_size(page, 3, 3)
    assert "weight=" not in page.url


def test_height_and_width_are_apart(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    height, width = size_of(page)
    height.fill("1")
    shown_size(page, 1, 3)
    shown_sum(page, sum_of([[-2, 0, 2]]))
    width.fill("12")
    expect(width).to_have_attribute("aria-invalid", "true")
    width.press("Tab")
    shown_size(page, 1, 3)
    wrong = page.locator(".kernel-tools .error")
    expect(wrong).to_have_text("from 1 to 11")
    width.fill("5")
    shown_size(page, 1, 5)
    expect(wrong).to_be_hidden()


def test_what_is_typed_quickly_is_not_lost(open_page: OpenPage) -> None:
    """The second change comes before the answer to the first."""
    page = at_rest(open_page(OPENED))
    page.evaluate(
        """() => {
            const cells = document.querySelectorAll(".kernel-cells input");
            [["0", 1], ["4", 8], ["8", 5]].forEach(([cell, value]) => {
                cells[cell].value = value;
                cells[cell].dispatchEvent(new Event("input", { bubbles: true }));
            });
        }"""
    )
    shown_sum(page, sum_of([[1, 0, 1], [-2, 8, 2], [-1, 0, 5]]))


def test_the_arrow_keys_go_from_cell_to_cell(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    page.locator(CELLS).first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(CELLS).nth(3)).to_be_focused()
    page.keyboard.type("7")
    shown_sum(page, sum_of([[-1, 0, 1], [7, 0, 2], [-1, 0, 1]]))


def test_a_filter_says_what_it_does(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?kernel=gaussian"))
    expect(page.locator("[data-text=filter]")).to_contain_text("Gaussian: ")
    boxes = page.locator(".pick input")
    larger = boxes.and_(page.locator("[value=gaussian_5]"))
    expect(larger).to_be_disabled()
    expect(larger).to_have_attribute("title", re.compile("is 5 × 5, the chosen ones are 3 × 3"))
    page.locator(".pick button[value=log_5]").click()
    expect(larger).to_be_enabled()
    expect(boxes.and_(page.locator("[value=gaussian]"))).to_be_disabled()


def test_another_source_drops_the_weights_of_ones_own(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    page.locator(CELLS).nth(4).fill("3")
    page.wait_for_url(re.compile("weight="))
    at_rest(page).locator("[name=weights][value=filters]").check(force=True)
    shown_sum(page, sum_of([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    assert "weight=" not in page.url


def test_no_barriers(open_page: OpenPage) -> None:
    for path in ("/en/conv?weights=random", "/zh/conv_transpose"):
        for scheme in ("light", "dark"):
            page = at_rest(open_page(path, color_scheme=scheme))
            assert violations(page) == []


def test_numbers_that_have_no_room_leave_the_colours_but_for_the_one_that_is_typed_into(
    open_page: OpenPage,
) -> None:
    page = at_rest(open_page("/en/conv?weights=random&kernel_size=11&padding=5"))
    cells = page.locator(CELLS)
    colour = "cell => getComputedStyle(cell).color"
    assert set(cells.evaluate_all(f"cells => cells.map({colour})")) == {"rgba(0, 0, 0, 0)"}
    cells.nth(60).focus()
    assert cells.nth(60).evaluate(colour) != "rgba(0, 0, 0, 0)"
    assert cells.nth(60).evaluate("cell => cell.scrollWidth <= cell.clientWidth")
    # Whoever hears the cells hears every number.
    assert float(cells.nth(59).input_value().replace("\u2212", "-"))
    # Smaller kernels have the room again; so have numbers without the zero before their point.
    page.goto("/en/conv?weights=random&kernel_size=7&padding=3")
    expect(at_rest(page).locator(CELLS).first).to_have_value(re.compile(r"^\u2212?\.\d\d$"))
    assert "rgba(0, 0, 0, 0)" not in cells.evaluate_all(f"cells => cells.map({colour})")
    page.goto("/en/conv?weights=random&kernel_size=5&padding=2")
    expect(at_rest(page).locator(CELLS).first).to_have_value(re.compile(r"^\u2212?0\.\d\d$"))
