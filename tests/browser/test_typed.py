"""Numbers as they are typed: too large ones are refused, a Chinese keyboard's are taken."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_kernel_editor import CELLS, OPENED, ROWS, shown_sum, sum_of

SOBEL: list[list[float]] = [[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def wide(text: str) -> str:
    """The text as a Chinese keyboard has it."""
    return text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.,-"})


def refused(page: Page, cell: int, text: str) -> None:
    """Type into a cell of the kernel what is not taken, and see that nothing became of it."""
    page.locator(CELLS).nth(cell).fill(text)
    expect(page.locator(CELLS).nth(cell)).to_have_attribute("aria-invalid", "true")
    at_rest(page)
    assert "weight=" not in page.url


def test_a_weight_that_float32_does_not_hold_is_refused(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    refused(page, 4, "1e40")
    shown_sum(page, sum_of(SOBEL))
    expect(page.locator(CELLS).nth(4)).to_have_attribute(
        "title", "“1e40” is too large for float32, which ends at 3.4e38"
    )
    weight = json.dumps({"shape": [1, 1, 1, 1], "data": [1e40]})
    linked = at_rest(open_page(f"{OPENED}&weights=custom&weight={weight}"))
    expect(linked.locator("[data-wrong=input]")).to_contain_text("weights of this link cannot")


def test_a_chinese_keyboard_types_numbers(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED.replace("/en/", "/zh/")))
    page.locator(CELLS).nth(4).fill(wide("-1.5"))
    value = sum_of([[-1, 0, 1], [-2, -1.5, 2], [-1, 0, 1]])
    expect(page.locator("[name=weights][value=custom]")).to_be_checked()
    at_rest(page)
    sent = json.loads(parse_qs(urlsplit(page.url).query)["weight"][0])
    assert sent["data"][4] == -1.5
    page.locator("[data-part=predict], .predict").get_by_role("button").first.click()
    page.locator("#guess").fill(wide(f"{value:.2f}"))
    page.locator("#guess").press("Enter")
    expect(page.locator(".verdict")).to_contain_text("正确")


def test_a_chinese_keyboard_types_settings_and_an_input(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED))
    page.locator("[data-field=stride] .v").fill(wide("2"))
    expect(page.locator("[data-text=out-shape]")).to_have_text("1 × 1 × 3 × 3")
    page.locator("[data-field=stride] .v").fill(wide("2,1"))
    expect(page.locator("[data-text=out-shape]")).to_have_text("1 × 1 × 3 × 5")
    page.locator("[data-open=source]").click()
    page.locator("#numbers").fill("\n".join(wide(",").join(map(str, row)) for row in ROWS[:4]))
    page.locator("[data-typed] button").click()
    expect(page.locator("[data-text=in-shape]")).to_have_text("1 × 1 × 4 × 5")
    x = torch.tensor(ROWS[:4], dtype=torch.float32)[None, None]
    y = F.conv2d(x, torch.tensor(SOBEL)[None, None], stride=(2, 1), padding=1)
    expect(page.locator("[data-stat=max]")).to_have_text(f"{float(y.max()):.2f}")


def test_what_is_wrong_with_a_weight_stands_below_the_kernel(open_page: OpenPage) -> None:
    page = at_rest(open_page(OPENED, size=(390, 844)))
    line = page.locator(".kernel-cells + .error")
    cells = page.locator(CELLS)
    refused(page, 1, "abc")
    expect(line).to_have_text("weight, row 0, column 1: “abc” is not a number")
    expect(cells.nth(1)).to_have_attribute("aria-describedby", line.get_attribute("id") or "none")
    refused(page, 8, "")
    expect(line).to_contain_text("weight, row 2, column 2: type a number")
    cells.nth(8).press("Tab")
    expect(line).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    cells.nth(8).fill("2")
    expect(line).to_have_text("weight, row 0, column 1: “abc” is not a number")
    expect(cells.nth(8)).not_to_have_attribute("aria-describedby", re.compile("."))
    cells.nth(1).fill("3")
    expect(line).to_be_hidden()
    bias = page.locator(".kernel-bias input")
    bias.fill("1e40")
    bias.press("Enter")
    wrong = page.locator(".kernel-tools + .error")
    expect(wrong).to_have_text("bias: “1e40” is too large for float32, which ends at 3.4e38")
    expect(bias).to_have_attribute("aria-describedby", wrong.get_attribute("id") or "none")
    bias.fill("0")
    bias.press("Enter")
    expect(wrong).to_be_hidden()


def test_what_works_is_said_at_a_setting_that_does_not(
    open_page: OpenPage, trouble: list[str]
) -> None:
    page = at_rest(open_page(OPENED))
    for name, value, told in (
        ("stride", "0", r"^at least 1 works here, not 0$"),
        ("padding", "-1", r"^from 0 to \d+ works here, not −1$"),
        ("dilation", "4", r"larger than the padded input .*; here 1 to 3 works$"),
    ):
        field = page.locator(f"[data-field={name}]")
        before = field.locator(".v").input_value()
        field.locator(".v").fill(value)
        expect(field.locator(".error")).to_have_text(re.compile(told))
        field.locator(".v").fill(before)
        expect(field.locator(".error")).to_be_hidden()
        at_rest(page)
    trouble.clear()


def test_a_range_of_other_settings_is_not_said(open_page: OpenPage, trouble: list[str]) -> None:
    page = at_rest(open_page(OPENED))
    page.locator("[data-field=dilation] .v").fill("4")
    expect(page.locator("[data-field=dilation] .error")).to_be_visible()
    page.locator("[data-field=stride] .v").fill("0")
    expect(page.locator("[data-field=stride] .error")).to_have_text("must be at least 1, not 0")
    at_rest(page)
    trouble.clear()


def test_a_logit_has_a_real_minus_and_takes_what_a_keyboard_gives(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/softmax?numbers=[[-2.5,1,0.5]]"))
    logit = page.locator(".editor [type=text]").first
    expect(logit).to_have_value("−2.50")
    shares = page.locator(".shares tbody tr td:last-child")
    for typed, value in ((wide("-1,5"), -1.5), ("−3", -3.0)):
        logit.fill(typed)
        share = float(F.softmax(torch.tensor([value, 1, 0.5]), 0)[1])
        expect(shares.nth(1)).to_have_text(f"{100 * share:.1f} %")
    logit.fill("much")
    expect(logit).to_have_attribute("aria-invalid", "true")
    expect(logit).to_have_attribute("title", "“much” is not a number")
    logit.blur()
    expect(logit).to_have_value("−3.00")
    expect(logit).to_have_attribute("aria-invalid", "false")
    logit.press("ArrowUp")
    expect(logit).to_have_value("−2.9")
    # No digit is lost on the way.
    logit.fill("−1.2345")
    logit.press("ArrowDown")
    expect(logit).to_have_value("−1.3345")
    logit.blur()
    expect(page).to_have_url(re.compile(r"numbers=.*-1\.3345"))
