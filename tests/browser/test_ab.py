"""A and B: the same input through two settings, read off the screen and held against PyTorch."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch.nn import functional as F

from app.tensors.store import default_folder
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_pages import OVERHANG, PHONE
from tests.conftest import every_other

ROWS = [[(3 * y + 5 * x * x) % 11 - 2 for x in range(6)] for y in range(6)]
TYPED = f"numbers={json.dumps(ROWS, separators=(',', ':'))}"
X = torch.tensor(ROWS, dtype=torch.float32)[None, None]
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
GAUSSIAN = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
FINE = 6e-3  # half of what the last of two decimals is worth


def settled(page: Page) -> Locator:
    """The comparison, once all is drawn that was asked for."""
    found = page.locator("[data-part=ab]")
    expect(found).to_be_visible()
    found.scroll_into_view_if_needed()
    expect(found).to_have_attribute("aria-busy", "false")
    return found


def begin(page: Page) -> Locator:
    page.get_by_role("button", name="Compare A with B").click()
    return settled(page)


def choose(page: Page, pair: str) -> Locator:
    begin(page).get_by_role("button", name=pair, exact=True).click()
    expect(page.get_by_role("button", name=pair, exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    return settled(page)


def number(text: str) -> float:
    return float(text.replace("\u2212", "-").replace("\u202f", ""))


def three(shown: Locator) -> tuple[float, ...]:
    """The three numbers of the marked place."""
    return tuple(number(text) for text in shown.locator(".ab-cell td:last-child").all_inner_texts())


def said(shown: Locator, name: str) -> float:
    return number(shown.locator(f"[data-text=ab-{name}]").inner_text())


def cost(shown: Locator, fact: str) -> list[str]:
    texts = shown.locator(f"[data-fact={fact}] td").all_inner_texts()
    return [text.replace("\u00a0", " ") for text in texts]


def click_cell(shown: Locator, side: str, y: int, x: int, of: int) -> None:
    """Click a cell of a plane of `of` × `of` cells that is drawn with its numbers."""
    cells = shown.locator(f"[data-side={side}] [data-how=cells] svg")
    box = cells.bounding_box()
    assert box
    size = box["width"] / of
    cells.click(position={"x": (x + 0.5) * size, "y": (y + 0.5) * size})


def check(shown: Locator, a: torch.Tensor, b: torch.Tensor, at: tuple[int, ...]) -> None:
    """The place's numbers, the largest and the mean difference are those of the two tensors."""
    d = a - b
    expected = (float(a[at]), float(b[at]), float(d[at]))
    assert three(shown) == pytest.approx(expected, abs=FINE)
    assert said(shown, "largest") == pytest.approx(float(d.abs().max()), abs=FINE)
    assert said(shown, "mean") == pytest.approx(float(d.abs().mean()), abs=FINE)
    where = shown.locator("[data-ab=largest]").inner_text()
    largest = tuple(int(i) for i in re.findall(r"\d+", where))
    assert float(d[largest].abs()) == float(d.abs().max())


