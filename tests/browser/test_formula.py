"""The formula of an element, the cross-check with NumPy, and the files that run elsewhere."""

import json
import re
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch.nn import functional as F

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_pages import PHONE

ROWS = [[(3 * y + 5 * x * x) % 11 for x in range(5)] for y in range(5)]
NUMBERS = json.dumps(ROWS, separators=(",", ":"))
CHECKED = "[data-text=check]"


def with_numbers(page: Page) -> Locator:
    """The formula with its numbers, opened; it is drawn a moment after the click that opens it."""
    page.locator("[data-part=formula] summary").click()
    numbers = page.get_by_role("group", name="The formula with its numbers")
    expect(numbers.locator("math").first).to_be_visible()
    return numbers


def said(numbers: Locator) -> str:
    """What the formula reads, without spaces."""
    return re.sub(r"\s", "", "".join(numbers.locator("math").all_text_contents()))


def test_a_formula_has_the_numbers_of_the_element(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/pooling?numbers={NUMBERS}&kernel_size=2&at=0,0,1,1"))
    expect(page.locator(".math math").first).to_be_visible()
    numbers = with_numbers(page)
    largest = float(
        F.max_pool2d(torch.tensor(ROWS, dtype=torch.float32)[None, None], 2)[0, 0, 1, 1]
    )
    window = [ROWS[y][x] for y in (2, 3) for x in (2, 3)]
    assert said(numbers) == f"y=max({','.join(map(str, window))})={largest:.0f}"


def test_no_formula_is_cut_off_in_a_narrow_column(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    for width in (1280, 1024, 960, 901, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function(f"() => innerWidth === {width}")
        formula = page.locator(".math").first
        assert formula.evaluate("(place) => place.scrollWidth - place.clientWidth") <= 0, width


@pytest.mark.parametrize("size", [(1280, 800), PHONE])
def test_a_long_formula_runs_over_several_lines(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = at_rest(open_page("/en/conv?padding=2&dilation=3&at=0,0,0,0", size=size))
    numbers = with_numbers(page)
    assert numbers.evaluate("(place) => place.scrollWidth - place.clientWidth") <= 0
    lines = {
        round(part["y"]) for one in numbers.locator("math").all() if (part := one.bounding_box())
    }
    assert len(lines) > 1
    assert said(numbers).startswith("y=0·(−1)+0·0+")
    assert said(numbers).count("·") == 27


def test_every_result_is_checked_against_numpy(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    expect(page.locator(CHECKED)).to_contain_text("checked against NumPy: 50 176 values")
    page.goto(page.url.split("/en/")[0] + f"/en/pooling?numbers={NUMBERS}")
    expect(page.locator(CHECKED)).to_have_text("checked against NumPy: no difference in 4 values")


def test_an_onnx_file_gives_the_numbers_on_the_screen(open_page: OpenPage, tmp_path: Path) -> None:
    page = at_rest(open_page(f"/en/conv?numbers={NUMBERS}&padding=1"))
    with page.expect_download() as download:
        page.locator("[data-format=onnx]").click()
    path = tmp_path / "conv.onnx"
    download.value.save_as(path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    x = np.array(ROWS, np.float32)[None, None]
    (found,) = session.run(["output"], {"input": x})
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
    expected = F.conv2d(torch.from_numpy(x), sobel, padding=1).numpy()
    np.testing.assert_allclose(np.asarray(found), expected, atol=1e-5)


def test_the_same_in_every_language(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/softmax?numbers={NUMBERS}"))
    for name, said in (("NumPy", "def softmax"), ("Keras", "from keras"), ("curl", "curl")):
        page.get_by_role("tab", name=name).click()
        expect(page.locator("#code-text")).to_contain_text(said)


KEY = "[data-part=letters] > :visible"


@pytest.mark.parametrize(
    ("path", "letters"),
    [
        ("conv", "x w b n c o i k"),
        ("pooling", "x i k"),
        ("pooling?mode=lp", "x i k p"),
        ("pooling?mode=global_avg", "x k counted"),
        ("dense", "x w b n i o"),
        ("softmax", "x T i j k"),
        ("activation", "Φ"),
        ("activation?function=relu", ""),
        ("dropout", "x kept scale"),
        ("pad", ""),
    ],
)
def test_the_letters_of_the_formula_stand_under_it_in_words(
    open_page: OpenPage, path: str, letters: str
) -> None:
    page = at_rest(open_page(f"/en/{path}"))
    expect(page.locator(".ar .math math").first).to_be_visible()
    expect(page.locator(f"{KEY} dt")).to_have_text(letters.split())
    formula = page.locator(".ar .math").first.evaluate(
        """(formula) => [...formula.querySelectorAll("mi, mtext")]
            .flatMap(({ textContent }) => textContent.split(/[^\\p{L}_]+/u))"""
    )
    assert set(letters.split()) <= set(formula)
    words = page.locator(f"{KEY} dd").all_text_contents()
    assert all(words)
    assert len(set(words)) == len(words)


def test_a_worksheet_says_what_the_letters_are(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?worksheet=1"))
    sheet = page.locator("[data-part=worksheet]")
    expect(sheet.locator(".letters > :visible dt")).to_have_text(list("xwbncoik"))
