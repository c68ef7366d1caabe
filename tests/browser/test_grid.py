"""A small input typed cell by cell, held against PyTorch."""

import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_kernel_editor import OPENED, ROWS, shown_sum

CELLS = ".in .number-cells input"


def edge(rows: list[list[float]]) -> float:
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
    return float(F.conv2d(torch.tensor(rows)[None, None], sobel, padding=1)[0, 0, 2, 2])


def fill(page: Page, values: dict[int, str]) -> None:
    for cell, value in values.items():
        page.locator(CELLS).nth(cell).fill(value)


def test_a_small_input_is_typed_cell_by_cell(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    page.get_by_role("button", name="edit the numbers").click()
    expect(page.locator(CELLS)).to_have_count(25)
    fill(page, {6: "−3.5", 13: "20", 18: "0,25"})
    rows = [[float(value) for value in row] for row in ROWS]
    rows[1][1], rows[2][3], rows[3][3] = -3.5, 20, 0.25
    shown_sum(page, edge(rows))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    other = at_rest(open_page(page.url))
    shown_sum(other, edge(rows))
    expect(other.locator(CELLS).nth(18)).to_have_value("0.25")
    other.get_by_role("button", name="edit the numbers").click()
    expect(other.locator("[data-view=in-lens] svg")).to_be_visible()


def test_an_empty_grid_is_opened_and_filled(open_page: OpenPage) -> None:
    page = at_rest(open_page("/zh/pooling", size=(390, 844)))
    page.locator("[data-open=source]").click()
    page.get_by_label("行数").fill("2")
    page.get_by_label("列数").fill("4")
    page.get_by_role("button", name="打开网格").click()
    expect(page.locator(CELLS)).to_have_count(8)
    fill(page, {0: "1", 5: "7", 2: "-4", 7: "9"})
    expect(page.locator("[data-text=out-shape]")).to_have_text("1 × 1 × 1 × 2")
    expect(page.locator("[data-stat=max]")).to_have_text("9.00")
    expect(page.locator("[data-stat=min]")).to_have_text("7.00")
    page.locator(CELLS).nth(0).press("ArrowDown")
    expect(page.locator(CELLS).nth(4)).to_be_focused()
