"""Predict a number, then reveal it: hidden until then, judged against PyTorch's."""

import json
import re
from typing import NamedTuple

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_pages import OVERHANG, PHONE
from tests.conftest import every_other

ROWS = [[round(0.37 + 1.13 * ((3 * y + 5 * x * x) % 7), 2) for x in range(5)] for y in range(5)]
KERNEL = [[0.31, -1.2, 0.5], [1.7, 0.9, -0.4], [-0.6, 0.25, 1.1]]
X = torch.tensor(ROWS)[None, None]
W = torch.tensor(KERNEL)[None, None]
NUMBERS = json.dumps(ROWS, separators=(",", ":"))
DEEP = json.dumps([[ROWS]], separators=(",", ":"))
OWN = json.dumps(
    {"shape": [1, 1, 3, 3], "data": [w for row in KERNEL for w in row]}, separators=(",", ":")
)
LOGITS = torch.tensor([[1.3, -0.4, 2.2, 0.7]])


class Case(NamedTuple):
    query: str
    truth: float


CASES = {
    "conv": Case(
        f"conv?numbers={NUMBERS}&weights=custom&weight={OWN}&bias=0.75&padding=1&at=0,0,1,2",
        float(F.conv2d(X, W, torch.tensor([0.75]), padding=1)[0, 0, 1, 2]),
    ),
    "conv_transpose": Case(
        f"conv_transpose?numbers={DEEP}&init=ones&stride=1&kernel_size=2&at=0,0,2,2",
        float(F.conv_transpose2d(X, torch.ones(1, 1, 2, 2))[0, 0, 2, 2]),
    ),
    "mean": Case(
        f"pooling?numbers={NUMBERS}&mode=avg&kernel_size=3&stride=1&at=0,0,1,1",
        float(F.avg_pool2d(X, 3, 1)[0, 0, 1, 1]),
    ),
    "gelu": Case(
        f"activation?numbers={NUMBERS}&function=gelu&at=0,0", float(F.gelu(X)[0, 0, 0, 0])
    ),
    "softmax": Case(
        "softmax?numbers=1.3+-0.4+2.2+0.7&at=0,0", float(torch.softmax(LOGITS, 1)[0, 0])
    ),
    "batch_norm": Case(
        f"batch_norm?numbers={DEEP}&training=true&at=0,0,2,3",
        float(F.batch_norm(X, None, None, training=True)[0, 0, 2, 3]),
    ),
    "group_norm": Case(
        f"group_norm?numbers={DEEP}&num_groups=1&at=0,0,2,3",
        float(F.group_norm(X, 1)[0, 0, 2, 3]),
    ),
    "local_response_norm": Case(
        f"local_response_norm?numbers={DEEP}&alpha=1&size=1&at=0,0,2,3",
        float(F.local_response_norm(X, 1, alpha=1)[0, 0, 2, 3]),
    ),
    "bilinear": Case(
        f"upsample?numbers={DEEP}&mode=bilinear&scale_factor=2&at=0,0,4,3",
        float(F.interpolate(X, scale_factor=2, mode="bilinear")[0, 0, 4, 3]),
    ),
}


def texts(value: float) -> list[str]:
    """The ways in which a page may write a number."""
    return [f"{value:.2f}".replace("-", "−"), f"{value:.3f}", f"{value:.4f}", f"{value:.2f}"]


def told(page: Page) -> str:
    """All that the page says: its text, its titles and labels, its accessibility tree."""
    return (
        str(page.evaluate(
            """() => [document.body.innerText, ...[...document.querySelectorAll("*")]
                .filter((one) => one.checkVisibility({ visibilityProperty: true })).flatMap(
                (one) => one.getAttributeNames().map((name) => one.getAttribute(name)),
            )].join("\\n")"""
        ))
        + page.locator("body").aria_snapshot()
    )  # fmt: skip


