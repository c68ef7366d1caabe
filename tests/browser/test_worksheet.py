"""A worksheet of the setting: what stands on it adds up to its answers, and they are PyTorch's."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import quiet
from tests.browser.test_pages import OVERHANG, PHONE

TASKS, ANSWERS = "[data-view=worksheet-tasks] > li", "[data-view=worksheet-answers] > li"
# Four decimals, so that the sheet has something to round.
ROWS = (np.arange(64).reshape(8, 8) * 7 % 23 * 0.1241 - 0.703).round(4)
NUMBERS = json.dumps([[ROWS.tolist()]], separators=(",", ":"))
KERNEL = np.array([[0.5, -1.25, 2], [1.75, 0, -0.5], [-2, 0.25, 1]])
OWN = json.dumps({"shape": [1, 1, 3, 3], "data": KERNEL.ravel().tolist()}, separators=(",", ":"))
X = torch.tensor(ROWS.round(2), dtype=torch.float32)[None, None]
CONV = f"conv?numbers={NUMBERS}&weights=custom&weight={OWN}&bias=0.75&padding=1"


def sheet(open_page: OpenPage, path: str, scheme: str = "light") -> Page:
    page = quiet(open_page(f"/{path}", color_scheme=scheme))
    expect(page.locator(".worksheet h1")).to_be_visible()
    expect(page.locator("[data-text=worksheet-note]")).not_to_be_empty()
    return page


def numbers(texts: list[str]) -> list[float]:
    return [float(text.replace("−", "-")) for text in texts]


def answers(page: Page) -> list[float]:
    return numbers(page.locator(f"{ANSWERS} > .value").all_inner_texts())


def places(page: Page) -> list[tuple[int, ...]]:
    """The row and the column that each task is about."""
    said = page.locator(f"{TASKS} > .where").all_inner_texts()
    return [tuple(map(int, re.findall(r"\d+", text)[:2])) for text in said]


def test_what_stands_on_it_adds_up_to_its_answers(open_page: OpenPage, tmp_path: Path) -> None:
    page = quiet(open_page(f"/en/{CONV}"))
    page.get_by_role("button", name="Worksheet to print").click()
    expect(page.locator(TASKS)).to_have_count(6)
    expect(page.locator("[data-text=worksheet-note]")).to_contain_text("rounded to two decimals")
    expect(page.locator(".lab")).to_be_hidden()
    weight = torch.tensor(KERNEL, dtype=torch.float32)[None, None]
    y = F.conv2d(X, weight, torch.tensor([0.75]), padding=1)[0, 0]
    found = answers(page)
    assert found == pytest.approx([float(y[at]) for at in places(page)], abs=0.0051)
    for i, answer in enumerate(found):
        worked = "".join((page.locator(".worked").nth(i).text_content() or "").split())
        assert len(re.findall("·", worked)) == 9
        assert numbers([worked.split("=")[-1]]) == pytest.approx([answer], abs=0.0051)
        task = page.locator(TASKS).nth(i)
        values, weights = (
            numbers(task.locator("table").nth(which).locator("td").all_inner_texts())
            for which in (0, 1)
        )
        assert np.dot(values, weights) + 0.75 == pytest.approx(answer, abs=0.0051)
        expect(task.locator(".given")).to_have_text("bias 0.75")
    # The link is the sheet; other cells are another one.
    other = sheet(open_page, page.url.split("/", 3)[3])
    assert (answers(other), places(other)) == (found, places(page))
    page.get_by_role("button", name="Other cells").click()
    expect(page.locator(f"{TASKS} > .where").first).not_to_have_text(
        other.locator(f"{TASKS} > .where").first.inner_text()
    )
    page.get_by_role("button", name="Back to the layer").click()
    expect(page.locator(".lab")).to_be_visible()
    assert "worksheet=" not in page.url


def test_it_is_printed_on_white_with_the_answers_on_a_page_of_their_own(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = sheet(open_page, f"en/{CONV}&worksheet=1", scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".worksheet-tools")).to_be_hidden()
    style = "(one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    assert page.locator("html").evaluate(style) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    # The tasks of nine terms fill one page of A4, the answers the next.
    pages = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert pages == 2


def test_the_answers_stand_on_the_screen_when_they_are_asked_for(open_page: OpenPage) -> None:
    page = sheet(open_page, f"en/{CONV}&worksheet=1")
    told = page.get_by_role("region", name="Answers")
    expect(told).to_be_hidden()
    ask = page.get_by_role("button", name="Show the answers")
    expect(ask).to_have_attribute("aria-expanded", "false")
    ask.click()
    expect(told.locator("li")).to_have_count(6)
    expect(told).to_be_visible()
    page.get_by_role("button", name="Hide the answers").click()
    expect(told).to_be_hidden()
    ask.click()
    # Those of other cells are not told before they are asked for.
    page.get_by_role("button", name="Other cells").click()
    expect(ask).to_be_visible()
    expect(told).to_be_hidden()
    # On paper they stand, on the last page, without the button.
    page.emulate_media(media="print")
    expect(told).to_be_visible()
    expect(ask).to_be_hidden()


def test_how_many_tasks_and_of_how_few_digits_is_chosen(open_page: OpenPage) -> None:
    page = sheet(open_page, f"en/{CONV}&worksheet=1")
    first = page.locator(f"{TASKS} > .where").all_inner_texts()
    page.get_by_label("tasks").select_option("9")
    expect(page.locator(TASKS)).to_have_count(9)
    expect(page.locator(ANSWERS)).to_have_count(9)
    assert set(first) <= set(page.locator(f"{TASKS} > .where").all_inner_texts())
    page.get_by_label("decimals").select_option("1")
    note = page.locator("[data-text=worksheet-note]")
    expect(note).to_contain_text("rounded to one decimal")
    values, weights = (
        numbers(page.locator(TASKS).first.locator("table").nth(n).locator("td").all_inner_texts())
        for n in (0, 1)
    )
    # Halves are rounded up, as on paper and in the browser.
    kernel, x = (torch.tensor(np.floor(a * 10 + 0.5 + 1e-9) / 10) for a in (KERNEL, ROWS))
    bias = float(np.floor(0.75 * 10 + 0.5) / 10)
    assert weights == pytest.approx(kernel.ravel().tolist(), abs=1e-9)
    assert [round(value, 1) for value in values] == values
    y = F.conv2d(
        x[None, None], kernel[None, None], torch.tensor([bias], dtype=torch.float64), padding=1
    )[0, 0]
    # Products of one decimal each have two: the answers are exact.
    assert answers(page) == pytest.approx([float(y[at]) for at in places(page)], abs=1e-9)
    # The link says both, and what is usual is not said.
    assert "tasks=9" in page.url
    again = sheet(open_page, page.url.split("/", 3)[3])
    assert answers(again) == answers(page)
    page.get_by_label("decimals").select_option("2")
    page.get_by_label("tasks").select_option("6")
    expect(page.locator(TASKS)).to_have_count(6)
    assert "tasks=" not in page.url
    assert "decimals=" not in page.url
    assert page.locator(f"{TASKS} > .where").all_inner_texts() == first


def test_what_cannot_be_chosen_is_as_usual(open_page: OpenPage) -> None:
    page = sheet(open_page, f"en/{CONV}&worksheet=1&tasks=5000&decimals=-3")
    expect(page.locator(TASKS)).to_have_count(6)
    expect(page.get_by_label("tasks")).to_have_value("6")
    expect(page.locator("[data-text=worksheet-note]")).to_contain_text("rounded to two decimals")


SHEETS = {
    "softmax": ("softmax?numbers=1.304+-0.4+2.2+0.7", torch.tensor([0.239, 0.044, 0.586, 0.131])),
    "pooling": (f"pooling?numbers={NUMBERS}&kernel_size=3&stride=1", F.max_pool2d(X, 3, 1)),
    "activation": (f"activation?numbers={NUMBERS}&function=silu", F.silu(X)),
    "batch_norm": (
        f"batch_norm?numbers={NUMBERS}&training=true",
        F.batch_norm(X, None, None, training=True),
    ),
    "layer_norm": (f"layer_norm?numbers={NUMBERS}", F.layer_norm(X, X.shape[1:])),
    "local_response_norm": (
        f"local_response_norm?numbers={NUMBERS}&alpha=1&size=1",
        F.local_response_norm(X, 1, alpha=1),
    ),
    "conv_transpose": (
        f"conv_transpose?numbers={NUMBERS}&init=ones&stride=2&kernel_size=3",
        F.conv_transpose2d(X, torch.ones(1, 1, 3, 3), stride=2),
    ),
}


@pytest.mark.parametrize("name", SHEETS)
def test_every_kind_of_layer_has_a_sheet(open_page: OpenPage, name: str) -> None:
    query, y = SHEETS[name]
    page = sheet(open_page, f"en/{query}&worksheet=3")
    at = page.locator(f"{TASKS} > .where").all_inner_texts()
    if name == "softmax":
        expected = [float(y[int(text.split()[-1])]) for text in at]
    else:
        expected = [float(y[0, 0][place]) for place in places(page)]
    assert len(expected) == (4 if name == "softmax" else 6)
    assert answers(page) == pytest.approx(expected, abs=0.0051)
    page.get_by_role("button", name="Show the answers").click()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate(OVERHANG) <= 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []


def test_too_many_terms_for_paper_are_said(open_page: OpenPage) -> None:
    page = sheet(open_page, "zh/dense?worksheet=1")
    expect(page.locator("[data-text=worksheet-note]")).to_contain_text("纸上算不过来")
    expect(page.locator(TASKS)).to_have_count(0)
    expect(page.locator("[data-worksheet=answers]")).to_be_hidden()
    assert violations(page) == []
