"""The kernel, slices, live figures and the first page's maps are seen full size as well."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_pages import OVERHANG, PHONE
from tests.browser.test_zoom import cell, dialog, said
from tests.conftest import every_other


def test_the_maps_of_the_first_page(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/"))
    page.get_by_role("button", name="Pooling full size").click()
    shown = dialog(page)
    expect(shown.locator("[data-text=shape]")).to_have_text("1 × 8 × 8 × 8")
    page.mouse.move(*cell(shown, 2, 3))
    value = said(shown, "0, 0, 2, 3")
    page.mouse.click(*cell(shown, 2, 3))
    # One map alone, and the number in it is followed when it is chosen.
    expect(shown.locator(".steppers")).to_contain_text("map 0 (0 to 7)")
    page.mouse.click(*cell(shown, 2, 3))
    assert said(shown, "0, 0, 2, 3") == value
    assert "at=0,0,2,3" in page.url
    assert "stage=2" in page.url
    shown.get_by_role("button", name="all side by side").click()
    expect(shown.locator(".steppers")).to_be_empty()
    shown.get_by_role("button", name="Close").click()
    followed = page.locator('[data-stage="2"] [data-result-text]')
    expect(followed).to_contain_text(f"{value:.2f}".replace("-", "−"))
    other = at_rest(open_page("/zh/?view=input", size=PHONE))
    expect(dialog(other).locator("h2")).to_have_text("图片")
    assert other.evaluate(OVERHANG) <= 0
    assert axe.in_both_schemes(other) == []


def test_the_kernel(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?kernel=sobel_x,gaussian"))
    page.get_by_role("button", name="The kernel full size").click()
    shown = dialog(page)
    expect(shown.locator(".steppers")).to_contain_text("kernel 0 (0 to 1)")
    page.mouse.move(*cell(shown, 1, 2))
    assert said(shown, "0, 0, 1, 2") == 2
    shown.get_by_role("button", name="next kernel").click()
    page.mouse.move(*cell(shown, 1, 1))
    assert said(shown, "1, 0, 1, 1") == pytest.approx(0.25)
    assert "view=kernel:1,0" in page.url


def test_the_slices_of_a_volume(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/pooling?sample=blobs&spatial_dims=3"))
    buttons = page.get_by_role("button", name="Slices full size")
    expect(buttons).to_have_count(2)
    buttons.first.click()
    shown = dialog(page)
    page.mouse.move(*cell(shown, 0, 0))
    line = shown.locator(".zoom-line")
    expect(line).to_contain_text("0, 0, 0] = ")
    page.mouse.click(*cell(shown, 0, 0))
    expect(shown.locator(".steppers")).to_contain_text("slice 0 (0 to ")
    shown.get_by_role("button", name="all side by side").click()
    expect(shown.locator(".steppers")).not_to_contain_text("slice")


@pytest.mark.parametrize(
    ("layer", "figure", "count"),
    every_other(
        [
            ("conv", "finds", 4),
            ("conv", "follows", 3),
            ("pooling", "average", 3),
            ("dense", "row", 3),
        ]
    ),
)
def test_the_maps_of_live_figures(open_page: OpenPage, layer: str, figure: str, count: int) -> None:
    page = at_rest(open_page(f"/en/{layer}"))
    place = page.locator(f'[data-why="{figure}"]')
    place.scroll_into_view_if_needed()
    expect(place).to_have_attribute("aria-busy", "false")
    buttons = place.locator("[data-zoom]")
    assert buttons.count() >= count
    names = [button.get_attribute("data-zoom") for button in buttons.all()]
    assert len(set(names)) == len(names)
    buttons.last.click()
    shown = dialog(page)
    expect(shown.locator("h2")).not_to_be_empty()
    drawn = shown.locator("canvas").first.evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    )
    assert np.ptp(np.array(drawn)) > 0
    phone = at_rest(open_page(f"/en/{layer}", size=PHONE))
    place = phone.locator(f'[data-why="{figure}"]')
    place.scroll_into_view_if_needed()
    expect(place.locator("[data-zoom]").first).to_be_visible()
    assert phone.evaluate(OVERHANG) <= 0


def test_the_row_of_flatten(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/flatten"))
    page.get_by_role("button", name="The row full size").click()
    expect(dialog(page).locator("h2")).to_have_text("Output")