@pytest.mark.parametrize("name", every_other(list(CASES)))
def test_a_number_is_hidden_until_it_is_predicted(open_page: OpenPage, name: str) -> None:
    query, truth = CASES[name]
    page = at_rest(open_page(f"/en/{query}&predict=1"))
    expect(page.get_by_label("Your number")).to_be_visible()
    at_rest(page)
    said = told(page)
    assert [text for text in texts(truth) if text in said] == []
    guess = page.get_by_label("Your number")
    guess.fill(f"{truth + 0.5:.2f}".replace("-", "−"))
    guess.press("Enter")
    verdict = page.locator(".verdict")
    shown = f"{truth:.3f}" if name == "softmax" else texts(truth)[0]
    expect(verdict).to_contain_text("Not yet. The number is " + shown)
    expect(verdict).to_contain_text(re.compile(r"yours is 0\.(50|49\d*|5) too large"))
    percent = f"{truth * 100:.1f}"
    expect(page.locator(".ar")).to_contain_text(percent if name == "softmax" else shown)
    assert name != "softmax" or percent not in said
    page.reload()
    at_rest(page)
    page.get_by_label("Your number").fill(f"{truth:.2f}")
    page.get_by_role("button", name="Reveal", exact=True).click()
    expect(verdict).to_contain_text("Right. The number is " + shown)
    expect(page.locator(".predict .soft").first).to_have_text("1 of 2 right in this visit")


def test_another_cell_by_keyboard_alone(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/{CASES['conv'].query}"))
    page.get_by_role("button", name="Predict the number").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your number")).to_be_focused()
    assert "predict=1" in page.url
    y = F.conv2d(X, W, torch.tensor([0.75]), padding=1)
    seen = set()
    for _ in range(3):
        at = tuple(map(int, re.findall(r"at=([\d,]+)", page.url)[0].split(",")))
        seen.add(at)
        page.keyboard.type(f"{float(y[at]):.2f}")
        page.keyboard.press("Enter")
        expect(page.locator(".verdict")).to_contain_text("Right.")
        old = page.url
        page.keyboard.press("Enter")
        page.wait_for_function("(old) => location.href !== old", arg=old)
        expect(page.locator(".verdict")).to_have_text("")
        expect(page.get_by_label("Your number")).to_have_value("")
    assert len(seen) == 3
    expect(page.locator(".predict .soft").first).to_have_text("3 of 3 right in this visit")


def test_the_output_does_not_tell_while_it_is_pointed_at(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/{CASES['conv'].query}&predict=1"))
    lens = page.locator("[data-view=out-lens]")
    expect(lens.get_by_text("?", exact=True)).to_have_count(1)
    lens.locator("svg").hover(position={"x": 200, "y": 200})
    at_rest(page)
    expect(page.locator("[data-text=where]")).to_have_text("row 1, column 2, map 0")
    lens.locator("svg").click(position={"x": 200, "y": 200})
    expect(page.locator("[data-text=where]")).to_have_text("row 4, column 4, map 0")
    expect(page.locator(".sums svg")).to_have_attribute("aria-label", re.compile(r"= output \?$"))
    with page.expect_download() as download:
        page.locator("[data-take=npy]").click()
    page.get_by_role("button", name="Reveal", exact=True).click()
    truth = F.conv2d(X, W, torch.tensor([0.75]), padding=1)[0, 0, 4, 4]
    expect(page.locator(".verdict")).to_have_text(f"The number is {texts(float(truth))[0]}.")
    assert np.allclose(np.load(download.value.path())[0, 0, 4, 4], float(truth))


@pytest.mark.parametrize(("name", "language"), [("conv", "en"), ("softmax", "zh")])
def test_no_barriers(open_page: OpenPage, name: str, language: str) -> None:
    page = at_rest(open_page(f"/{language}/{CASES[name].query}&predict=1", size=PHONE))
    assert page.evaluate(OVERHANG) <= 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
