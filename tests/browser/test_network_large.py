"""EfficientNet-Lite0 in a browser: a thousand channels, and numbers followed to PyTorch's."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import expect
from torch import Tensor

from app.networks.network import network
from app.settings import ROOT
from tests.browser.conftest import OpenPage
from tests.browser.rest import quiet
from tests.browser.test_network import number, opened, shown_output
from tests.conftest import every_other
from tests.networks.data import needs_efficientnet
from tests.networks.pictures import prepared

pytestmark = needs_efficientnet
NAME = "efficientnet-lite0"
Made = Callable[[dict[str, Tensor]], Tensor]


def values() -> dict[str, Tensor]:
    """Return every node's value of the photograph that the page opens with, and the weights."""
    shown = network(NAME)
    picture = prepared(shown, (ROOT / "static/samples/chelsea.jpg").read_bytes())[0]
    found = {"input": picture} | shown.run(picture) | shown.tensors()
    return {name: torch.from_numpy(np.array(value)) for name, value in found.items()}


# What PyTorch makes of the values before, at one place of the third map.
FOLLOWED: list[tuple[str, str, Made]] = [
    (
        "block_2.depthwise",
        "0,2,30,17",
        lambda v: F.conv2d(
            F.pad(v["block_2.expand.relu6"], (0, 1, 0, 1)),  # as its authors pad
            v["block_2.depthwise.weight"],
            v["block_2.depthwise.bias"],
            stride=2,
            groups=96,
        ),
    ),
    ("block_3.add", "0,2,30,17", lambda v: v["block_2.project"] + v["block_3.project"]),
    ("pool", "0,2,0,0", lambda v: F.adaptive_avg_pool2d(v["head.relu6"], 1)),
    ("dense", "0,281", lambda v: F.linear(v["flatten"], v["dense.weight"], v["dense.bias"])),
]


SOME = every_other(FOLLOWED)


@pytest.mark.parametrize(("stage", "at", "made"), SOME, ids=[one[0] for one in SOME])
def test_a_number_on_the_screen_is_pytorchs(
    open_page: OpenPage, stage: str, at: str, made: Made
) -> None:
    known = values()
    names = [one["name"] for one in network(NAME).known["stages"]]
    page = opened(open_page(f"/en/networks/{NAME}?stage={names.index(stage)}&at={at}"))
    place = tuple(map(int, at.split(",")))
    expected = float(made(known)[place])
    assert shown_output(page) == pytest.approx(expected, abs=0.0051)
    if len(place) < 4 or place[2:] == (0, 0):
        return
    canvas = page.locator("[data-view=map] canvas")
    box = canvas.bounding_box() or {"width": 0}
    zoom = box["width"] / known[stage].shape[3]
    canvas.hover(position={"x": 9.5 * zoom, "y": 40.5 * zoom})
    expect(page.locator("[data-text=where]:visible")).to_have_text("row 40, column 9, map 2")
    assert shown_output(page) == pytest.approx(float(made(known)[0, 2, 40, 9]), abs=0.0051)


def test_a_thousand_channels_and_branches_that_meet(open_page: OpenPage) -> None:
    """The sum of a residual block is that of the two stages before it; far maps have pages."""
    page = opened(open_page("/en/networks/efficientnet-lite0?stage=15&at=0,3,20,20"))
    page.locator("[data-mode=sources] table").wait_for()
    terms = page.locator("[data-mode=sources] tbody tr").all()
    assert len(terms) == 2
    values = [number(term.locator("td").last.inner_text()) for term in terms]
    assert shown_output(page) == pytest.approx(sum(values), abs=0.021)
    page.get_by_label("Find a stage").fill("head.relu6")
    page.get_by_role("button", name="strongest first").click()
    head = page.locator(".node", has=page.locator('h3[title^="head.relu6"]'))
    expect(head.locator(".pager span")).to_have_text("1/160")
    head.get_by_role("button", name="further maps").click()
    expect(head.locator(".pager span")).to_have_text("2/160")
    quiet(page)
    head.locator(".tile").first.click()
    expect(page.locator("[data-text=chosen]")).to_contain_text("head.relu6, map")
    expect(page.locator("[data-text=field]")).to_contain_text("all of the picture")
