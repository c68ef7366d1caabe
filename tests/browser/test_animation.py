"""The layer at work, taken away as a GIF: seen first, then saved."""

import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_pages import OVERHANG
from tests.conftest import every_other

TAKE, SHOWN = "[data-take=gif]", "[data-part=animated]"
LAYERS = ("conv", "activation", "pooling", "dense", "softmax")
MORE = ("conv_transpose", "batch_norm", "dropout", "flatten", "pad", "upsample")


def asked_with(page: Page) -> str:
    """Click the entry; return the form that is sent, as text."""
    with page.expect_request("**/animation") as request:
        page.locator(TAKE).click()
    expect(page.locator(f"{SHOWN} img")).to_be_visible()
    return (request.value.post_data_buffer or b"").decode("utf-8", "replace")


def said(form: str, name: str) -> str:
    found = re.search(rf'name="{name}"\r\n\r\n(.*?)\r\n', form)
    assert found, name
    return found[1]


def saved(page: Page) -> tuple[str, Image.Image]:
    with page.expect_download() as download:
        page.locator(f"{SHOWN} button").click()
    body = download.value.path().read_bytes()
    return download.value.suggested_filename, Image.open(io.BytesIO(body))


def frames(picture: Image.Image) -> int:
    return int(getattr(picture, "n_frames", 1))


def ground(picture: Image.Image) -> Any:
    return picture.convert("RGB").getpixel((0, 0))


@pytest.mark.parametrize("layer", every_other([*LAYERS, *MORE]))
def test_every_lab_gives_one(open_page: OpenPage, layer: str) -> None:
    page = at_rest(open_page(f"/en/{layer}"))
    asked_with(page)
    expect(page.locator(f"{SHOWN} button")).to_have_text(re.compile(rf"^Save {layer}\.gif, .*B$"))
    name, picture = saved(page)
    assert (name, picture.format) == (f"{layer}.gif", "GIF")
    assert 1 < frames(picture) <= 64
    assert page.locator(f"{SHOWN} img").evaluate("image => image.naturalWidth") == picture.width


def test_it_is_of_the_settings_and_the_chosen_element(open_page: OpenPage) -> None:
    page = at_rest(open_page("/zh/pooling?numbers=[[1,5,2,8],[3,2,4,1],[0,1,6,2],[7,3,2,1]]"))
    form = asked_with(page)
    assert said(form, "at") == "[0,0,1,1]"
    assert said(form, "theme") == "light"
    assert frames(saved(page)[1]) == 4
    page.locator("[name=stride].v:visible").fill("1")
    page.keyboard.press("Enter")
    expect(page.locator(SHOWN)).to_be_empty()
    at_rest(page)
    asked_with(page)
    expect(page.locator(f"{SHOWN} button")).to_contain_text("保存 pooling.gif")
    assert frames(saved(page)[1]) == 9


def test_a_photograph_is_walked_over_about_the_element(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?at=0,0,200,3"))
    page.emulate_media(color_scheme="dark")
    form = asked_with(page)
    assert said(form, "at") == "[0,0,200,3]"
    assert said(form, "paint") == "picture"
    picture = saved(page)[1]
    assert frames(picture) == 64
    assert ground(picture) == (23, 22, 20)


def test_a_click_elsewhere_closes_it(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/softmax"))
    asked_with(page)
    page.locator(".head h1").click()
    expect(page.locator(SHOWN)).to_be_empty()


def test_what_goes_wrong_is_said_there(open_page: OpenPage, trouble: list[str]) -> None:
    page = at_rest(open_page("/en/softmax"))
    page.route("**/animation", lambda route: route.abort())
    page.locator(TAKE).click()
    expect(page.locator(f"{SHOWN} .error")).to_have_text("The server cannot be reached.")
    trouble.clear()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_barriers(open_page: OpenPage, width: int) -> None:
    page = at_rest(open_page("/zh/conv", size=(width, 844)))
    asked_with(page)
    assert page.evaluate(OVERHANG) <= 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
