"""Paths of a chain part and meet on its page: a residual block, a gate, kernels side by side."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import onnxruntime as ort
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_build import NOT_SAID, card, taken, titles, told, unfold
from tests.browser.test_pages import OVERHANG


def _start(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    at_rest(page)


def _layers(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query)["layers"][0].split("*")


def _options(select: Locator) -> list[str]:
    return [text.strip() for text in select.locator("option").all_inner_texts()]


def test_a_residual_block_is_taken_apart_where_its_paths_meet(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/build?open=", size=(1280, 1000)))
    _start(page, "Residual block")
    assert titles(page)[5] == "Add"
    assert "merge mode:add other:@1" in {" ".join(sorted(one.split())) for one in _layers(page)}
    page.locator('.node[data-node="5"] .tile').first.click()
    panel = page.locator(".card section").last
    expect(panel.locator("[data-text=terms]:visible")).to_have_text("2 stages meet")
    expect(panel).to_contain_text("conv_3")
    expect(panel).to_contain_text("activation")
    rows = panel.locator("[data-mode=sources] tbody tr").all_inner_texts()
    (first, one, made), (other, _, again) = (
        [float(n) for n in re.findall(r"-?\d+\.\d+", row.replace("−", "-"))] for row in rows
    )
    value = panel.locator("[data-view=sources-sum]").inner_text().replace("−", "-")
    assert (first, other, one) == (made, again, 1)
    assert abs(first + other - float(re.findall(r"-?\d+\.\d+", value)[-1])) <= 0.011
    expect(card(page, 6).get_by_text("Open its page")).to_be_hidden()
    expect(card(page, 5).get_by_text("Open its page")).to_be_visible()
    assert violations(page) == []


def test_what_meets_is_chosen_and_stays_when_layers_move(
    open_page: OpenPage, trouble: list[str]
) -> None:
    page = at_rest(open_page("/en/build?open=", size=(1280, 1000)))
    _start(page, "Residual block")
    form = unfold(page, 6)
    select = form.locator("select[name=other]:visible")
    assert _options(select) == [
        "the input of the chain", "1 Convolution", "2 ReLU", "3 Convolution", "4 ReLU",
        "5 Convolution",
    ]  # fmt: skip
    expect(select).to_have_value("@1")
    select.select_option(label="4 ReLU")
    at_rest(page)
    assert "other:@3" in _layers(page)[5]
    expect(card(page, 6).locator("summary").first).to_contain_text("other of layer 4")
    card(page, 4).get_by_role("button", name="Move layer 4 up").click()
    assert "other:@2" in _layers(page)[5]
    expect(page.locator(".error:visible")).to_have_count(0)
    card(page, 3).get_by_role("button", name="Remove layer 3").click()
    assert "other:@1" in _layers(page)[4]
    select = card(page, 5).locator("select[name=other]:visible")
    select.select_option(label="the input of the chain")
    said = card(page, 5).locator(".error:visible")
    expect(said).to_contain_text("do not fit each other")
    expect(told(page, 5, "shape")).to_have_text(NOT_SAID)
    trouble.clear()  # the browser tells of each 422
    select.select_option(label="2 ReLU")
    expect(said).to_have_count(0)


def test_a_layer_can_take_what_an_earlier_one_gave(open_page: OpenPage) -> None:
    page = at_rest(open_page("/zh/build?open=", size=(1280, 1000), color_scheme="dark"))
    _start(page, "两种卷积核并列")
    form = unfold(page, 3)
    select = form.locator("select[name=input]:visible")
    expect(select).to_have_value("@input")
    expect(told(page, 3, "shape")).to_have_text("1 × 4 × 32 × 32")
    expect(told(page, 3, "parameters")).to_have_text("300")
    select.select_option(index=2)
    at_rest(page)
    assert "input:" not in _layers(page)[2].replace("input:*", "") or "@" not in _layers(page)[2]
    expect(told(page, 3, "parameters")).to_have_text("400")
    page.go_back()
    expect(told(page, 3, "parameters")).to_have_text("300")
    expect(unfold(page, 1).locator("select[name=input]")).to_be_hidden()


def test_a_new_one_meets_what_fits(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/build?open=", size=(390, 844)))
    _start(page, "Convolution to softmax")
    card(page, 2).get_by_role("button", name="Add a layer after layer 2").click()
    page.locator("#adding [data-layer=merge]").click()
    at_rest(page)
    assert "other:@0" in _layers(page)[2], "what the convolution gave has the same shape"
    expect(page.locator(".error:visible")).to_have_count(0)
    card(page, 3).locator("label", has_text="concat").click()
    expect(told(page, 3, "shape")).to_have_text("1 × 16 × 32 × 32")
    assert page.evaluate(OVERHANG) == 0


def test_it_is_taken_away_and_comes_back(open_page: OpenPage, tmp_path: Path) -> None:
    page = at_rest(open_page("/en/build?open="))
    _start(page, "Squeeze and excitation")
    before = _layers(page)
    script = taken(page, "pytorch", tmp_path).read_text()
    assert "other = from_activation\ny = torch.mul(x, other)" in script
    file = taken(page, "onnx", tmp_path)
    session = ort.InferenceSession(file.read_bytes(), providers=["CPUExecutionProvider"])
    assert [one.type for one in session.get_outputs()] == ["tensor(float)"]
    page.locator("input[accept='.onnx']").set_input_files(file)
    expect(card(page, 8).locator("h2")).to_contain_text("Multiply")
    at_rest(page)
    assert "other:@1" in _layers(page)[7]
    assert len(_layers(page)) == len(before)
