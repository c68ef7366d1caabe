"""What a page asks of the service: no more than it needs, and nothing twice."""

from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_inputs import choose
from tests.browser.test_pages import PHONE

TENSORS = "/api/v1/tensors"
PICTURE = 224 * 224 * 3 * 4  # bytes of float32


def _watched(page: Page) -> list[Request]:
    found: list[Request] = []
    page.on("request", lambda request: found.append(request))
    return found


def _of_tensors(asked: list[Request]) -> list[Request]:
    return [request for request in asked if TENSORS in request.url]


@pytest.mark.parametrize("path", ["/en/conv", "/en/build?input.size=224x224"])
def test_a_picture_comes_back_with_its_ref(open_page: OpenPage, path: str) -> None:
    page = open_page("/en/networks")
    asked = _watched(page)
    page.goto(path)
    at_rest(page)
    (sent,) = _of_tensors(asked)
    assert sent.method == "POST"
    assert sent.sizes()["responseBodySize"] * 2 < PICTURE


def test_ones_own_picture_is_not_asked_for_again(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "own.png"
    Image.fromarray(np.arange(64 * 64, dtype=np.uint8).reshape(64, 64)).save(path)
    page = at_rest(open_page("/en/conv"))
    asked = _watched(page)
    choose(page, path)
    expect(page.locator("[data-text=in-shape]")).to_have_text("1 × 3 × 224 × 224")
    at_rest(page)
    assert [request.method for request in _of_tensors(asked)] == ["POST"]


def test_a_number_is_taken_apart_while_maps_are_on_their_way(open_page: OpenPage) -> None:
    page = open_page("/en/networks")
    session = page.context.new_cdp_session(page)
    slow = {"latency": 0, "downloadThroughput": 1_000_000, "uploadThroughput": 1_000_000}
    session.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    done: list[str] = []
    page.on("requestfinished", lambda request: done.append(urlsplit(request.url).path))
    page.goto("/en/networks/tiny-vgg-photos")
    at_rest(page)
    asked = [path.rpartition("/")[2] for path in done if path.startswith("/api/v1/models/")]
    # The first trace is of the stage that is shown large, the second of those that are in view.
    assert [name for name in asked if name in ("trace", "explain")] == ["trace", "explain", "trace"]


def test_what_is_compared_below_the_window_is_not_asked_for(open_page: OpenPage) -> None:
    page = open_page("/en/networks", size=PHONE)
    asked = _watched(page)
    page.goto("/en/upsample")
    at_rest(page)

    def runs() -> int:
        paths = [urlsplit(request.url).path for request in asked]
        return paths.count("/api/v1/layers/upsample")

    expect(page.locator("[data-text=check]")).to_contain_text("checked")
    assert runs() == 2  # the layer itself, and the check against NumPy
    three = page.locator("[data-part=compare]")
    three.scroll_into_view_if_needed()
    expect(three.locator("figcaption span")).to_have_text(["56 × 56"] * 3)
    assert runs() == 5
