"""Height and width apart, padding for each side: sliders that end where the plan says."""

import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_kernel_editor import OPENED, ROWS, shown_sum

SHAPE = "[data-text=out-shape]"


def apart(page: Page, field: str) -> None:
    page.locator(f"[data-field={field}] .apart").click()


def test_height_and_width_have_their_own_sliders(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    apart(page, "stride")
    expect(page.get_by_label("stride, height")).to_have_value("1")
    page.get_by_label("stride, height").fill("2")
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 3 × 5")
    assert "stride=2,1" in page.url
    x = torch.tensor(ROWS, dtype=torch.float32)[None, None]
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
    shown_sum(page, float(F.conv2d(x, sobel, stride=(2, 1), padding=1)[0, 0, 2, 2]))
    apart(page, "stride")
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 3 × 3")
    expect(page.get_by_label("stride, height")).to_have_count(0)


def test_every_side_has_its_padding_and_no_slider_goes_too_far(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"{OPENED}&dilation=2,1"))
    apart(page, "padding")
    for side, value in {"top": "0", "left": "3", "bottom": "0"}.items():
        page.get_by_label(f"padding, {side}").fill(value)
    # A kernel of 3 with a dilation of 2 is 5 high, as the picture is; 3 + 5 + 1 − 2 wide.
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 1 × 7")
    expect(page.get_by_label("dilation, height")).to_have_attribute("max", "2")
    expect(page.get_by_label("dilation, width")).to_have_attribute("max", "4")
    assert "padding=0,3,0,1" in page.url
    assert violations(page) == []


def test_a_volume_has_three_and_a_signal_no_choice(open_page: OpenPage) -> None:
    page = at_rest(open_page("/zh/pooling?sample=blobs&spatial_dims=3"))
    page.locator("[data-variant=max] [data-field=kernel_size] .apart").click()
    expect(page.get_by_label("kernel_size, 深度")).to_have_value("2")
    signal = at_rest(open_page("/en/pooling?sample=heartbeat&spatial_dims=1"))
    expect(signal.locator("[data-variant=max] [data-field=stride] .apart")).to_be_hidden()
    signal.locator("[data-variant=max] [data-field=padding] .apart").click()
    expect(signal.get_by_label("padding, begin")).to_be_visible()
