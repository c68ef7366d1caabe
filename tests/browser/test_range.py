"""What shares one range of colours, as the legends say it."""

import torch
from playwright.sync_api import expect
from torch.nn import functional as F

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

ROWS = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
PATH = "/en/conv?kernel=sobel_x,sobel_y&at=0,0,1,1&padding=1&numbers=[[0,1,2],[3,4,5],[6,7,8]]"
LEGEND = "[data-view={}-legend] canvas"


def test_a_map_the_layer_or_both(open_page: OpenPage) -> None:
    x = torch.tensor(ROWS, dtype=torch.float32)[None, None]
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    y = F.conv2d(x, torch.stack([sobel, sobel.T])[:, None], padding=1)
    page = at_rest(open_page(PATH))
    ends = {"a map": y[0, 0], "the layer": y, "both": torch.cat([y.flatten(), x.flatten()])}
    for said, values in ends.items():
        page.locator("[data-part=range]").get_by_role("button", name=said).click()
        most = f"{values.abs().max():.0f}"  # whole, as the cells beside it are
        label = f"Colours from −{most} to {most}"
        expect(page.locator(LEGEND.format("out"))).to_have_attribute("aria-label", label)
    expect(page.locator(LEGEND.format("in"))).to_have_attribute("aria-label", label)
    assert "range=all" in page.url
    other = at_rest(open_page(page.url))
    expect(other.locator(LEGEND.format("in"))).to_have_attribute("aria-label", label)
