"""A picture full size: its cells, table, histogram and files, against PyTorch."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from torch.nn import functional as F

from app.layers.base import Array
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_pages import OVERHANG, PHONE
from tests.conftest import every_other

SIZE = 7
ROWS = [[round(((3 * y + 5 * x * x) % 11) / 7 - 0.5, 4) for x in range(SIZE)] for y in range(SIZE)]
PATH = "/{}/conv?kernel=sobel_x,sobel_y&padding=1&at=0,1,2,3&numbers=" + str(ROWS).replace(" ", "")
SVG = "{http://www.w3.org/2000/svg}"


def output() -> Array:
    x = torch.tensor(ROWS, dtype=torch.float32)[None, None]
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return F.conv2d(x, torch.stack([sobel, sobel.T])[:, None], padding=1).numpy()


def dialog(page: Page) -> Locator:
    found = page.locator("#zoom")
    expect(found).to_be_visible()
    return found


def opened(open_page: OpenPage, path: str) -> tuple[Page, Locator]:
    page = at_rest(open_page(path))
    page.locator(".out [data-zoom]").click()
    return page, dialog(page)


def cell(shown: Locator, y: int, x: int) -> tuple[float, float]:
    """Return where a cell stands on the screen."""
    canvas = shown.locator("canvas").first
    box = canvas.bounding_box()
    assert box
    rows, cols = (int(canvas.get_attribute(side) or 0) for side in ("height", "width"))
    return box["x"] + (x + 0.5) * box["width"] / cols, box["y"] + (y + 0.5) * box["height"] / rows


def said(shown: Locator, at: str) -> float:
    """Return the number that the line says of an element, once it says it."""
    line = shown.locator(".zoom-line")
    expect(line).to_contain_text(f"[{at}] = ")
    number = re.search(r"= (−?)([\d.]+)(?!·)", line.inner_text())
    assert number
    return float(f"{number[1].replace('−', '-')}{number[2]}")


def as_written(value: float) -> str:
    return f"{value:.2f}".replace("-", "−").replace("−0.00", "0.00")


def test_every_cell_says_its_number(open_page: OpenPage) -> None:
    page, shown = opened(open_page, PATH.format("en"))
    expected = output()
    # In full, not rounded: as the float32 that PyTorch has, to its last digits.
    assert said(shown, "0, 1, 2, 3") == pytest.approx(expected[0, 1, 2, 3], rel=1e-6)
    for y, x in ((0, 0), (3, 4), (6, 6)):
        page.mouse.move(*cell(shown, y, x))
        assert said(shown, f"0, 1, {y}, {x}") == pytest.approx(expected[0, 1, y, x], abs=1e-6)
    numbers = shown.locator(".sheet text").all_text_contents()
    assert numbers == [as_written(v) for v in expected[0, 1].flatten()]
    rows = shown.locator(".zoom-table tbody tr")
    expect(rows).to_have_count(SIZE)
    for y, row in enumerate(rows.all()):
        assert row.locator("th").inner_text() == str(y)
        numbers = [text.replace("−", "-") for text in row.locator("td").all_inner_texts()]
        np.testing.assert_allclose(np.array(numbers, float), expected[0, 1, y], atol=5.1e-5)
    page.mouse.click(*cell(shown, 5, 1))
    expect(page.locator("[data-text=where]")).to_have_text("row 5, column 1, map 1")
    assert "at=0,1,5,1" in page.url
    expect(shown.locator(".zoom-line")).to_contain_text("chosen")


def test_every_value_is_counted(open_page: OpenPage) -> None:
    _, shown = opened(open_page, PATH.format("en") + "&range=layer")
    charts = shown.locator("[data-view=histogram] svg")
    expect(charts).to_have_count(2)
    sums = [
        sum(int(bar.get_attribute("data-count") or 0) for bar in chart.locator(".bin").all())
        for chart in charts.all()
    ]
    assert sums == [SIZE * SIZE, 2 * SIZE * SIZE]
    values = output()[0, 1]
    counted, _ = np.histogram(values, 48, (output().min(), output().max()))
    bars = charts.first.locator(".bin")
    drawn = [int(bar.get_attribute("data-count") or 0) for bar in bars.all()]
    # A value that lies on the border of two bins may fall into either.
    assert np.abs(np.cumsum(drawn) - np.cumsum(counted)).max() <= 1
    assert bars.first.locator("title").count() == 1


def taken(page: Page, button: Locator) -> tuple[str, bytes]:
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def check_files(page: Page, place: Locator, key: str) -> None:
    """Take CSV, .npy and SVG of the second map from some buttons, and read them back."""
    expected = output()
    name, text = taken(page, place.locator(f"[data-{key}=csv]"))
    assert name == "conv.csv"
    read = np.loadtxt(io.BytesIO(text), delimiter=",", ndmin=2).astype(np.float32)
    np.testing.assert_allclose(read, expected[0, 1], atol=1e-6)
    _, array = taken(page, place.locator(f"[data-{key}=npy]"))
    whole = np.load(io.BytesIO(array))
    np.testing.assert_allclose(whole, expected, atol=1e-6)
    np.testing.assert_array_equal(read, whole[0, 1])  # to the last bit
    name, drawing = taken(page, place.locator(f"[data-{key}=svg]"))
    assert name == "conv.svg"
    root = ElementTree.fromstring(drawing)
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert texts[1 : 1 + SIZE * SIZE] == [as_written(v) for v in expected[0, 1].flatten()]
    cells = [e for e in root.iter(f"{SVG}rect") if e.find(f"{SVG}title") is not None]
    assert len(cells) == SIZE * SIZE
    most = f"{np.abs(expected).max():.2f}"
    assert texts[-3:] == [f"−{most}", "0.00", most]


def test_what_is_taken_away_is_what_pytorch_has(open_page: OpenPage) -> None:
    page = at_rest(open_page(PATH.format("en")))
    check_files(page, page.locator(".head"), "take")
    page.locator(".out [data-zoom]").click()
    shown = dialog(page)
    check_files(page, shown, "save")
    _, png = taken(page, shown.locator("[data-save=png]"))
    picture = Image.open(io.BytesIO(png))
    assert picture.width == picture.height
    assert picture.width % SIZE == 0
    assert picture.width >= 28 * SIZE


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    page = at_rest(open_page(PATH.format("en")))
    expected = output()
    button = page.locator(".out [data-zoom]")
    button.focus()
    page.keyboard.press("Enter")
    shown = dialog(page)
    sheet = shown.locator(".sheet")
    expect(sheet).to_be_focused()
    assert "view=output" in page.url
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert said(shown, "0, 1, 3, 2") == pytest.approx(expected[0, 1, 3, 2], abs=1e-6)
    page.keyboard.press("Enter")
    expect(page.locator("[data-text=where]")).to_have_text("row 3, column 2, map 1")
    page.keyboard.press("PageUp")
    expect(shown.locator(".steppers")).to_contain_text("map 0 (0 to 1)")
    assert said(shown, "0, 0, 3, 2") == pytest.approx(expected[0, 0, 3, 2], abs=1e-6)
    expect(sheet).to_be_focused()
    page.keyboard.press("1")
    expect(shown.locator("[data-text=zoom]")).to_have_text("1×")
    page.keyboard.press("+")
    expect(shown.locator("[data-text=zoom]")).to_have_text("2×")
    page.wait_for_url(lambda url: "zoom=2" in url)
    page.keyboard.press("0")
    page.wait_for_url(lambda url: "zoom" not in url)
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    expect(button).to_be_focused()
    page.wait_for_url(lambda url: "view" not in url)


def test_a_large_picture_is_zoomed_and_moved(open_page: OpenPage) -> None:
    page, shown = opened(open_page, "/en/conv?padding=1")
    line = shown.locator(".zoom-line")
    spot = cell(shown, 112, 112)
    page.mouse.move(*spot)
    expect(line).to_contain_text("[0, 0, 112, 112]")
    for level in (3, 4, 6, 8):
        page.mouse.wheel(0, -120)
        expect(shown.locator("[data-text=zoom]")).to_have_text(f"{level}×")
    page.mouse.move(spot[0] + 1, spot[1] + 1)  # what was under the pointer is there still
    expect(line).to_contain_text("[0, 0, 112, 112]")
    before = cell(shown, 112, 112)
    page.mouse.down()
    page.mouse.move(spot[0] - 41, spot[1] - 61, steps=3)
    page.mouse.up()
    after = cell(shown, 112, 112)
    assert np.allclose(np.subtract(before, after), (42, 62), atol=5)
    part = shown.locator("[data-text=part]")
    page.mouse.move(*cell(shown, 120, 120))
    expect(part).to_have_text("rows 96 to 127, columns 96 to 127, of 224 × 224")
    shown.get_by_label("further down").click()
    expect(part).to_contain_text("rows 128 to 159")
    expect(shown.locator(".zoom-table tbody th").first).to_have_text("128")
    assert "at=" not in page.url  # a drag chooses nothing


def test_a_link_opens_it(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?view=input:0,2&zoom=32&colours=values"))
    shown = dialog(page)
    expect(shown.locator(".steppers")).to_contain_text("B: map 2 (0 to 2)")
    expect(shown.locator("[data-text=zoom]")).to_have_text("32×")
    expect(shown.locator(".sheet text").first).to_be_visible()
    expect(shown.locator(".zoom-line")).to_contain_text("[0, 2, ")
    shown.get_by_label("in its own colours").check()
    expect(shown.locator(".sheet text")).to_have_count(0)
    expect(shown.locator(".zoom-line")).to_contain_text(re.compile(r"R [\d.]+, G [\d.]+, B [\d.]+"))
    assert "colours" not in page.url
    shown.get_by_label("previous map").click()
    assert "view=input:0,1" in page.url
    shown.locator(".sheet").focus()
    page.keyboard.press("Enter")  # as a click on the page's own picture does
    expect(page.locator(".pointed-at")).to_contain_text("pinned")
    shown.get_by_role("button", name="Close").click()
    page.locator(".in [data-zoom]").click()
    expect(shown).to_be_visible()
    page.go_back()
    expect(shown).to_be_hidden()


@pytest.mark.parametrize(
    ("path", "sheet"),
    [
        ("softmax?", "cat [0, 3]"),
        ("conv?sample=heartbeat&spatial_dims=1&weights=random", "[0, 0, 64]"),
        ("conv?sample=blobs&spatial_dims=3&weights=random", "[0, 0, 6, 8, 8]"),
    ],
)
def test_rows_signals_and_volumes_too(open_page: OpenPage, path: str, sheet: str) -> None:
    page = at_rest(open_page(f"/en/{path}&view=output"))
    shown = dialog(page)
    expect(shown.locator(".zoom-line")).to_contain_text(f"{sheet} = ")
    expect(shown.locator(".zoom-table [aria-current]")).to_have_count(1)
    if page.locator("[data-zoom=seen]").count():
        shown.get_by_role("button", name="Close").click()
        page.locator("[data-zoom=seen]").click()
        expect(shown.get_by_role("heading", name="what the network saw")).to_be_visible()
    assert len(shown.locator("[data-view=histogram] svg").all()) >= 1


def test_pictures_beside_each_other_too(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/pooling?numbers={ROWS}".replace(" ", "")))
    page.locator("figcaption [data-zoom]").nth(1).click()
    shown = dialog(page)
    expect(shown.get_by_role("heading", name="average")).to_be_visible()
    assert "view=compare-1" in page.url
    x = torch.tensor(ROWS, dtype=torch.float32)[None, None]
    expected = F.avg_pool2d(x, 2).numpy()[0, 0]
    texts = shown.locator(".zoom-table td:not(thead td)").all_inner_texts()
    numbers = [float(text.replace("−", "-")) for text in texts]
    np.testing.assert_allclose(numbers, expected.flatten(), atol=5.1e-5)


def test_a_number_that_is_to_be_predicted_is_not_told(open_page: OpenPage) -> None:
    page = at_rest(open_page(PATH.format("en") + "&predict=1&view=output"))
    shown = dialog(page)
    expect(shown.locator(".zoom-line")).to_have_text("[0, 1, 2, 3] = ?, chosen")
    hidden = as_written(float(output()[0, 1, 2, 3]))
    assert shown.locator(".sheet text").all_text_contents()[2 * SIZE + 3] == "?" != hidden
    expect(shown.locator(".zoom-table [aria-current]")).to_have_text("?")
    expect(shown.locator("[data-save=npy]")).to_be_hidden()


def test_the_curve_is_a_drawing_of_its_own(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/activation"))
    expect(page.locator("[data-part=curve] svg")).to_be_visible()
    name, text = taken(page, page.locator("[data-take-drawing=curve]"))
    assert name == "curve.svg"
    root = ElementTree.fromstring(text)
    strokes = {path.get("stroke") for path in root.iter(f"{SVG}path")}
    assert len({stroke for stroke in strokes if stroke and stroke.startswith("rgb")}) > 1
    assert b"var(--" not in text
    assert b"class=" not in text


def cell_width(shown: Locator) -> float:
    box = shown.locator("canvas").first.bounding_box()
    assert box
    return box["width"] / SIZE


def spread(page: Page, middle: tuple[float, float]) -> None:
    """Put two fingers on the page and move them apart to one and a half times the distance."""
    touch = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 40), ("touchMove", 50), ("touchMove", 60)):
        x, y = middle
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    touch.detach()


@pytest.mark.parametrize("language", every_other(["en", "zh"], 1))
def test_for_everyone(open_page: OpenPage, language: str) -> None:
    path = PATH.format(language) + "&view=output"
    desk = at_rest(open_page(path))
    dialog(desk)
    assert axe.in_both_schemes(desk) == []
    phone = at_rest(open_page(path, size=PHONE, has_touch=True, is_mobile=True))
    shown = dialog(phone)
    assert phone.evaluate(OVERHANG) <= 0
    assert shown.evaluate("dialog => dialog.scrollWidth - dialog.clientWidth") <= 0
    phone.touchscreen.tap(*cell(shown, 1, 5))
    assert said(shown, "0, 1, 1, 5") == pytest.approx(output()[0, 1, 1, 5], abs=1e-6)
    assert "at=0,1,1,5" in phone.url
    before = cell_width(shown)
    spread(phone, cell(shown, 3, 3))
    phone.wait_for_function("new URLSearchParams(location.search).get('zoom') > 1")
    assert cell_width(shown) == pytest.approx(before * 1.5, abs=1.5)
