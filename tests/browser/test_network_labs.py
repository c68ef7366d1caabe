"""Any layer of a network opens in its own lab, with its real weights and input.

Every stage of every network with `LAYERLAB_TEST_FULL=1`, else those that differ from each other.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from app.layers import LABS
from app.networks.network import names, network
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest, listen, quiet
from tests.browser.server import serving
from tests.browser.test_network import number
from tests.conftest import FULL
from tests.networks.normed import normed

SAMPLE = {
    "tiny-vgg-photos": ("conv_2", "pooling"),
    "efficientnet-lite0": (
        "stem.relu6",
        "block_1.depthwise",
        "pool",
        "flatten",
        "dense",
        "softmax",
    ),
}


def stages() -> list[tuple[str, str]]:
    """Return the stages that are opened, as (network, stage)."""
    return [
        (name, stage["name"])
        for name in names()
        for stage in network(name).known["stages"]
        if stage["layer"] in LABS and (FULL or stage["name"] in SAMPLE.get(name, ()))
    ]


def spoken(page: Page) -> str | None:
    """Return the output that the arithmetic ends at, where the page has such a line."""
    line = page.locator(".sum-line:visible")
    text = (line.first.get_attribute("aria-label") or "") if line.count() else ""
    found = re.search(
        r"(?:output|of \d+|slope here) (\u2212?[\d.\u202f]+)(?: slope here .*)?$", text
    )
    return found[1] if found else None


def middle(shape: list[int]) -> list[int]:
    """Return an element that has neighbours on all sides."""
    return [0, *((n - 1) // 2 for n in shape[1:])]


def opens(page: Page, path: str, known: dict[str, Any], lab: str) -> None:
    """Goes from a stage to its lab, and compares what both end at."""
    at = ",".join(map(str, middle(list(known["shape"]))))
    number_of = known["number"]
    page.goto(f"{path}?stage={number_of}&at={at}")
    expect(page.locator("[data-network]")).not_to_have_attribute("aria-busy", "true")
    quiet(page)
    here = spoken(page)
    page.locator("[data-lab]").click()
    page.wait_for_url(re.compile(f"/en/{lab}\\?"))
    assert len(page.url) < 7000
    at_rest(page)
    expect(page.locator("[data-wrong]:visible")).to_have_count(0)
    expect(page.locator(".error:visible")).to_have_count(0)
    shape = " × ".join(str(n) for n in known["shape"])
    said = page.locator("[data-text=out-shape]").inner_text().replace("\u202f", "")
    assert shape in said
    there = spoken(page)
    if here is not None and there is not None:
        assert number(there) == pytest.approx(number(here), abs=0.011)


@pytest.mark.parametrize(("name", "stage"), stages())
def test_a_stage_opens_in_its_lab(open_page: OpenPage, name: str, stage: str) -> None:
    told = network(name).known["stages"]
    place = next(i for i, one in enumerate(told) if one["name"] == stage)
    page = open_page("/health/live")
    opens(page, f"/en/networks/{name}", {**told[place], "number": place}, told[place]["layer"])


def test_so_does_one_with_statistics_slopes_or_stamps(browser: Browser, tmp_path: Path) -> None:
    """More numbers a channel than the link has room for: they are held under refs."""
    with serving(tmp_path / "log.txt", LAYERLAB_MODEL_UPLOADS="1") as url:
        page = browser.new_page(base_url=url, reduced_motion="reduce")
        listen(page)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        model = normed().SerializeToString()
        sent = FilePayload(name="m.onnx", mimeType="application/octet-stream", buffer=model)
        told = page.request.post("/api/v1/models", multipart={"model": sent}).json()
        for place, known in enumerate(told["stages"]):
            opens(page, f"/en/networks/{told['name']}", known | {"number": place}, known["layer"])
        assert wrong == []
        page.close()