def test_max_against_average(open_page: OpenPage) -> None:
    a, b = F.max_pool2d(X, 2), F.avg_pool2d(X, 2)
    page = at_rest(open_page(f"/en/pooling?{TYPED}&at=0,0,1,1"))
    expect(page.locator("[data-part=ab]")).to_be_hidden()
    shown = begin(page)
    check(shown, a, b, (0, 0, 1, 1))
    most = float(torch.cat([a, b]).abs().max())
    legend = shown.locator("[data-view=ab-legend] canvas")
    expect(legend).to_have_count(1)  # for both of them
    label = f"Colours from −{most:.2f} to {most:.2f}" if b.min() < 0 else f"to {most:.2f}"
    expect(legend).to_have_attribute("aria-label", re.compile(label))
    largest = float((a - b).abs().max())
    expect(shown.locator("[data-view=ab-legend-d] canvas")).to_have_attribute(
        "aria-label", f"Colours from −{largest:.2f} to {largest:.2f}"
    )
    # A click on the one, the other or the difference makes that place the page's.
    for side, (y, x) in {"a": (0, 2), "b": (2, 0), "d": (2, 1)}.items():
        click_cell(shown, side, y, x, of=3)
        expect(shown.locator(".ab-cell caption")).to_have_text(f"row {y}, column {x}, map 0")
        expect(page).to_have_url(re.compile(f"at=0,0,{y},{x}"))
        expect(page.locator("[data-text=where]")).to_have_text(f"row {y}, column {x}, map 0")
        check(settled(page), a, b, (0, 0, y, x))
    shown.locator("[data-ab=largest]").click()
    place = shown.locator("[data-ab=largest]").inner_text()[4:-1].replace(" ", "")
    expect(page).to_have_url(re.compile(f"at={place}(&|$)"))
    assert cost(shown, "shape") == ["1 × 1 × 3 × 3"] * 2
    assert cost(shown, "bytes") == ["36 B"] * 2


