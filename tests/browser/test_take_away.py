"""What is taken away: the link, and the file for what a link cannot carry."""

import base64
import io
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from app.tensors.store import default_folder
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_inputs import SHAPE, SUM, choose
from tests.browser.test_pages import OVERHANG

CLIPBOARD = ["clipboard-read", "clipboard-write"]
CARRIED, WRONG = "[data-part=carried]", "[data-wrong=input]"
NOT_HELD = re.compile("link does not carry its input, .* not held here.*A file that was saved")
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
ROWS = [[(3 * y + 5 * x * x) % 11 for x in range(7)] for y in range(7)]


def large() -> torch.Tensor:
    x = np.random.default_rng(3).normal(size=(1, 1, 60, 70)).astype(np.float32)
    return torch.from_numpy(x)


def shows(page: Page, value: float) -> None:
    text = f"{value:.{0 if float(value).is_integer() else 2}f}".replace("-", "−")
    expect(page.locator(SUM)).to_have_attribute("aria-label", re.compile(f"{text}$"))


def query(page: Page, name: str) -> str:
    return parse_qs(urlsplit(page.url).query)[name][0]


def let_go(page: Page, name: str) -> str:
    """Makes the service let go of what the link names; returns its name."""
    ref = query(page, name)
    (default_folder() / ref.removeprefix("ref:")).unlink()
    return ref


def test_a_copied_link_is_the_same_page_in_a_fresh_browser(open_page: OpenPage) -> None:
    numbers = json.dumps(ROWS, separators=(",", ":"))
    page = at_rest(open_page(f"/zh/conv?numbers={numbers}&kernel=emboss", permissions=CLIPBOARD))
    page.locator(".kernel-cells input").nth(4).fill("2.5")
    page.locator("[name=stride].v").fill("2")
    page.keyboard.press("Enter")
    page.locator("[data-part=range] button").last.click()
    page.locator("#tab-numpy").click()
    page.locator("[data-view=out-lens] svg").click(position={"x": 50, "y": 50})
    page.locator("[data-view=in-lens] svg").click(position={"x": 50, "y": 50})
    expect(page.locator(".pointed-at")).to_be_visible()
    at_rest(page)
    page.locator("[data-take=link]").click()
    expect(page.locator(CARRIED)).to_have_text("已复制")
    link = page.evaluate("navigator.clipboard.readText()")
    other = at_rest(open_page(link))
    assert urlsplit(other.url).path == "/zh/conv"
    seen = ["[data-text=where]", ".pointed-at", "[data-view=out-lens]", "[data-view=in-lens]"]
    for place in [*seen, ".sums", "[data-part=range]", "#code-text", "[data-text=out-shape]"]:
        expect(other.locator(place)).to_have_text(page.locator(place).text_content() or "")
    expect(other.locator("#tab-numpy")).to_have_attribute("aria-selected", "true")
    expect(other.locator("[data-part=range] [aria-pressed=true]")).to_have_text(
        page.locator("[data-part=range] [aria-pressed=true]").inner_text()
    )
    weight = torch.tensor([[-2.0, -1, 0], [-1, 2.5, 1], [0, 1, 2]])[None, None]
    y = F.conv2d(torch.tensor(ROWS, dtype=torch.float32)[None, None], weight, stride=2, padding=1)
    at = [int(i) for i in query(other, "at").split(",")]
    shows(other, float(y[tuple(at)]))


def test_what_the_link_cannot_carry_goes_into_a_file_that_restores_it(
    open_page: OpenPage, tmp_path: Path, trouble: list[str]
) -> None:
    path, x = tmp_path / "large.npy", large()
    np.save(path, x.numpy())
    page = at_rest(open_page("/zh/conv?padding=1&stride=2&at=0,0,12,20", permissions=CLIPBOARD))
    choose(page, path)
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 60 × 70")
    page.locator("[data-take=link]").click()
    expect(page.locator(CARRIED)).to_contain_text("输入太大")
    with page.expect_download() as download:
        page.locator(CARRIED).get_by_role("button").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "layerlab-conv.json"
    let_go(page, "input")
    # Another browser, and another page: the link says what is missing, the file brings it back.
    other = at_rest(open_page(f"/en/conv{page.url[page.url.index('?') :]}"))
    expect(other.locator(WRONG)).to_have_text(NOT_HELD)
    expect(other.locator(SHAPE)).to_have_text("1 × 3 × 224 × 224")
    other.goto("/en/pooling")
    choose(at_rest(other), file)
    other.wait_for_url("**/zh/conv?*")
    expect(other.locator(SHAPE)).to_have_text("1 × 1 × 60 × 70")
    expected = float(F.conv2d(x, SOBEL, padding=1, stride=2)[0, 0, 12, 20])
    shows(other, expected)
    # It is kept in that browser too: the service may let go of it once more.
    old = let_go(other, "input")
    at_rest(other).reload()
    shows(other, expected)
    assert query(other, "input") != old
    expect(other.locator(WRONG)).to_be_hidden()
    trouble.clear()


