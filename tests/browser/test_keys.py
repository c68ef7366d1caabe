"""What the pointer can do, the keys can: pointing, pinning, and never under what covers it."""

import json

import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_kernel_editor import OPENED

POINTED = ".pointed-at [role=status]"
# Named controls of the live figures, as a screen reader is told them.
SLIDERS = "[data-why] input[type=range]"
COVERED = """() => {
    const box = document.activeElement.getBoundingClientRect();
    const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return Boolean(on?.closest(".stage")) && !document.activeElement.closest(".stage");
}"""


def test_a_weight_is_pointed_at_and_pinned_by_keys(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    corner = torch.zeros(1, 1, 3, 3)
    corner[0, 0, 0, 0] = 1
    met = int((F.conv2d(torch.ones(1, 1, 5, 5), corner, padding=1) != 0).sum())
    page.get_by_label("weight, row 0, column 0").focus()
    expect(page.locator(POINTED)).to_contain_text(f"weight [0, 0, 0, 0] = −1.00 meets {met} input")
    page.keyboard.press("Enter")
    expect(page.locator(POINTED)).to_contain_text("pinned")
    assert "pin=weight:0,0,0,0" in page.url
    page.keyboard.press("Escape")
    expect(page.locator(POINTED)).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(page.locator(POINTED)).to_contain_text("weight [0, 0, 1, 0]")


def test_an_arrow_points_at_the_input_and_enter_pins_it(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?padding=1&at=0,0,100,60"))
    page.locator("[data-view=in-map]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(POINTED)).to_contain_text("input [0, 0, 99, 60]")  # from the window on
    assert "pin=" not in page.url
    page.keyboard.press("Enter")
    expect(page.locator(POINTED)).to_contain_text("pinned")
    assert "pin=input:0,0,99,60" in page.url


def test_every_slider_of_a_figure_has_a_name(open_page: OpenPage) -> None:
    for path in ("/en/conv", "/zh/softmax"):
        page = open_page(path)
        for slider in page.locator(SLIDERS).all():
            assert slider.evaluate("slider => slider.ariaLabel"), path


def _tab(page: Page, key: str, times: int) -> list[int]:
    found = []
    for step in range(times):
        page.keyboard.press(key)
        if page.evaluate(COVERED):
            found.append(step)
    return found


@pytest.mark.parametrize("size", [(640, 400), (390, 844)])
def test_what_has_the_focus_is_not_covered(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = at_rest(open_page("/en/conv", size=size))
    assert _tab(page, "Tab", 60) == []
    assert _tab(page, "Shift+Tab", 60) == []


def test_what_is_no_number_stays_and_says_so(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    cell = page.get_by_label("weight, row 0, column 0")
    cell.fill("abc")
    cell.press("Tab")
    expect(cell).to_have_value("abc")
    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(cell).to_have_attribute("title", "“abc” is not a number")
    page.locator("[data-reset]").click()
    cell.fill("4")
    expect(cell).to_have_attribute("aria-invalid", "false")
    assert (
        json.loads(page.evaluate("new URLSearchParams(location.search).get('weight')"))["data"][0]
        == 4
    )


RING = """() => {
    const one = document.activeElement, { outlineOffset, outlineWidth } = getComputedStyle(one);
    const { top, left } = one.getBoundingClientRect();
    return Math.min(top, left) - parseFloat(outlineOffset) - parseFloat(outlineWidth);
}"""


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_the_ring_in_the_header_is_all_in_the_window(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = at_rest(open_page("/en/conv", size=size))
    page.keyboard.press("Tab")  # to the content
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.locator(".top :focus-visible").count() == 1
        assert page.evaluate(RING) >= 0
