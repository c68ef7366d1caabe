"""All feature maps of a layer full size, from which one goes to a single one and back."""

import pytest
import torch
from playwright.sync_api import expect
from torch.nn import functional as F

from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_pages import OVERHANG, PHONE
from tests.browser.test_zoom import ROWS, SIZE, cell, dialog, said

KERNELS = "sobel_x,sobel_y,laplacian"
PATH = f"/en/conv?kernel={KERNELS}&padding=1&at=0,1,2,3&numbers=" + str(ROWS).replace(" ", "")
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
LAPLACIAN = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])


def test_all_maps_and_a_single_one(open_page: OpenPage) -> None:
    x = torch.tensor(ROWS, dtype=torch.float32)[None, None]
    weight = torch.stack([SOBEL, SOBEL.T, LAPLACIAN])[:, None]
    y = F.conv2d(x, weight, padding=1)
    page = at_rest(open_page(PATH))
    page.get_by_role("button", name="full size", exact=True).click()
    shown = dialog(page)
    expect(shown.locator("h2")).to_have_text("All feature maps")
    canvas = shown.locator("canvas").first
    size = [int(canvas.get_attribute(side) or 0) for side in ("height", "width")]
    across = (size[1] + 1) // (SIZE + 1)
    assert size[0] + 1 == -(-3 // across) * (SIZE + 1)
    # Every map says its own numbers, under the pointer and in the table.
    for map_, (row, column) in ((0, (6, 0)), (1, (2, 3)), (2, (4, 5))):
        place = (
            map_ // across * (SIZE + 1) + row,
            map_ % across * (SIZE + 1) + column,
        )
        page.mouse.move(*cell(shown, *place))
        value = float(y[0, map_, row, column])
        assert said(shown, f"0, {map_}, {row}, {column}") == pytest.approx(value, abs=1e-6)
        table = shown.locator(".zoom-table [aria-current]")
        assert float(table.inner_text().replace("−", "-")) == pytest.approx(value, abs=5.1e-5)
    # No number stands between the maps.
    assert shown.locator(".sheet text").count() in (0, 3 * SIZE * SIZE)
    page.mouse.click(*cell(shown, *place))
    expect(shown.locator("h2")).to_have_text("Output")
    expect(shown.locator(".steppers")).to_contain_text("map 2 (0 to 2)")
    expect(page.locator("[data-text=where]")).to_have_text("row 4, column 5, map 2")
    assert "view=output" in page.url
    shown.get_by_role("button", name="all side by side").click()
    expect(shown.locator("h2")).to_have_text("All feature maps")
    other = at_rest(open_page(page.url))
    expect(dialog(other).locator("h2")).to_have_text("All feature maps")


def test_the_keys_lead_from_map_to_map(open_page: OpenPage) -> None:
    page = at_rest(open_page(PATH.replace("at=0,1,2,3", "at=0,0,2,6")))
    page.get_by_role("button", name="full size", exact=True).click()
    shown = dialog(page)
    line = shown.locator(".zoom-line")
    expect(line).to_contain_text("[0, 0, 2, 6]")
    page.keyboard.press("ArrowRight")
    expect(line).to_contain_text("[0, 1, 2, 0]")
    page.keyboard.press("ArrowLeft")
    expect(line).to_contain_text("[0, 0, 2, 6]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    page.keyboard.press("Enter")
    expect(shown.locator("h2")).to_have_text("Output")
    expect(line).to_contain_text("[0, 1, 2, 0]")


def test_no_barriers_among_all_maps(open_page: OpenPage) -> None:
    page = at_rest(open_page("/zh/pooling?input.mode=&view=maps"))
    dialog(page)
    assert axe.in_both_schemes(page) == []
    phone = at_rest(open_page("/en/conv?weights=network&view=maps", size=PHONE, has_touch=True))
    dialog(phone)
    assert phone.evaluate(OVERHANG) <= 0