def test_pooling_against_a_strided_convolution(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/pooling?{TYPED}&at=0,0,2,1&kernel_size=3&stride=2&padding=1"))
    shown = choose(page, "max against a strided convolution")
    a = F.max_pool2d(X, 3, 2, padding=1)
    b = F.conv2d(X, GAUSSIAN[None, None], stride=2, padding=1)
    check(shown, a, b, (0, 0, 2, 1))
    assert cost(shown, "parameters") == ["0", "9"]
    assert cost(shown, "macs")[1] == "81"
    assert "kernel gaussian" in cost(shown, "settings")[1]
    # Exchanged, the convolution is the page's own, on a page of its own.
    shown.get_by_role("button", name="swap").click()
    page.wait_for_url("**/en/conv?**")
    swapped = settled(at_rest(page))
    check(swapped, b, a, (0, 0, 2, 1))
    expect(page.locator("[data-field=stride] .v")).to_have_value("2,2")


def test_a_kernel_is_held_while_another_is_chosen(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/conv?{TYPED}&at=0,0,2,3"))
    page.locator(".kernel-cells input").nth(4).fill("3,5")
    expect(page).to_have_url(re.compile("weights=custom"))
    shown = begin(page)
    shown.get_by_role("button", name="hold A as B").click()
    own = SOBEL.clone()
    own[1, 1] = 3.5
    b = F.conv2d(X, own[None, None], padding=1)
    check(settled(page), b, b, (0, 0, 2, 3))
    expect(shown.locator("[data-text=ab-note]")).to_contain_text("the same so far")
    page.locator("[name=weights][value=filters]").check(force=True)
    page.locator('.pick button[value="gaussian"]').click()
    expect(shown.locator("[data-fact=settings] td").first).to_contain_text("gaussian")
    a = F.conv2d(X, GAUSSIAN[None, None], padding=1)
    check(settled(page), a, b, (0, 0, 2, 3))
    # The link brings back both, B with its own weights.
    other = at_rest(open_page(page.url))
    check(settled(other), a, b, (0, 0, 2, 3))
    settled(other).get_by_role("button", name="swap").click()
    expect(other.locator("[name=weights][value=custom]")).to_be_checked()
    expect(other.locator(".kernel-cells input").nth(4)).to_have_value("3.50")
    expect(other.locator("[data-fact=settings] td").last).to_contain_text("gaussian")
    check(settled(other), b, a, (0, 0, 2, 3))
    settled(other).get_by_role("button", name="let go of B").click()
    expect(other.locator("[data-part=ab]")).to_be_hidden()
    assert "b" not in parse_qs(urlsplit(other.url).query)


# Quicker than any answer: the weight is typed and held in one go.
AT_ONCE = """() => {
    const cell = document.querySelectorAll(".kernel-cells input")[4];
    cell.value = "2";
    cell.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("[data-ab=keep]").click();
}"""


def test_what_is_held_is_what_the_page_shows(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/conv?{TYPED}&at=0,0,2,3"))
    shown = begin(page)
    page.evaluate(AT_ONCE)
    expect(shown.locator("[data-text=ab-note]")).to_contain_text("the same so far")
    own = SOBEL.clone()
    own[1, 1] = 2
    b = F.conv2d(X, own[None, None], padding=1)
    check(settled(page), b, b, (0, 0, 2, 3))


def test_relu_against_sigmoid(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/activation?{TYPED}&function=gelu&at=4,1"))
    shown = choose(page, "ReLU against sigmoid")
    check(shown, F.relu(X[0, 0]), torch.sigmoid(X[0, 0]), (4, 1))
    expect(page.locator("[name=function][value=relu]")).to_be_checked()


def test_softmax_at_two_temperatures(open_page: OpenPage) -> None:
    logits = torch.tensor([[2.0, -1, 0.5, 3]])
    page = at_rest(open_page("/en/softmax?numbers=2 -1 0.5 3&at=0,0"))
    shown = begin(page)
    a, b = logits.softmax(1), (logits / 3).softmax(1)
    check(shown, a, b, (0, 0))
    for side, values in {"a": a, "b": b, "d": a - b}.items():
        texts = shown.locator(f"[data-side={side}] .bars .value").all_inner_texts()
        assert [number(text) for text in texts] == pytest.approx(values[0].tolist(), abs=6e-4)
    # The bars of the two are as long as one another where the numbers are.
    widths = [
        shown.locator(f"[data-side={side}] .bar").last.evaluate("bar => bar.offsetWidth")
        for side in "ab"
    ]
    assert widths[1] / widths[0] == pytest.approx(float(b[0, 3] / a[0, 3]), abs=0.05)
    shown.locator("[data-side=b] .bars button").nth(2).click()
    check(settled(page), a, b, (0, 2))


def test_a_signal_is_drawn_as_curves(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/pooling?sample=heartbeat&spatial_dims=1"))
    shown = begin(page)
    expect(shown.locator("[data-how=curve] .signal-line")).to_have_count(3)
    numbers = three(shown)
    assert numbers[0] - numbers[1] == pytest.approx(numbers[2], abs=1e-9)


def test_other_shapes_have_no_difference(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/conv?{TYPED}&at=0,0,2,4"))
    shown = choose(page, "stride 1 against stride 2")
    unlike = shown.locator("[data-text=ab-unlike]")
    expect(unlike).to_contain_text("A is 1 × 1 × 6 × 6, B is 1 × 1 × 3 × 3")
    expect(shown.locator(".ab-most")).to_be_hidden()
    b = F.conv2d(X, SOBEL[None, None], padding=1, stride=2)
    a = F.conv2d(X, SOBEL[None, None], padding=1)
    assert three(shown) == pytest.approx((float(a[0, 0, 2, 4]), float(b[0, 0, 1, 2])), abs=FINE)
    click_cell(shown, "b", 2, 2, of=3)
    assert three(shown)[1] == pytest.approx(float(b[0, 0, 2, 2]), abs=FINE)
    assert "at=0,0,2,4" in page.url


def test_what_is_wrong_with_b_is_said_there(open_page: OpenPage, trouble: list[str]) -> None:
    b = "b=layer%3Dpooling%26mode%3Davg%26kernel_size%3D9"
    page = at_rest(open_page(f"/en/pooling?{TYPED}&{b}"))
    wrong = settled(page).locator(".error")
    expect(wrong).to_contain_text("kernel_size 9 is larger than the padded input 6 + 2·0 = 6")
    expect(page.locator("[data-wrong=input]")).to_be_hidden()
    trouble.clear()
    settled(page).get_by_role("button", name="hold A as B").click()
    expect(wrong).to_be_hidden()
    assert said(settled(page), "largest") == 0


def test_b_is_asked_for_once_while_a_moves(open_page: OpenPage) -> None:
    page = at_rest(
        open_page("/en/pooling?b=layer%3Dpooling%26mode%3Davg%26count_include_pad%3Dfalse")
    )
    shown = settled(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    for value in ("3", "4", "5"):
        page.locator("#max-stride").fill(value)
        made = (56 - 2) // int(value) + 1
        size = f"1 × 1 × {made} × {made}"
        expect(shown.locator("[data-side=a] figcaption span")).to_have_text(size)
    at_rest(page)
    assert sum('name="stride"' in body for body in sent) >= 3
    assert sum("count_include_pad" in body for body in sent) == 0
    assert cost(settled(page), "shape") == ["1 × 1 × 11 × 11", "1 × 1 × 28 × 28"]


@pytest.mark.parametrize("language", every_other(["en", "zh"], 1))
def test_no_barriers(open_page: OpenPage, language: str) -> None:
    for path in ("conv", "softmax"):
        page = at_rest(open_page(f"/{language}/{path}"))
        page.locator("[data-ab=open]").click()
        settled(page)
        assert axe.in_both_schemes(page) == [], path
    phone = at_rest(
        open_page(f"/{language}/pooling?{TYPED}", size=PHONE, has_touch=True, is_mobile=True)
    )
    phone.locator("[data-ab=open]").tap()
    settled(phone)
    assert phone.evaluate(OVERHANG) <= 0


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/pooling?at=0,0,9,8"))
    page.locator("[data-ab=open]").focus()
    page.keyboard.press("Enter")
    shown = settled(page)
    expect(shown.locator("h2")).to_be_focused()
    shown.locator("[data-side=d] [data-how=map]").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("at=0,0,9,9"))
    spoken = shown.locator("[data-text=ab-spoken]")
    expect(spoken).to_contain_text("row 9, column 9, map 0")


def test_b_keeps_weights_that_no_link_can_carry(open_page: OpenPage, trouble: list[str]) -> None:
    opened = "/en/conv?weights=random&out_channels=48&kernel_size=3&padding=1&input.size=28x28"
    page = at_rest(open_page(f"{opened}&at=0,1,9,8"))
    page.locator(".kernel-cells input").nth(4).fill("4")
    expect(page).to_have_url(re.compile("weight=ref:"))
    shown = begin(at_rest(page))
    shown.get_by_role("button", name="hold A as B").click()
    expect(shown.locator("[data-text=ab-note]")).to_contain_text("the same so far")
    page.locator(".kernel-cells input").nth(4).fill("5")
    expect(shown.locator("[data-text=ab-note]")).to_be_empty()
    # One weight is 1 more, of one channel: that channel of the input is the difference.
    held = three(settled(at_rest(page)))
    assert held[2] != 0
    old = parse_qs(parse_qs(urlsplit(page.url).query)["b"][0])["weight"][0]
    (default_folder() / old.removeprefix("ref:")).unlink()
    page.reload()
    assert three(settled(at_rest(page))) == held
    assert old not in parse_qs(urlsplit(page.url).query)["b"][0]
    trouble.clear()


def test_what_is_to_be_predicted_is_not_told_by_b(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/pooling?{TYPED}&at=0,0,1,1"))
    shown = begin(page)
    page.get_by_role("button", name="Predict the number").click()
    expect(shown.locator(".ab-sides")).to_be_hidden()
    page.get_by_role("button", name="Reveal", exact=True).click()
    expect(shown.locator(".ab-sides")).to_be_visible()


def test_the_difference_full_size(open_page: OpenPage) -> None:
    page = at_rest(open_page(f"/en/pooling?{TYPED}&at=0,0,1,1"))
    begin(page).get_by_role("button", name="A − B full size").click()
    dialog = page.locator("#zoom")
    expect(dialog.locator("h2")).to_have_text("A − B")
    expect(dialog.locator("[data-text=shape]")).to_contain_text("1 × 1 × 3 × 3")
    other = at_rest(open_page(page.url))
    expect(other.locator("#zoom h2")).to_have_text("A − B")
