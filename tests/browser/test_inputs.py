"""Inputs of every kind, and a link whose input the service has let go of."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import torch
from PIL import Image
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from app.tensors.store import default_folder
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

SHAPE = "[data-text=in-shape]"
SUM = ".sums svg"


def choose(page: Page, path: Path) -> None:
    page.locator("[data-open=source]").click()
    with page.expect_file_chooser() as chooser:
        page.locator("[data-view=own] button").first.click()
    chooser.value.set_files(path)


def test_a_csv_of_a_spreadsheet(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("1,5;2;3\n4;5,25;6\n7;8;−9\n")
    page = at_rest(open_page("/en/pooling?mode=avg&kernel_size=3"))
    choose(page, path)
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 3 × 3")
    x = torch.tensor([[1.5, 2, 3], [4, 5.25, 6], [7, 8, -9]])[None, None]
    mean = f"{float(F.avg_pool2d(x, 3)):.2f}"
    expect(page.locator(SUM)).to_have_attribute("aria-label", re.compile(f" {mean}$"))


def test_how_a_picture_is_read_is_said_in_words(open_page: OpenPage) -> None:
    page = at_rest(open_page("/zh/conv"))
    page.locator("[data-open=source]").click()
    size, mode = page.get_by_label("尺寸"), page.get_by_label("彩色或灰度")
    dialog = page.locator("#source")
    expect(dialog).not_to_contain_text("input.")
    for choice, name in ((size, "input.size"), (mode, "input.mode")):
        expect(page.locator("label", has=choice)).to_have_attribute("title", name)
    mode.select_option("L")
    size.select_option("56 × 56")
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 56 × 56")


def test_ones_own_picture_is_read_in_another_way(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "own.png"
    grey = np.arange(448 * 448, dtype=np.uint32).reshape(448, 448) // 800
    Image.fromarray(np.stack([grey, grey * 0, 255 - grey], 2).astype(np.uint8)).save(path)
    page = at_rest(open_page("/en/conv"))
    choose(page, path)
    expect(page.locator(SHAPE)).to_have_text("1 × 3 × 224 × 224")
    said = page.locator("[data-text=conversions]").first
    expect(said).to_contain_text(re.compile("448.*224"))
    at_rest(page).locator("[data-open=source]").click()
    page.locator("#source [name='input.size']").select_option("56 × 56")
    expect(page.locator(SHAPE)).to_have_text("1 × 3 × 56 × 56")
    page.locator("#source [name='input.mode']").select_option("L")
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 56 × 56")
    assert "input=ref" in at_rest(page).url
    page.reload()
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 56 × 56")
    expect(said).to_contain_text(re.compile("448.*56"))
    page.locator("[data-open=source]").click()
    expect(
        page.locator("#source [name='input.size']")
    ).to_be_disabled()  # the file is not here any more
    page.locator("[data-sample]").first.click()
    page.locator("[data-open=source]").click()
    expect(page.locator("#source [name='input.size']")).to_be_enabled()


def test_a_slider_of_what_is_left_open_goes_back_to_its_beginning(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/upsample"))
    field = page.locator("[data-field=size]:visible")
    slider = field.locator("input[type=range]").first
    begun = slider.input_value()
    slider.fill("5")
    page.wait_for_url(re.compile("size=5"))
    page.get_by_role("button", name="Reset").click()
    expect(slider).to_have_value(begun)
    # Firefox would fill in what stood there before a page was loaded again.
    expect(page.locator("form.rail")).to_have_attribute("autocomplete", "off")


def test_a_small_npy_is_in_the_link_with_its_shape(open_page: OpenPage, tmp_path: Path) -> None:
    path, x = tmp_path / "numbers.npy", np.arange(54, dtype=np.float32).reshape(2, 3, 3, 3)
    np.save(path, x)
    page = at_rest(open_page("/en/pooling?mode=avg&kernel_size=3"))
    choose(page, path)
    expect(page.locator(SHAPE)).to_have_text("2 × 3 × 3 × 3")
    numbers = json.loads(parse_qs(urlsplit(page.url).query)["numbers"][0])
    assert numbers == {"shape": [2, 3, 3, 3], "data": list(range(54))}
    assert "input=" not in page.url
    mean = f"{float(x[0, 0].mean()):.0f}"  # a whole one
    expect(page.locator(SUM)).to_have_attribute("aria-label", re.compile(f" {mean}$"))


def test_a_csv_with_a_word_in_it_says_where(open_page: OpenPage, tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("1;2\n3;four\n")
    page = at_rest(open_page("/en/pooling"))
    choose(page, path)
    expect(page.locator("[data-wrong=input]")).to_contain_text("row 1, column 1: “four”")


def test_a_block_of_numbers_is_pasted(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/pooling"))
    page.evaluate(
        """() => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", "1\\t2\\n3\\t4\\n");
            const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true });
            document.body.dispatchEvent(paste);
        }"""
    )
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 2 × 2")
    assert "numbers=" in page.url


def test_an_input_that_the_service_let_go_of_is_sent_again(
    open_page: OpenPage, tmp_path: Path, trouble: list[str]
) -> None:
    path = tmp_path / "large.npy"
    x = np.random.default_rng(3).normal(size=(1, 1, 60, 70)).astype(np.float32)
    np.save(path, x)
    page = at_rest(open_page("/en/conv?at=0,0,30,40&padding=1"))
    choose(page, path)
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 60 × 70")
    old = parse_qs(urlsplit(page.url).query)["input"][0]
    (default_folder() / old.removeprefix("ref:")).unlink()
    at_rest(page).reload()
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 60 × 70")
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
    expected = float(F.conv2d(torch.from_numpy(x), sobel, padding=1)[0, 0, 30, 40])
    text = f"{expected:.2f}".replace("-", "−")
    expect(page.locator(SUM)).to_have_attribute("aria-label", re.compile(f"= output {text}$"))
    assert parse_qs(urlsplit(page.url).query)["input"][0] != old
    expect(page.locator("[data-wrong=input]")).to_be_hidden()
    trouble.clear()