def test_a_file_that_restores_a_page_is_dropped_on_another(open_page: OpenPage) -> None:
    npy = io.BytesIO()
    np.save(npy, large().numpy())
    saved = {
        "layerlab": 1,
        "layer": "pooling",
        "language": "en",
        "state": {"mode": "avg", "kernel_size": "3", "at": "0,0,5,6", "range": "all"},
        "tensors": {"input": base64.b64encode(npy.getvalue()).decode()},
    }
    page = at_rest(open_page("/zh/softmax"))
    page.evaluate(
        """(text) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], "layerlab-pooling.json"));
            const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
            document.body.dispatchEvent(drop);
        }""",
        json.dumps(saved, indent=2),
    )
    page.wait_for_url("**/en/pooling?*")
    shows(page, float(F.avg_pool2d(large(), 3)[0, 0, 5, 6]))
    assert query(page, "range") == "all"


@pytest.mark.parametrize("kind", ["cut", "changed", "elsewhere", "other"])
def test_a_file_that_restores_nothing_says_why(
    open_page: OpenPage, tmp_path: Path, kind: str
) -> None:
    whole = {"layerlab": 1, "layer": "conv", "language": "en", "state": {}, "tensors": {}}
    text = json.dumps(whole | {"tensors": {"input": "AAAA"}} if kind == "changed" else whole)
    given = {
        "cut": (text[:-9], "is damaged"),
        "changed": (text, "is damaged"),
        "elsewhere": (text.replace("conv", "convolve"), "not here: en/convolve"),
        "other": ('{"name": "something"}', "needs “shape” and “data”"),
    }[kind]
    path = tmp_path / "saved.json"
    path.write_text(given[0])
    page = at_rest(open_page("/en/pooling"))
    choose(page, path)
    expect(page.locator(WRONG)).to_contain_text(given[1])
    assert urlsplit(page.url).path == "/en/pooling"


def test_weights_that_are_too_many_for_a_link(open_page: OpenPage, trouble: list[str]) -> None:
    opened = "/en/conv?weights=random&out_channels=64&kernel_size=5&at=0,1,9,8&input.size=28x28"
    page = at_rest(open_page(opened, permissions=CLIPBOARD))
    page.locator(".kernel-cells input").nth(12).fill("4")
    expect(page.locator("[name=weights][value=custom]")).to_be_checked()
    page.wait_for_url("**weight=ref:*")
    assert len(page.url) < 8000
    at_rest(page)
    sent = page.evaluate(
        """async (ref) => {
            const headers = { Accept: "application/json" };
            const of = async (url) => (await fetch(url, { headers })).json();
            return of(`/api/v1/tensors/${ref}`);
        }""",
        query(page, "weight").removeprefix("ref:"),
    )
    assert sent["shape"] == [64, 3, 5, 5]
    said = page.locator(SUM).get_attribute("aria-label") or ""
    page.locator("[data-take=link]").click()
    expect(page.locator(CARRIED)).to_contain_text("Your own weights are too large")
    assert page.evaluate(OVERHANG) <= 0
    old = let_go(page, "weight")
    page.reload()
    expect(page.locator(SUM)).to_have_attribute("aria-label", said)
    assert query(page, "weight") != old
    expect(page.locator(".kernel-cells input").nth(12)).to_have_value("4")
    let_go(page, "weight")
    other = at_rest(open_page(page.url))
    expect(other.locator(WRONG)).to_contain_text("link does not carry its weights")
    trouble.clear()


def test_nan_is_no_number_for_a_link(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "nan.npy"
    np.save(path, np.array([[[[1, np.nan], [np.inf, 4]]]], np.float32))
    page = at_rest(open_page("/en/pooling", permissions=CLIPBOARD))
    choose(page, path)
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 2 × 2")
    assert query(page, "input").startswith("ref:")
    page.locator("[data-take=link]").click()
    expect(page.locator(CARRIED)).to_contain_text("NaN or ∞ among them")


def test_no_barriers(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "large.npy"
    np.save(path, large().numpy())
    page = at_rest(open_page("/en/conv", size=(390, 844), permissions=CLIPBOARD))
    choose(page, path)
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 60 × 70")
    page.locator("[data-take=link]").click()
    expect(page.locator(CARRIED)).to_contain_text("too large for it")
    assert page.evaluate(OVERHANG) <= 0
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []


def test_a_program_finds_every_file_that_it_reads(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/dropout?training=true&input.size=64x64"))
    page.get_by_role("tab", name="PyTorch").click()
    read = re.findall(r'np.load\("(\w+\.npy)"\)', page.locator("#code-text").inner_text())
    assert sorted(read) == ["input.npy", "mask.npy"]
    offered = page.locator("[data-files] button")
    assert sorted(offered.all_inner_texts()) == sorted(read)
    saved = {}
    for name in read:
        with page.expect_download() as download:
            offered.filter(has_text=name).click()
        saved[name] = np.load(download.value.path())
    assert saved["mask.npy"].shape == saved["input.npy"].shape
    assert set(np.unique(saved["mask.npy"])) == {0, 1}
