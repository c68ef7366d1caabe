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


NORMS = ("batch_norm", "group_norm", "instance_norm", "layer_norm")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lab", NORMS)
def test_a_normalisation_divides_by_the_root_of_variance_and_eps(
    open_page: OpenPage, lab: str, width: int
) -> None:
    page = quiet(open_page(f"/en/{lab}?eps=1", size=(width, 800)))
    said = spoken(page)
    normal = (said["x"] - said["mean"]) / math.sqrt(said["variance"] + said["eps"])
    assert said["eps"] == 1
    assert said["normal"] == pytest.approx(normal, abs=0.02)
    line = page.locator(f"{LINE} text")
    assert "(\u2212" in "".join(line.all_text_contents())
    nothing_overlaps(page)


def nothing_overlaps(page: Page) -> None:
    """Nothing that is written lies on what stands beside it."""
    boxes = sorted(
        (box["y"] // 12, box["x"], box["width"])
        for box in (one.bounding_box() for one in page.locator(f"{LINE} text").all())
        if box
    )
    for (row, left, wide), (other, right, _) in pairwise(boxes):
        assert row != other or left + wide <= right + 1


@pytest.mark.parametrize("width", [1280, 390])
def test_a_normalisation_has_a_line_for_each_of_its_steps(open_page: OpenPage, width: int) -> None:
    """Eight numbers in one line were small and close; the scale and the shift have their own."""
    page = quiet(open_page("/en/batch_norm", size=(width, 800)))
    tops = {
        name: box["y"]
        for name in ("x", "mean", "variance", "eps", "normal", "weight", "bias", "output")
        if (box := page.locator(f"{LINE} text", has_text=re.compile(f"^{name}$")).bounding_box())
    }
    first, second = tops["x"], tops["output"]
    assert second > first + 30
    assert [n for n, y in tops.items() if abs(y - second) < 4] == ["weight", "bias", "output"]
    assert sum(abs(y - first) < 4 for y in tops.values()) == 5


def test_of_how_many_values_mean_and_variance_are(open_page: OpenPage) -> None:
    for lab, count in (("group_norm", "4096"), ("instance_norm", "1024"), ("layer_norm", "8192")):
        page = quiet(open_page(f"/en/{lab}"))
        told = page.locator("[data-text=terms]").inner_text()
        assert re.sub(r"\s", "", told) == f"meanandvarianceof{count}values"


@pytest.mark.parametrize("width", [1280, 390])
def test_neighbours_are_squared_and_summed(open_page: OpenPage, width: int) -> None:
    page = quiet(open_page("/en/local_response_norm?at=0,3,14,14", size=(width, 800)))
    cells = page.locator(".ar .terms svg [data-term]")
    expect(cells).to_have_count(5)
    values = [float(one.get_attribute("data-term") or "nan") for one in cells.all()]
    found = [
        number(text)
        for text in re.findall(
            r"(\u2212?[\d.]+)", page.locator(LINE).get_attribute("aria-label") or ""
        )
    ]
    k, share, total, beta, scale, x, again, y = found
    assert (k, share, beta) == (1, 0.2, 0.75)
    assert total == pytest.approx(sum(value**2 for value in values), abs=0.01)
    assert scale == again == pytest.approx((1 + total / 5) ** 0.75, abs=0.01)
    assert y == pytest.approx(x / scale, abs=0.01)
    nothing_overlaps(page)


def test_a_shape_is_not_one_size(open_page: OpenPage) -> None:
    """Of two equal sizes one alone would be another shape: rows, not maps."""
    page = quiet(open_page("/en/layer_norm?normalized_shape=32,32"))
    expect(page.locator("[data-text=terms]")).to_have_text(re.compile("1.?024 values"))
    cube = "[[[[1,2],[3,4]],[[5,6],[7,9]]]]"
    page = quiet(open_page(f"/en/layer_norm?numbers={cube}"))
    field = page.locator("[data-field=normalized_shape] .v")
    expect(field).to_have_attribute("placeholder", "2,2,2")


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
