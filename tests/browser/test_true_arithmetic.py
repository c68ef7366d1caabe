"""What a page writes out of one number is what made it: done again here from what is printed."""

import math
import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import quiet
from tests.browser.test_network import number

LINE = ".ar .sum-line:visible"
FOUR = "numbers=-1+-2%0A-3+-4&kernel_size=3&stride=1&padding=1&at=0,0,0,0"


def spoken(page: Page) -> dict[str, float]:
    """Return the numbers of the line under their names, as they are written."""
    label = page.locator(LINE).get_attribute("aria-label") or ""
    found = re.findall(r"([a-z]+) (\u2212?[\d.]+)", label)
    return {name: number(text) for name, text in found}


@pytest.mark.parametrize("width", [1280, 390])
def test_batch_norm_divides_by_the_root_of_variance_and_eps(
    open_page: OpenPage, width: int
) -> None:
    page = quiet(open_page("/en/batch_norm?eps=1", size=(width, 800)))
    said = spoken(page)
    normal = (said["x"] - said["mean"]) / math.sqrt(said["variance"] + said["eps"])
    assert said["eps"] == 1
    assert said["normal"] == pytest.approx(normal, abs=0.02)
    line = page.locator(f"{LINE} text")
    assert "(\u2212" in "".join(line.all_text_contents())
    # Nothing that is written lies on what stands beside it.
    boxes = sorted(
        (box["y"] // 12, box["x"], box["width"])
        for box in (one.bounding_box() for one in line.all())
        if box
    )
    for (row, left, wide), (other, right, _) in pairwise(boxes):
        assert row != other or left + wide <= right + 1


@pytest.mark.parametrize("mode", ["max", "avg&count_include_pad=false", "lp"])
def test_padding_that_takes_no_part_is_no_number(open_page: OpenPage, mode: str) -> None:
    page = quiet(open_page(f"/en/pooling?mode={mode}&{FOUR}"))
    expect(page.locator(f"{LINE} text").first).to_have_text(re.compile(" of 4$"))
    cells = page.locator(".ar .terms svg > g")
    expect(cells.locator("[data-padding]")).to_have_count(5)
    expect(cells.locator("text")).to_have_text(["\u22121", "\u22122", "\u22123", "\u22124"])


def test_padding_that_counts_is_a_zero(open_page: OpenPage) -> None:
    page = quiet(open_page(f"/en/pooling?mode=avg&{FOUR}"))
    expect(page.locator(f"{LINE} text").first).to_have_text("the mean of 9")
    expect(page.locator(".ar .terms svg > g text", has_text=re.compile("^0$"))).to_have_count(5)


def test_dropout_that_is_off_multiplies_by_nothing(open_page: OpenPage) -> None:
    page = quiet(open_page("/en/dropout?training=false"))
    assert list(spoken(page)) == ["x", "output"]
    page.locator("[data-field=training] input").check()
    quiet(page)
    expect(page.locator(LINE)).to_have_attribute("aria-label", re.compile("mask"))


def test_a_padded_cell_is_the_value(open_page: OpenPage) -> None:
    page = quiet(open_page("/en/pad?mode=constant&value=0.5&at=0,0,0,0"))
    assert spoken(page) == {"value": 0.5, "output": 0.5}
    expect(page.locator(".ar math").first).to_have_text("y=value")


def test_the_row_that_a_layer_made_first_is_told_beside_what_came(open_page: OpenPage) -> None:
    page = quiet(open_page("/en/dense"))
    expect(page.locator("[data-text=in-shape]")).to_have_text("1 × 8 × 8 × 8 → 1 × 512")


def rows(page: Page) -> tuple[list[str], list[list[str]]]:
    table = page.locator("[data-part=table] table")
    heads = table.locator("thead th").all_inner_texts()
    lines = [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]
    return heads, lines


@pytest.mark.parametrize("log", [False, True])
def test_shares_are_made_step_by_step(open_page: OpenPage, log: bool) -> None:
    page = quiet(open_page(f"/en/softmax?temperature=2&log={str(log).lower()}", size=(390, 800)))
    heads, lines = rows(page)
    assert heads[1:] == ["logit", "÷ 2", "shifted", "exp", "share", *(["ln"] if log else [])]
    highest = max(number(line[1]) for line in lines)
    for logit, divided, shifted, _, share, *ln in lines:
        assert number(divided) == pytest.approx(number(logit) / 2, abs=0.011)
        assert number(shifted) == pytest.approx(number(divided) - highest, abs=0.011)
        if log:
            part = float(share.split("\u00a0")[0]) / 100
            assert math.exp(number(ln[0])) == pytest.approx(part, abs=0.002)
    page.locator(".terms-all summary").click()
    expect(page.locator(".every-term thead")).to_contain_text("÷ T")
    expect(page.locator(".every-term thead th", has_text=re.compile("^ln$"))).to_have_count(
        int(log)
    )


def test_a_worksheet_says_each_number_once(open_page: OpenPage) -> None:
    page = quiet(open_page("/en/batch_norm?worksheet=1"))
    given = page.locator(".given").first
    expect(given).to_have_text(
        re.compile(r"^mean .+, variance .+, eps 0\.00001, weight 1, bias 0$")
    )
