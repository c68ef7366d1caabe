"""The front page: a picture through the network, one number followed, the visitor's own picture."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

STAGES = 6
PICTURE = Path(__file__).parents[2] / "static" / "samples" / "coffee.jpg"


def said(page: Page) -> list[str]:
    """What the row under the stages says, in order."""
    text = page.eval_on_selector_all(
        "[data-says-text], [data-result-text]", "all => all.map(one => one.textContent)"
    )
    assert isinstance(text, list)
    return text


def followed(page: Page, stage: int) -> str:
    """The followed number under one stage, once it stands there."""
    found = page.locator(f'[data-stage="{stage}"] .followed')
    expect(found).to_have_count(1)
    return found.inner_text()


def colours(page: Page, stage: str) -> list[int]:
    """How many colours each canvas of a stage shows."""
    # From a copy: the browser warns of a canvas that is read back again and again.
    count = """all => all.map(canvas => {
        const {width, height} = canvas;
        const often = {willReadFrequently: true};
        const copy = new OffscreenCanvas(width, height).getContext("2d", often);
        copy.drawImage(canvas, 0, 0);
        return new Set(new Uint32Array(copy.getImageData(0, 0, width, height).data.buffer)).size;
    })"""
    found = page.eval_on_selector_all(f'[data-stage="{stage}"] canvas', count)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_stage_is_drawn_without_a_click(open_page: OpenPage, lang: str) -> None:
    page = open_page(f"/{lang}/")
    value = followed(page, 2)
    assert followed(page, 0) == followed(page, 1) == value
    assert colours(page, "input")[0] > 100
    assert [len(colours(page, str(stage))) for stage in range(3)] == [8, 8, 8]
    assert max(colours(page, "0")) > 50
    assert page.locator('[data-stage="4"] [data-bars] button').count() == 10
    assert page.locator("[data-thread] .line").count() == STAGES
    assert page.locator("[data-account]").inner_text() != ""


def test_the_maps_are_pointed_at_clicked_and_walked_by_keys(open_page: OpenPage) -> None:
    page = open_page("/en/")
    followed(page, 0)
    before = said(page)
    page.locator('[data-stage="0"] canvas').nth(2).hover(position={"x": 20, "y": 40})
    expect(page.locator('[data-stage="input"] [data-result-text]')).to_have_text(
        "around row 20, column 10"
    )
    assert page.url.endswith("/en/")
    page.mouse.move(640, 790)
    expect(page.locator('[data-stage="input"] [data-result-text]')).to_have_text(before[1])
    page.locator('[data-stage="2"] canvas').nth(1).click(position={"x": 28, "y": 36})
    expect(page).to_have_url(re.compile(r"\?stage=2&at=0,1,4,3$"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    expect(page).to_have_url(re.compile(r"\?stage=2&at=0,0,4,4$"))
    page.go_back()
    expect(page.locator('[data-stage="input"] [data-result-text]')).to_have_text(before[1])


def test_the_address_holds_the_picture_and_the_number(open_page: OpenPage) -> None:
    page = open_page("/en/?sample=rocket&stage=0&at=0,5,3,7")
    expect(page.locator('[data-stage="input"] [data-result-text]')).to_have_text(
        "around row 3, column 7"
    )
    expect(page.locator("[data-sample=rocket]")).to_have_attribute("aria-current", "true")


def test_a_chosen_class_is_followed_back(open_page: OpenPage) -> None:
    page = open_page("/en/")
    followed(page, 4)
    page.locator('[data-stage="3"] [data-bars] button').nth(8).click()
    expect(page.locator('[data-stage="4"] [data-result-text]')).to_contain_text("ship")


def test_the_visitors_own_picture_takes_the_same_way(open_page: OpenPage) -> None:
    page = open_page("/en/")
    followed(page, 4)
    verdict = page.locator("[data-verdict]").inner_text()
    page.locator(".pick [data-open-own]").click()
    page.locator("[data-view=own] input").set_input_files(PICTURE)
    expect(page.locator("[data-credit-text]")).to_have_text(PICTURE.name)
    own = page.locator("[data-verdict]").inner_text()
    assert own != verdict
    page.reload()
    expect(page.locator("[data-verdict]")).to_have_text(own)


def test_a_drawing_takes_it_stroke_by_stroke(open_page: OpenPage) -> None:
    page = open_page("/en/")
    followed(page, 4)
    verdict = page.locator("[data-verdict]").inner_text()
    page.locator(".pick [data-open-own]").click()
    page.get_by_role("button", name="Draw").click()
    sheet = page.get_by_role("application", name="Sheet to draw on")
    sheet.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(page.locator("[data-credit-text]")).to_have_text("your drawing")
    assert page.locator("[data-verdict]").inner_text() != verdict


def test_a_drawing_is_kept_when_its_dialog_is_closed(open_page: OpenPage) -> None:
    """Escape is pressed with the pen still down: the stroke counts, and the sheet has it later."""
    page = open_page("/en/")
    followed(page, 4)
    page.locator(".pick [data-open-own]").click()
    page.get_by_role("button", name="Draw").click()
    sheet = page.get_by_role("application", name="Sheet to draw on")
    blank = sheet.evaluate("canvas => canvas.toDataURL()")
    sheet.focus()
    for key in ("Space", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    drawn = sheet.evaluate("canvas => canvas.toDataURL()")
    assert drawn != blank
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator("[data-credit-text]")).to_have_text("your drawing")
    page.locator(".pick [data-open-own]").click()
    page.get_by_role("button", name="Draw").click()
    expect(sheet).to_be_visible()
    assert sheet.evaluate("canvas => canvas.toDataURL()") == drawn
    # The pen was lifted: it moves and draws nothing.
    sheet.focus()
    page.keyboard.press("ArrowRight")
    assert sheet.evaluate("canvas => canvas.toDataURL()") == drawn


def test_chinese_has_its_own_punctuation(open_page: OpenPage) -> None:
    page = open_page("/zh/")
    followed(page, 4)
    text = page.locator("main").inner_text()
    assert re.search(r"\d%", text)
    assert not re.search(r"\d[ \u00a0]%", text)
    page = at_rest(open_page("/zh/conv?view=input&zoom=4"))
    label = page.locator("#zoom [data-view=sheet]").get_attribute("aria-label") or ""
    steps = page.locator("#zoom .steppers").inner_text()
    for text in (label, steps):
        assert re.search(r"R\W特征图 0\W0 到 2\W", text)
        assert not re.search("[,;:()]", text)


def test_what_is_no_picture_is_said(open_page: OpenPage, trouble: list[str]) -> None:
    page = open_page("/en/")
    followed(page, 4)
    page.locator(".pick [data-open-own]").click()
    broken = FilePayload(name="broken.png", mimeType="image/png", buffer=b"no picture at all")
    page.locator("[data-view=own] input").set_input_files(broken)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).not_to_be_empty()
    trouble.clear()
