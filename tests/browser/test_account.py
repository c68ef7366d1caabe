"""The arithmetic in words and in full precision: for a screen reader, and at a touch."""

import re

import numpy as np
import torch
from playwright.sync_api import Page, expect
from torch.nn import functional as F

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

# Thirds and sevenths, so that two decimals are not all of a number.
ROWS = [[(3 * y + 5 * x * x) % 11 / (7 if x % 2 else 3) for x in range(5)] for y in range(5)]
NUMBERS = "%0A".join(" ".join(map(str, row)) for row in ROWS)
PAGE = f"/en/conv?padding=1&at=0,0,2,1&numbers={NUMBERS}"
ACCOUNT = ".account"


def torch_conv() -> torch.Tensor:
    x = torch.tensor(ROWS, dtype=torch.float32)[None, None]
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
    return F.conv2d(x, sobel, padding=1)[0, 0]


def plain(text: str) -> float:
    return float(text.replace("−", "-"))


def test_each_step_is_told_in_words(open_page: OpenPage) -> None:
    page = at_rest(open_page(PAGE))
    scrub = page.get_by_label("cell, in reading order")
    for key, (y, x) in (("ArrowRight", (2, 2)), ("ArrowDown", (3, 2)), ("Home", (0, 0))):
        scrub.press(key)
        value = f"{torch_conv()[y, x]:.2f}".replace("-", "−")
        told = re.compile(rf"^row {y}, column {x}, map 0; .* = output {value}")
        expect(page.locator(ACCOUNT)).to_have_text(told)
    expect(page.locator(ACCOUNT)).to_contain_text("5 of 9 cells are padding")
    assert page.locator(ACCOUNT).get_attribute("role") == "status"


def test_every_term_stands_in_a_table_in_full_precision(open_page: OpenPage) -> None:
    page = at_rest(open_page(PAGE))
    page.locator(".terms-all summary").press("Enter")
    rows = page.locator(".every-term tbody tr")
    expect(rows).to_have_count(9)
    cells = [row.split("\t") for row in rows.all_inner_texts()]
    terms = np.array([[plain(cell) for cell in row[1:]] for row in cells])
    np.testing.assert_array_equal(
        terms[:, 0].astype(np.float32), np.array(ROWS, np.float32)[1:4, 0:3].ravel()
    )
    np.testing.assert_allclose(terms[:, 0] * terms[:, 1], terms[:, 2], rtol=1e-6)
    np.testing.assert_allclose(np.cumsum(terms[:, 2]), terms[:, 3], atol=1e-6)
    np.testing.assert_allclose(terms[-1, 3], float(torch_conv()[2, 1]), rtol=1e-6)
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []


def test_all_digits_at_a_touch(open_page: OpenPage) -> None:
    page = at_rest(open_page(PAGE, size=(390, 844), has_touch=True))
    cell = page.locator("[data-part=arithmetic] [data-term][data-weight-index='0,0,0,2']").first
    cell.scroll_into_view_if_needed()
    cell.tap()
    digits = str(np.float32(ROWS[1][2]))
    expect(page.locator(".exact")).to_have_text(f"{digits} × 1 = {digits}")


def test_the_winner_of_a_window_is_told(open_page: OpenPage) -> None:
    page: Page = at_rest(open_page(f"/zh/pooling?at=0,0,1,1&numbers={NUMBERS}"))
    _, places = F.max_pool2d(torch.tensor(ROWS)[None, None], 2, return_indices=True)
    y, x = divmod(int(places[0, 0, 1, 1]), 5)
    expect(page.locator(ACCOUNT)).to_contain_text(f"[0, 0, {y}, {x}]")
