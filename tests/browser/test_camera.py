"""A picture by the camera: a film of ours stands in for what it sees."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.layers.base import Array
from tests.browser import axe
from tests.browser.conftest import ARGUMENTS, OpenPage, watch
from tests.browser.find_browser import get_browser
from tests.browser.rest import listen
from tests.tensors.test_safetensors import read

WIDTH, HEIGHT = 320, 240
ASKED = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
# Where each colour begins, in the middle square of 240 columns: 40 of each side are cut off.
LEFT, RIGHT = (200, 40, 30), (30, 60, 190)
LIVE = "[...document.querySelectorAll('video')].some((v) => v.srcObject)"


def _film(path: Path) -> Path:
    """Write a film of one picture: the left half in one colour, the right half in another."""
    pixels = np.zeros((HEIGHT, WIDTH, 3))
    pixels[:, : WIDTH // 2], pixels[:, WIDTH // 2 :] = LEFT, RIGHT
    # BT.601, as a camera has it: luma from 16 to 235, the colours about 128, half as many.
    red, green, blue = np.moveaxis(pixels / 255, -1, 0)
    luma = 16 + 65.481 * red + 128.553 * green + 24.966 * blue
    cb = 128 - 37.797 * red - 74.203 * green + 112 * blue
    cr = 128 + 112 * red - 93.786 * green - 18.214 * blue
    planes = (luma, cb[::2, ::2], cr[::2, ::2])
    frame = b"FRAME\n" + b"".join(plane.round().astype(np.uint8).tobytes() for plane in planes)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 3)
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Headless Chromium with a camera."""
    film = _film(tmp_path_factory.mktemp("film") / "film.y4m")
    seen = [*ASKED, f"--use-file-for-fake-video-capture={film}"]
    with sync_playwright() as playwright:
        arguments = [*ARGUMENTS, *seen]
        made = playwright.chromium.launch(executable_path=get_browser(), args=arguments)
        yield made
        made.close()


def _take(page: Page) -> None:
    page.get_by_role("button", name="Camera", exact=True).click()
    dialog = page.get_by_role("dialog", name="Take a picture")
    expect(dialog.get_by_role("button", name="Take")).to_be_enabled()
    assert page.evaluate(LIVE)
    assert axe.violations(page) == []
    dialog.get_by_role("button", name="Take").click()
    expect(dialog).to_be_hidden()
    assert not page.evaluate(LIVE)


def _halves(picture: Array) -> tuple[Array, Array]:
    """Return the mean colours left and right of the middle, some columns left out."""
    columns = picture.shape[-1]
    left, right = picture[0, :, :, : columns // 2 - 4], picture[0, :, :, columns // 2 + 4 :]
    return left.mean((1, 2)) * 255, right.mean((1, 2)) * 255


def test_a_layer_is_given_the_middle_of_what_it_sees(open_page: OpenPage) -> None:
    page = open_page("/en/conv")
    page.get_by_role("button", name="Change", exact=True).click()
    _take(page)
    expect(page.get_by_text("resized from 240 × 240 to 224 × 224").first).to_be_visible()
    ref = page.url.split("input=")[1].split("&")[0].removeprefix("ref:")
    body = page.request.get(f"/api/v1/tensors/{ref}?format=safetensors").body()
    [picture] = read(body)[0].values()
    assert picture.shape == (1, 3, 224, 224)
    left, right = _halves(picture)
    np.testing.assert_allclose(left, LEFT, atol=12)
    np.testing.assert_allclose(right, RIGHT, atol=12)


def test_a_network_is_given_it_too_and_it_is_named(open_page: OpenPage) -> None:
    page = open_page("/zh/networks/one-conv")
    page.get_by_role("button", name="摄像头").click()
    page.get_by_role("dialog", name="拍一张照片").get_by_role("button", name="拍摄").click()
    expect(page.locator("[data-text=conversions]")).to_contain_text("摄像头拍的照片")
    expect(page.locator("[data-sample][aria-pressed=true]")).to_have_count(0)


def test_closing_it_takes_nothing_and_ends_it(open_page: OpenPage) -> None:
    page = open_page("/en/networks/one-conv")
    page.get_by_role("button", name="Camera", exact=True).click()
    dialog = page.get_by_role("dialog", name="Take a picture")
    expect(dialog.get_by_role("button", name="Take")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert not page.evaluate(LIVE)
    expect(page.locator("[data-text=conversions]")).not_to_contain_text("camera")


def test_who_does_not_allow_it_is_told_so(browser: Browser, server: str) -> None:
    page = browser.new_page(base_url=server)
    trouble: list[str] = []
    watch(page, server, trouble)
    listen(page)
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page.goto("/en/networks/one-conv")
    page.get_by_role("button", name="Camera", exact=True).click()
    dialog = page.get_by_role("dialog", name="Take a picture")
    expect(dialog.get_by_role("status")).to_have_text(
        "The browser does not let this page use the camera."
    )
    expect(dialog.get_by_role("button", name="Take")).to_be_disabled()
    assert trouble == []
    page.close()


def test_without_a_camera_there_is_no_button(browser: Browser, server: str) -> None:
    page = browser.new_page(base_url=server)
    page.add_init_script("navigator.mediaDevices.enumerateDevices = () => Promise.resolve([])")
    page.goto("/en/networks/one-conv")
    expect(page.get_by_role("button", name="Draw")).to_be_visible()
    expect(page.get_by_role("button", name="Camera", exact=True)).to_be_hidden()
    page.close()
